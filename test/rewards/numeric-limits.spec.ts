import { Ledger, LedgerAudit, type Movement } from '../../src/modules/rewards';
import { allRight, anExercise } from '../progress/exercises';
import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { balanceOf, endow, rowsOf } from './ledger-state';

const maxInt32 = 2 ** 31 - 1;

/** Columns that count requests or rows. At one request a second, such a column overflows only after 68 years. */
const countColumns = [
  'users_user.version',
  'users_usersettings.version',
  'courses_course.version',
  'courses_lesson.version',
  'courses_exercise.version',
  'courses_exercisesubmission.version',
  'courses_exercisesubmission.exercise_version',
  'courses_exerciseversion.until_version',
  'courses_rubric.version',
  'progress_frequentcomment.used_count',
  'progress_artwork.position',
  'notifications_announcement.recipients',
  'notifications_coursemessage.recipients',
  'users_loginattempt.attempts',
  'users_userprogress.total_courses_enrolled',
  'users_userprogress.total_courses_completed',
  'users_userprogress.total_lessons_completed',
  'users_userprogress.total_exercises_completed',
  'users_userprogress.streak_days',
  'users_userprogress.streak_run',
  'users_userprogress.achievements_earned',
  'courses_course.enrolled_count',
  'courses_course.lesson_count',
  'notifications_unreadcount.unread',
  'progress_exerciseresult.attempts_used',
  'progress_attempt.attempt_number',
  'courses_exercisesubmission.attempt_number',
  'rewards_deposit.ordinal',
  'rewards_payout.ordinal',
  'platform_job.failures_in_a_row',
  'rewards_chain_cursor.faults',
  'rewards_staffgrant.recipients',
  'platform_outbox.attempts',
  'platform_mail.attempts',
  'notifications_delivery.attempts',
  'rewards_teocointransaction.reward_epoch',
  'platform_sample.minute',
];
/** Columns whose value is limited by a request schema, the protocol or a setting. */
const boundedColumns = [
  'platform_storedfile.height',
  'platform_storedfile.width',
  'courses_course.teocoin_reward',
  'courses_course.max_enrollments',
  'courses_course.duration_hours',
  'courses_lesson.teocoin_reward',
  'courses_lesson.duration_minutes',
  'courses_lesson.order',
  'courses_exercise.teocoin_reward',
  'courses_exercise.max_score',
  'courses_exercise.time_limit_minutes',
  'courses_exercise.attempts_allowed',
  'courses_exercise.passing_percent',
  'courses_exercisesubmission.max_score',
  'courses_lessoncompletion.time_spent_minutes',
  'rewards_achievement.progress',
  'platform_idempotency.status',
  'platform_contentversion.shard',
  'platform_audithead.id',
  'platform_mail.priority',
  'notifications_delivery.priority',
  'notifications_preference.digest_hour',
  'notifications_preference.digest_weekday',
  'notifications_preference.quiet_from',
  'notifications_preference.quiet_until',
  'notifications_coursemessage.number',
  'users_personalexport.attempts',
  'users_personalexport.size_bytes',
  'rewards_teocointransaction.amount',
  'rewards_withdrawal.amount',
  'rewards_staffgrant.amount',
  'rewards_unpaidreward.amount',
];
/** Columns with sums. The statement that changes such a column refuses a value that does not fit. */
const guardedColumns = ['users_user.teo_coins', 'rewards_teocointransaction.balance_after'];

let school: School;
let admin: Client;
let ann: Client;
let course: BuiltCourse;
beforeAll(async () => {
  school = await School.open();
  admin = await school.admin();
}, 60_000);
beforeEach(async () => {
  course = await aPublishedCourse(school, (await school.teacher()).id, { lessons: 2 });
  ann = await anEnrolledStudent(school, course);
});
afterAll(() => school.close());

const complete = (lessonIndex: number) => ann.put(`/lessons/${course.lessons[lessonIndex]}/completion`, {});
const reason = 'Counted';

test('each 32-bit column is in the list of counts, of bounded numbers or of guarded sums', () => {
  const columns = school.database.dialect.dataSource.entityMetadatas.flatMap((entity) =>
    entity.columns
      .filter(({ type }) => type === 'int')
      .map(({ databaseName }) => `${entity.tableName}.${databaseName}`),
  );
  expect(columns.sort()).toEqual([...countColumns, ...boundedColumns, ...guardedColumns].sort());
});

