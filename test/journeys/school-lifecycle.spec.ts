import type { CoinTransaction } from 'teoart-client';
import { buildOnce } from '../support/build-once';
import { emptyDatabaseUrl } from '../support/database-url';
import { eventually, expireAccessToken, good, RestartableSchool, zoneAtNoon, type Person } from './restartable-school';

/** These tests compile and start programs. Each takes 2 s on an idle machine and five times as long on a busy one. */
jest.setTimeout(300_000);
beforeAll(buildOnce);

let school: RestartableSchool;
beforeEach(async () => {
  school = await RestartableSchool.start(await emptyDatabaseUrl());
});
afterEach(() => school.kill());

interface PublishedCourse {
  id: number;
  lessons: [number, number];
  quiz: number;
  assignment: number;
}

/** Publishes a course with two lessons. The first lesson has a quiz and an assignment. */
async function publishCourse({ api }: Person): Promise<PublishedCourse> {
  const { id } = await api.createCourse({
    body: {
      title: 'Pigments',
      description: 'Earths and ores.',
      category: 'painting',
      level: 'beginner',
      teocoinReward: 50,
    },
  });
  const createLesson = (title: string) =>
    api.createLesson({ id, body: { title, content: 'Grind, then bind.', lessonType: 'theory', teocoinReward: 10 } });
  const lessons: [number, number] = [(await createLesson('Earths')).id, (await createLesson('Ores')).id];
  const quiz = await api.createExercise({
    id: lessons[0],
    body: {
      title: 'Know your pigments',
      exerciseType: 'quiz',
      teocoinReward: 15,
      content: {
        questions: [
          { id: 'q1', kind: 'single', text: 'Which is warm?', points: 6, options: ['Ultramarine', 'Ochre'] },
          { id: 'q2', kind: 'short_answer', text: 'Which red did the Romans mine?', points: 4 },
        ],
      },
      answerKey: { q1: { answer: 1 }, q2: { accepted: ['cinnabar'] } },
    },
  });
  const assignment = await api.createExercise({
    id: lessons[0],
    body: {
      title: 'Paint a lemon',
      exerciseType: 'assignment',
      content: { prompt: 'Paint a lemon.' },
      teocoinReward: 15,
    },
  });
  await api.publishCourse({ id });
  return { id, lessons, quiz: quiz.id, assignment: assignment.id };
}

const completeLesson = ({ api }: Person, lesson: number) =>
  api.completeLesson({ id: lesson, body: { timeSpentMinutes: 25 } });
const sendCoins = (from: Person, to: Person, amount: number, key: string) =>
  from.ask.post('/coins/transfers', { recipientId: to.id, amount }, { 'idempotency-key': key });
const balanceOf = async ({ api }: Person): Promise<number> => (await api.getMyCoins()).balance;
async function transactionsOf({ api }: Person): Promise<CoinTransaction[]> {
  const transactions: CoinTransaction[] = [];
  for await (const transaction of api.listMyTransactions.all()) transactions.push(transaction);
  return transactions;
}

/** Waits until the person has received a notification of each of these types. */
async function waitForNotifications({ api }: Person, types: string[]): Promise<void> {
  const listTypes = async (): Promise<string[]> =>
    (await api.listMyNotifications({ limit: 100 })).data.map(({ type }) => type);
  await eventually(listTypes, (found) => types.every((type) => found.includes(type)));
}

const ownPaths = [
  '/me',
  '/me/settings',
  '/me/sessions',
  '/me/progress',
  '/me/achievements',
  '/me/coins',
  '/me/enrollments',
  '/me/coins/transactions',
  '/me/submissions',
  '/me/courses',
  '/me/notifications',
  '/me/notifications/unread-count',
  '/courses',
  '/teachers',
  '/leaderboard',
];

/** Reads everything that these people can see of themselves and of the school. */
async function readEverything(people: Person[], course: PublishedCourse): Promise<Record<string, unknown>> {
  const responses: Record<string, unknown> = {};
  for (const person of people)
    for (const path of [...ownPaths, `/courses/${course.id}`])
      responses[`${person.username} ${path}`] = await good(person.ask.get(path));
  return responses;
}

