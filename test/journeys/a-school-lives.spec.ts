import { buildOnce } from '../support/build-once';
import { emptyDatabaseUrl } from '../support/database-url';
import { eventually, good, Story, zoneAtNoon, type Person } from './story';

/** Programs start and are compiled here: 2 s each on an idle machine, five times that on a busy one. */
jest.setTimeout(300_000);
beforeAll(buildOnce);

let story: Story;
beforeEach(async () => {
  story = await Story.begin(await emptyDatabaseUrl());
});
afterEach(() => story.powerFails());

interface PublishedCourse {
  id: number;
  lessons: [number, number];
  quiz: number;
  assignment: number;
}

/** A course of two lessons, with a quiz and an assignment in the first. */
async function publishesACourse(teacher: Person): Promise<PublishedCourse> {
  const make = async (path: string, body: object): Promise<number> => (await good(teacher.ask.post(path, body))).id;
  const id = await make('/courses', {
    ...{ title: 'Pigments', description: 'Earths and ores.', category: 'painting', level: 'beginner' },
    teocoinReward: 50,
  });
  const lesson = (title: string) =>
    make(`/courses/${id}/lessons`, { title, content: 'Grind, then bind.', lessonType: 'theory', teocoinReward: 10 });
  const lessons: [number, number] = [await lesson('Earths'), await lesson('Ores')];
  const quiz = await make(`/lessons/${lessons[0]}/exercises`, {
    ...{ title: 'Know your pigments', exerciseType: 'quiz', teocoinReward: 15 },
    content: {
      questions: [
        { id: 'q1', kind: 'single', text: 'Which is warm?', points: 6, options: ['Ultramarine', 'Ochre'] },
        { id: 'q2', kind: 'short_answer', text: 'Which red did the Romans mine?', points: 4 },
      ],
    },
    answerKey: { q1: { answer: 1 }, q2: { accepted: ['cinnabar'] } },
  });
  const assignment = await make(`/lessons/${lessons[0]}/exercises`, {
    ...{ title: 'Paint a lemon', exerciseType: 'assignment', content: { prompt: 'Paint a lemon.' } },
    teocoinReward: 15,
  });
  await good(teacher.ask.put(`/courses/${id}/publication`));
  return { id, lessons, quiz, assignment };
}

const completes = (student: Person, lesson: number) =>
  good(student.ask.put(`/lessons/${lesson}/completion`, { timeSpentMinutes: 25 }));
const gives = (from: Person, to: Person, amount: number, key: string) =>
  from.ask.post('/coins/transfers', { recipientId: to.id, amount }, { 'idempotency-key': key });
const balanceOf = async (person: Person): Promise<number> => (await good(person.ask.get('/me/coins'))).balance;
const transactionsOf = async (person: Person): Promise<{ type: string; signedAmount: number }[]> =>
  (await good(person.ask.get('/me/coins/transactions?limit=100'))).data;

/** What a person was told, by type; asked until all of it has arrived. */
async function isTold(person: Person, types: string[]): Promise<void> {
  const told = async (): Promise<string[]> =>
    (await good(person.ask.get('/me/notifications?limit=100'))).data.map(({ type }: { type: string }) => type);
  await eventually(told, (found) => types.every((type) => found.includes(type)));
}

const ownPages = [
  ...['/me', '/me/settings', '/me/sessions', '/me/progress', '/me/achievements', '/me/coins', '/me/enrollments'],
  ...[
    '/me/coins/transactions',
    '/me/submissions',
    '/me/courses',
    '/me/notifications',
    '/me/notifications/unread-count',
  ],
  ...['/courses', '/teachers', '/leaderboard'],
];

/** Everything these people can see of themselves and the school. */
async function everythingSeenBy(people: Person[], course: PublishedCourse): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {};
  for (const person of people)
    for (const page of [...ownPages, `/courses/${course.id}`])
      seen[`${person.username} ${page}`] = await good(person.ask.get(page));
  return seen;
}