test('a learner whose earned total exceeds 32 bits continues to earn', async () => {
  await school.database.transaction(() =>
    school.database.run('UPDATE users_userprogress SET total_teocoins_earned = $2 WHERE user_id = $1', [
      ann.id,
      maxInt32 - 1,
    ]),
  );
  const exerciseId = await anExercise(school, course.lessons[0]);
  const responses = [
    await complete(0),
    await complete(1),
    await ann.post(`/exercises/${exerciseId}/submissions`, { answers: allRight }),
    await admin.post('/rewards/manual', { userId: ann.id, amount: 1_000_000, reason }),
    await admin.post('/rewards/bulk', { userIds: [ann.id], amount: 1_000_000, reason }),
    await admin.post('/achievements', { userId: ann.id, achievementType: 'art_critic' }),
  ];
  const bulkReward = (await rowsOf(school, ann.id)).find(({ type }) => type === 'bulk_reward')!;
  responses.push(await admin.post('/rewards/reversals', { transactionId: bulkReward.id, reason }));
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 201, 201, 201, 200, 201]);
  const { totalEarned } = (await ann.get('/me/coins')).body;
  expect(totalEarned).toBeGreaterThan(maxInt32 + 1_000_000);
  expect((await ann.get('/me/progress')).body.totalCoinsEarned).toBe(totalEarned);
  expect((await ann.get('/leaderboard')).body.data[0]).toMatchObject({ user: { id: ann.id }, totalEarned });
});

test('at the maximum balance completions succeed without coins, and gifts and transfers are refused with BALANCE_TOO_LARGE', async () => {
  const deposit: Movement = { userId: ann.id, type: 'deposit', amount: maxInt32, description: '' };
  await school.part(Ledger).post([deposit]);
  const bob = await school.student();
  await endow(school, bob.id, 10);
  const exerciseId = await anExercise(school, course.lessons[0]);
  const completions = [
    await complete(0),
    await ann.post(`/exercises/${exerciseId}/submissions`, { answers: allRight }),
  ];
  expect(completions.map(({ status }) => status)).toEqual([200, 201]);
  const transfer = { recipientId: ann.id, amount: 1 };
  for (const request of [
    bob.post('/coins/transfers', transfer, { 'idempotency-key': `full${ann.id}` }),
    admin.post('/rewards/manual', { userId: ann.id, amount: 1, reason }),
    admin.post('/rewards/bulk', { userIds: [bob.id, ann.id], amount: 1, reason }),
    admin.post('/rewards/adjustments', { userId: ann.id, amount: 1_000_000, reason }),
  ]) {
    const { status, body } = await request;
    expect([status, body.code]).toEqual([409, 'BALANCE_TOO_LARGE']);
  }
  expect(await balanceOf(school, ann.id)).toBe(maxInt32);
  const { violations } = await school.part(LedgerAudit).run();
  expect(violations.filter(({ userId }) => userId === ann.id)).toEqual([]);
});

test('a course, a lesson and an exercise accept the largest numbers that their schemas allow', async () => {
  const teacher = await school.teacher();
  const body = { title: 'Large', description: '', category: 'painting', level: 'beginner' };
  const newCourse = await teacher.post('/courses', {
    ...body,
    teocoinReward: 10_000,
    durationHours: 10_000,
    maxEnrollments: 1_000_000,
  });
  expect(newCourse.status).toBe(201);
  const lesson = await teacher.post(`/courses/${newCourse.body.id}/lessons`, {
    title: 'Large',
    content: 'Look.',
    lessonType: 'theory',
    durationMinutes: 10_000,
    teocoinReward: 10_000,
    order: 100_000,
  });
  expect(lesson.status).toBe(201);
  const exercise = await teacher.post(`/lessons/${lesson.body.id}/exercises`, {
    title: 'Large',
    exerciseType: 'assignment',
    content: { prompt: 'Paint.' },
    maxScore: 100_000,
    attemptsAllowed: 1_000,
    timeLimitMinutes: 10_080,
    teocoinReward: 10_000,
    passingPercent: 100,
  });
  expect(exercise.status).toBe(201);
});