/** Runs the audit of the ledger from the command line while the server runs. */
async function expectNoAuditViolations(): Promise<void> {
  expect(await school.job('rewards:audit')).toMatchObject({ violations: 0 });
}

async function expectCorrectCounters(): Promise<void> {
  expect(await school.job('notifications:recount')).toEqual({ drift: 0 });
  const wrong = Object.entries(await school.job('progress:prove-totals')).filter(([, drift]) => drift !== 0);
  expect(wrong).toEqual([]);
}

test('a course is created, taken and completed across a kill and a restart of the server, without losing anything', async () => {
  const administrator = await school.createAdministrator();
  const teacher = await school.register('rosalba', 'teacher');
  const [anna, ben] = [
    await school.register('anna', 'student', { timezone: zoneAtNoon() }),
    await school.register('ben', 'student', { timezone: zoneAtNoon() }),
  ];

  const premature = await teacher.api.createCourse.try({
    body: { title: 'Too soon', description: 'x', category: 'painting', level: 'beginner' },
  });
  expect(premature).toMatchObject({ ok: false, problem: { code: 'TEACHER_NOT_APPROVED' } });
  const { data: pendingTeachers } = await administrator.api.listTeachers({ status: 'pending' });
  await administrator.api.approveTeacher({ id: pendingTeachers[0]!.id });
  await waitForNotifications(teacher, ['teacher_approved']);
  const course = await publishCourse(teacher);

  const [found] = (await good(school.visitor.get('/courses?q=pigments'))).data;
  expect(found).toMatchObject({ id: course.id, lessonCount: 2, enrolledCount: 0 });
  await anna.api.enrollInCourse({ id: course.id });
  await completeLesson(anna, course.lessons[0]);
  const quiz = await anna.api.handInWork({ id: course.quiz, body: { answers: { q1: 1, q2: 'Cinnabar' } } });
  expect(quiz).toMatchObject({ status: 'approved', score: 100, result: { hasPassed: true } });
  const lemon = await anna.api.handInWork({ id: course.assignment, body: { work: { text: 'Yellow on blue.' } } });
  expect(lemon).toMatchObject({ status: 'pending', score: null });
  await waitForNotifications(anna, ['achievement_unlocked']);
  await waitForNotifications(teacher, ['course_enrollment', 'submission_received']);

  const people = [administrator, teacher, anna, ben];
  const before = await readEverything(people, course);
  await school.killAndRestart();
  expect(await readEverything(people, course)).toEqual(before);

  expireAccessToken(anna);
  const toGrade = await teacher.api.listExerciseSubmissions({ id: course.assignment, status: 'pending' });
  expect(toGrade.data[0]).toMatchObject({ id: lemon.id, student: { username: 'anna' } });
  await teacher.api.getSubmission({ id: lemon.id });
  const grade = { score: 85, status: 'approved', feedback: 'Lovely edges.' } as const;
  await teacher.api.gradeSubmission({ id: lemon.id, body: grade });
  const graded = await anna.api.getSubmission({ id: lemon.id });
  expect(graded).toMatchObject({ score: 85, feedback: 'Lovely edges.' });
  const last = await completeLesson(anna, course.lessons[1]);
  expect(last.course).toEqual({ progressPercentage: 100, isCompleted: true });

  // Two lessons, two exercises, a course, and a badge for the first of each.
  expect(await balanceOf(anna)).toBe(2 * 10 + 2 * 15 + 50 + 3 * 25);
  expect(await sendCoins(anna, ben, 40, 'brushes')).toMatchObject({ status: 201, body: { balanceAfter: 135 } });
  expect(await sendCoins(anna, ben, 40, 'brushes')).toMatchObject({ headers: { 'idempotency-replayed': 'true' } });
  expect(await balanceOf(ben)).toBe(40);
  const transactions = await transactionsOf(anna);
  expect(transactions.reduce((sum, { signedAmount }) => sum + signedAmount, 0)).toBe(135);

  const progress = await anna.api.getMyProgress();
  expect(progress).toMatchObject({
    ...{ coursesEnrolled: 1, coursesCompleted: 1, lessonsCompleted: 2, exercisesCompleted: 2 },
    ...{ averageScore: 92.5, streakDays: 1, totalCoinsEarned: 175, achievementsEarned: 3 },
  });
  const earned = progress.achievements.earned.map(({ type }) => type);
  expect(earned.sort()).toEqual(['first_course', 'first_exercise', 'first_lesson']);
  await waitForNotifications(anna, ['exercise_graded', 'achievement_unlocked', 'teocoin_earned']);
  await waitForNotifications(ben, ['teocoin_transfer']);

  await expectNoAuditViolations();
  await expectCorrectCounters();
  const beforeRestart = await readEverything(people, course);
  expect(await school.stop()).toBe(0);
  await school.start();
  expect(await readEverything(people, course)).toEqual(beforeRestart);
  expireAccessToken(ben);
  expect(await balanceOf(ben)).toBe(40);
});