/** The coins, proved by the command line beside the running school. */
async function expectCleanBooks(): Promise<void> {
  expect(await story.job('rewards:audit')).toMatchObject({ violations: 0 });
}

async function expectTrueCounters(): Promise<void> {
  expect(await story.job('notifications:recount')).toEqual({ drift: 0 });
  const wrong = Object.entries(await story.job('progress:prove-totals')).filter(([, drift]) => drift !== 0);
  expect(wrong).toEqual([]);
}

test('a school lives, from its first administrator to a course completed, through a power failure and a restart', async () => {
  const administrator = await story.firstAdministrator();
  const teacher = await story.registers('rosalba', 'teacher');
  const [anna, ben] = [
    await story.registers('anna', 'student', { timezone: zoneAtNoon() }),
    await story.registers('ben', 'student', { timezone: zoneAtNoon() }),
  ];

  const early = { title: 'Too soon', description: 'x', category: 'painting', level: 'beginner' };
  expect(await teacher.ask.post('/courses', early)).toMatchObject({ status: 403 });
  const [waiting] = (await good(administrator.ask.get('/teachers?status=pending'))).data;
  await good(administrator.ask.put(`/teachers/${waiting.id}/approval`));
  await isTold(teacher, ['teacher_approved']);
  const course = await publishesACourse(teacher);

  const [found] = (await good(story.visitor.get('/courses?q=pigments'))).data;
  expect(found).toMatchObject({ id: course.id, lessonCount: 2, enrolledCount: 0 });
  await good(anna.ask.post(`/courses/${course.id}/enrollment`));
  await completes(anna, course.lessons[0]);
  const quiz = await good(
    anna.ask.post(`/exercises/${course.quiz}/submissions`, { answers: { q1: 1, q2: 'Cinnabar' } }),
  );
  expect(quiz).toMatchObject({ status: 'approved', score: 100, result: { passed: true } });
  const lemon = await good(
    anna.ask.post(`/exercises/${course.assignment}/submissions`, { work: { text: 'Yellow on blue.' } }),
  );
  expect(lemon).toMatchObject({ status: 'pending', score: null });
  await isTold(anna, ['lesson_completed', 'achievement_unlocked', 'teocoin_earned']);
  await isTold(teacher, ['course_enrollment', 'submission_received']);

  const people = [administrator, teacher, anna, ben];
  const before = await everythingSeenBy(people, course);
  await story.restartsAfterPowerFailure();
  expect(await everythingSeenBy(people, course)).toEqual(before);

  await story.refreshes(anna);
  const [toGrade] = (await good(teacher.ask.get(`/exercises/${course.assignment}/submissions?status=pending`))).data;
  expect(toGrade).toMatchObject({ id: lemon.id, student: { username: 'anna' } });
  const grade = { score: 85, status: 'approved', feedback: 'Lovely edges.' };
  await good(teacher.ask.put(`/submissions/${lemon.id}/grade`, grade));
  expect(await good(anna.ask.get(`/submissions/${lemon.id}`))).toMatchObject({ score: 85, feedback: 'Lovely edges.' });
  const last = await completes(anna, course.lessons[1]);
  expect(last.course).toEqual({ progressPercentage: 100, completed: true });

  // Two lessons, two exercises, a course, and a badge for the first of each.
  expect(await balanceOf(anna)).toBe(2 * 10 + 2 * 15 + 50 + 3 * 25);
  expect(await gives(anna, ben, 40, 'brushes')).toMatchObject({ status: 201, body: { balanceAfter: 135 } });
  expect(await gives(anna, ben, 40, 'brushes')).toMatchObject({ headers: { 'idempotency-replayed': 'true' } });
  expect(await balanceOf(ben)).toBe(40);
  const transactions = await transactionsOf(anna);
  expect(transactions.reduce((sum, { signedAmount }) => sum + signedAmount, 0)).toBe(135);

  const progress = await good(anna.ask.get('/me/progress'));
  expect(progress).toMatchObject({
    ...{ coursesEnrolled: 1, coursesCompleted: 1, lessonsCompleted: 2, exercisesCompleted: 2 },
    ...{ averageScore: 92.5, streakDays: 1, totalCoinsEarned: 175, achievementsEarned: 3 },
  });
  const earned = progress.achievements.earned.map(({ type }: { type: string }) => type);
  expect(earned.sort()).toEqual(['first_course', 'first_exercise', 'first_lesson']);
  await isTold(anna, ['exercise_graded', 'course_completed', 'teocoin_earned']);
  await isTold(ben, ['teocoin_transfer']);

  await expectCleanBooks();
  await expectTrueCounters();
  const evening = await everythingSeenBy(people, course);
  expect(await story.closes()).toBe(0);
  await story.opens();
  expect(await everythingSeenBy(people, course)).toEqual(evening);
  await story.refreshes(ben);
  expect(await balanceOf(ben)).toBe(40);
});

