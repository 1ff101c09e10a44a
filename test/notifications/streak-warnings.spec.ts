import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { notificationsOf } from './notification-fixtures';

let school: School;
let course: BuiltCourse;
let student: Client;
beforeAll(async () => {
  school = await School.open();
  course = await aPublishedCourse(school, (await school.teacher()).id, { lessons: 10 });
});
afterAll(() => school.close());
beforeEach(async () => {
  school.clock.stopAt(null);
  student = await anEnrolledStudent(school, course);
});

/** Completes the next lessons of the course, one at each instant. */
async function learnAt(...instants: string[]): Promise<void> {
  const done = (await student.get(`/courses/${course.id}`)).body.mine?.completedLessons ?? 0;
  for (const [index, instant] of instants.entries()) {
    school.clock.stopAt(new Date(instant));
    expect((await student.put(`/lessons/${course.lessons[Number(done) + index]}/completion`, {})).status).toBe(200);
  }
  await school.settle();
}

async function warnAt(instant: string): Promise<unknown> {
  school.clock.stopAt(new Date(instant));
  return school.job('notifications:warn-of-streaks');
}
const warnings = async (): Promise<string[]> =>
  (await notificationsOf(student, 'streak_at_risk')).map(({ message }) => String(message));

const english = (days: string): string =>
  `You have learned ${days}. Complete a lesson or hand in work today, and your streak goes on.`;

test('who learned yesterday and not today is warned once in the evening, on the own clock', async () => {
  await student.patch('/me/settings', { timezone: 'Europe/Rome' });
  await learnAt('2026-03-01T09:00:00Z', '2026-03-02T09:00:00Z');
  expect(await warnAt('2026-03-03T17:37:00Z')).toEqual({});
  expect(await warnAt('2026-03-03T18:07:00Z')).toEqual({ warned: 1 });
  expect(await warnAt('2026-03-03T19:07:00Z')).toEqual({});
  expect(await warnings()).toEqual([english('2 days in a row')]);
});

test('who has learned today, has no streak or has lost it is not warned', async () => {
  await learnAt('2026-03-01T09:00:00Z', '2026-03-02T09:00:00Z');
  expect(await warnAt('2026-03-02T19:07:00Z')).toEqual({});
  // The job that ends streaks has not run yet, so the stored streak still has two days.
  expect(await warnAt('2026-03-04T19:07:00Z')).toEqual({});
});

test('a streak that goes on tomorrow, because the learner travelled, is not at risk', async () => {
  await student.patch('/me/settings', { timezone: 'Europe/Rome' });
  await learnAt('2026-03-01T09:00:00Z', '2026-03-02T09:00:00Z');
  await student.patch('/me/settings', { timezone: 'Asia/Tokyo' });
  expect(await warnAt('2026-03-03T10:07:00Z')).toEqual({});
  expect(await warnAt('2026-03-04T10:07:00Z')).toEqual({ warned: 1 });
  expect(await warnings()).toHaveLength(1);
});

test('who has turned the type off is not warned, and others are warned in their language', async () => {
  await learnAt('2026-03-01T09:00:00Z');
  await student.patch('/me/notification-preferences', { types: { streak_at_risk: { email: false, push: false } } });
  expect(await warnAt('2026-03-02T19:07:00Z')).toEqual({});
  await student.patch('/me/notification-preferences', { types: { streak_at_risk: { push: true } } });
  await student.patch('/me/settings', { language: 'it' });
  expect(await warnAt('2026-03-02T19:07:00Z')).toEqual({ warned: 1 });
  expect(await warnings()).toEqual([expect.stringContaining('Hai studiato per 1 giorno.')]);
});

test('the number of statements does not grow with the number of learners', async () => {
  await learnAt('2026-03-01T09:00:00Z');
  const statementsAt = async (instant: string): Promise<number> =>
    (await school.statements(() => warnAt(instant))).statements.length;
  const forOne = await statementsAt('2026-03-02T19:07:00Z');
  for (let index = 0; index < 10; index++) {
    school.clock.stopAt(null);
    student = await anEnrolledStudent(school, course);
    await learnAt('2026-03-02T09:00:00Z');
  }
  expect(await statementsAt('2026-03-03T19:07:00Z')).toBe(forOne);
  expect(await warnings()).toHaveLength(1);
});
