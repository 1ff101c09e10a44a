import { date, int, nullable, text } from '../../src/platform/database/columns';
import { Streaks } from '../../src/modules/progress/streaks/streaks';
import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';

let school: School;
let course: BuiltCourse;
beforeAll(async () => {
  school = await School.open();
  course = await aPublishedCourse(school, (await school.teacher()).id, { lessons: 60 });
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const at = (instant: string): void => school.clock.stopAt(new Date(instant));
const complete = (student: Client, lesson: number) => student.put(`/lessons/${course.lessons[lesson]}/completion`, {});
const live = (student: Client, timezone: string) => student.patch('/me/settings', { timezone });
const seen = async (student: Client): Promise<number> => (await student.get('/me/progress')).body.streakDays;
const stored = async (student: Client) =>
  (await school.database.row(
    { days: int, run: int, on: nullable(date), zone: nullable(text), bridge: nullable(date) },
    `SELECT streak_days AS days, streak_run AS run, last_activity_on AS "on", last_activity_timezone AS zone,
       last_bridge_on AS bridge FROM users_userprogress WHERE user_id = $1`,
    [student.id],
  ))!;

/** Active once on each of these instants. */
async function activeOn(student: Client, ...instants: string[]): Promise<void> {
  const done = (await stored(student)).run;
  for (const [step, instant] of instants.entries()) {
    at(instant);
    await complete(student, done + step);
  }
}

it('counts days, not lessons, and not 24 hours', async () => {
  const student = await anEnrolledStudent(school, course);
  await activeOn(student, '2026-03-01T08:00:00Z', '2026-03-01T20:00:00Z', '2026-03-02T23:59:00Z');
  expect(await seen(student)).toBe(2);
});

it('lives until the end of the day after, in the learner’s zone', async () => {
  const student = await anEnrolledStudent(school, course);
  await live(student, 'America/New_York');
  // 23:30 on the 7th of March in New York; the clocks go forward on the 8th.
  await activeOn(student, '2026-03-08T04:30:00Z');
  at('2026-03-09T03:59:00Z');
  expect(await seen(student)).toBe(1);
  at('2026-03-09T04:01:00Z');
  expect(await seen(student)).toBe(0);
});

it('is ended by the schedule, for those it is over for and nobody else', async () => {
  const [over, alive] = [await anEnrolledStudent(school, course), await anEnrolledStudent(school, course)];
  await live(alive, 'Pacific/Honolulu');
  await activeOn(over, '2026-04-01T12:00:00Z');
  await activeOn(alive, '2026-04-02T12:00:00Z');
  await school.job('progress:recompute-streaks');
  at('2026-04-03T12:00:00Z');
  expect(await school.job('progress:recompute-streaks')).toEqual({ examined: 1, changed: 1 });
  expect([(await stored(over)).days, (await stored(alive)).days]).toEqual([0, 1]);
  expect(await school.job('progress:recompute-streaks')).toEqual({ examined: 0, changed: 0 });
});

it('repairs a stored streak that is not what the days say', async () => {
  const student = await anEnrolledStudent(school, course);
  await activeOn(student, '2026-05-01T12:00:00Z', '2026-05-02T12:00:00Z');
  const right = await stored(student);
  await school.database.transaction(() =>
    school.database.run('UPDATE users_userprogress SET streak_days = 40, streak_run = 40 WHERE user_id = $1', [
      student.id,
    ]),
  );
  at('2026-05-02T13:00:00Z');
  await school.job('progress:recompute-streaks');
  expect(await stored(student)).toEqual(right);
});

it('forgives one date that a journey swallowed, and wakes up when the zone says it is still yesterday', async () => {
  const student = await anEnrolledStudent(school, course);
  await live(student, 'Pacific/Honolulu');
  await activeOn(student, '2026-06-01T20:00:00Z');
  await live(student, 'Pacific/Kiritimati');
  await activeOn(student, '2026-06-02T20:00:00Z');
  expect(await stored(student)).toMatchObject({ run: 2, on: '2026-06-03', bridge: '2026-06-03' });
  at('2026-06-05T00:00:00+14:00');
  await school.job('progress:recompute-streaks');
  expect((await stored(student)).days).toBe(0);
  await live(student, 'Pacific/Honolulu');
  expect((await stored(student)).days).toBe(2);
});

it('comes out the same step by step and recomputed from the days, for random histories', async () => {
  const zones = ['UTC', 'Pacific/Kiritimati', 'Pacific/Honolulu', 'America/New_York', 'Asia/Kathmandu', 'Europe/Rome'];
  let seed = 20_260_301;
  const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  for (let history = 0; history < 25; history++) {
    school.clock.stopAt(null);
    const student = await anEnrolledStudent(school, course);
    let now = Date.UTC(2026, 2, 27, random(24), random(60));
    for (let step = 0; step < 14; step++) {
      if (random(4) === 0) await live(student, zones[random(zones.length)] as string);
      now += random(40) * 3_600_000;
      school.clock.stopAt(new Date(now));
      await complete(student, step);
      const before = await stored(student);
      await school.part(Streaks).recomputeOf([student.id]);
      expect(await stored(student)).toEqual(before);
    }
  }
});