/** Two students, the first of whom has 100 coins, and the administrator who gave them. */
async function twoFriends(): Promise<[Person, Person, Person]> {
  const administrator = await school.createAdministrator();
  const [anna, ben] = [await school.register('anna', 'student'), await school.register('ben', 'student')];
  await good(administrator.ask.post('/rewards/manual', { userId: anna.id, amount: 100, reason: 'To begin with' }));
  return [anna, ben, administrator];
}

const keys = Array.from({ length: 40 }, (_, number) => `gift-${number}`);
const isFulfilled = <T>(settled: PromiseSettledResult<T>): settled is PromiseFulfilledResult<T> =>
  settled.status === 'fulfilled';

test('after a kill during transfers every confirmed transfer is there, and a repeated request is booked only once', async () => {
  const [anna, ben] = await twoFriends();
  const gifts = keys.map((key) => sendCoins(anna, ben, 1, key));
  await Promise.race(gifts);
  const settling = Promise.allSettled(gifts);
  await school.kill();
  const confirmed = (await settling).filter(isFulfilled).map(({ value }) => value);
  await school.start();

  const storedCount = (await transactionsOf(anna)).length - 1;
  expect(confirmed.length).toBeGreaterThan(0);
  expect(storedCount).toBeGreaterThanOrEqual(confirmed.length);
  const repeated = await Promise.all(keys.map((key) => sendCoins(anna, ben, 1, key)));
  expect(repeated.map(({ status }) => status)).toEqual(keys.map(() => 201));
  expect(repeated.filter(({ headers }) => headers['idempotency-replayed'])).toHaveLength(storedCount);
  expect([await balanceOf(anna), await balanceOf(ben)]).toEqual([100 - keys.length, keys.length]);
  await expectNoAuditViolations();
});

/** Hashing these passwords, two at a time, takes longer than the second in which a stopping process still accepts requests. */
const newcomers = Array.from({ length: 40 }, (_, number) => `newcomer${number}`);
/** Far less than the 72 seconds for which a connection is kept alive, so a connection that stays open would fail the test. */
const maxStopMs = 45_000;

test('a graceful stop responds to every request in progress, and the process exits with 0', async () => {
  const [anna, ben, administrator] = await twoFriends();
  const registrations = newcomers.map((name) => school.register(name, 'student'));
  const gifts = keys.map((key) => sendCoins(anna, ben, 1, key));
  await Promise.race(gifts);
  const stoppedAt = Date.now();
  const [code] = await Promise.all([school.stop(), Promise.all(registrations), Promise.all(gifts.map(good))]);
  expect(code).toBe(0);
  expect(Date.now() - stoppedAt).toBeLessThan(maxStopMs);
  await expect(anna.ask.get('/me')).rejects.toThrow('ECONNREFUSED; the process ended with 0');

  await school.start();
  expect([await balanceOf(anna), await balanceOf(ben)]).toEqual([100 - keys.length, keys.length]);
  const people = await good(administrator.ask.get('/users?withTotal=true'));
  expect(people.page.total).toBe(3 + newcomers.length);
  await expectNoAuditViolations();
});