/** Two students, the first with 100 coins to give, and who gave them. */
async function twoFriends(): Promise<[Person, Person, Person]> {
  const administrator = await story.firstAdministrator();
  const [anna, ben] = [await story.registers('anna', 'student'), await story.registers('ben', 'student')];
  await good(administrator.ask.post('/rewards/manual', { userId: anna.id, amount: 100, reason: 'To begin with' }));
  return [anna, ben, administrator];
}

const keys = Array.from({ length: 40 }, (_, number) => `gift-${number}`);
const isAnswered = <T>(settled: PromiseSettledResult<T>): settled is PromiseFulfilledResult<T> =>
  settled.status === 'fulfilled';

test('a power failure in the middle of transfers: what was answered stands, what is asked again counts once', async () => {
  const [anna, ben] = await twoFriends();
  const gifts = keys.map((key) => gives(anna, ben, 1, key));
  await Promise.race(gifts);
  const settling = Promise.allSettled(gifts);
  await story.powerFails();
  const answered = (await settling).filter(isAnswered).map(({ value }) => value);
  await story.opens();

  const known = (await transactionsOf(anna)).length - 1;
  expect(answered.length).toBeGreaterThan(0);
  expect(known).toBeGreaterThanOrEqual(answered.length);
  const again = await Promise.all(keys.map((key) => gives(anna, ben, 1, key)));
  expect(again.map(({ status }) => status)).toEqual(keys.map(() => 201));
  expect(again.filter(({ headers }) => headers['idempotency-replayed'])).toHaveLength(known);
  expect([await balanceOf(anna), await balanceOf(ben)]).toEqual([100 - keys.length, keys.length]);
  await expectCleanBooks();
});

/** Hashing their passwords, two at a time, takes longer than the second in which a stopping process still listens. */
const newcomers = Array.from({ length: 40 }, (_, number) => `newcomer${number}`);
/** Far below the 72 seconds for which a connection is kept alive: one that was would hold the process. */
const longestStopMs = 45_000;

test('a graceful stop answers every request that is under way, and ends with 0', async () => {
  const [anna, ben, administrator] = await twoFriends();
  const registrations = newcomers.map((name) => story.registers(name, 'student'));
  const gifts = keys.map((key) => gives(anna, ben, 1, key));
  await Promise.race(gifts);
  const asked = Date.now();
  const [code] = await Promise.all([story.closes(), Promise.all(registrations), Promise.all(gifts.map(good))]);
  expect(code).toBe(0);
  expect(Date.now() - asked).toBeLessThan(longestStopMs);
  await expect(anna.ask.get('/me')).rejects.toThrow('ECONNREFUSED; the process ended with 0');

  await story.opens();
  expect([await balanceOf(anna), await balanceOf(ben)]).toEqual([100 - keys.length, keys.length]);
  const people = await good(administrator.ask.get('/users?withTotal=true'));
  expect(people.page.total).toBe(3 + newcomers.length);
  await expectCleanBooks();
});
