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

const stopClockAt = (instant: string): void => school.clock.stopAt(new Date(instant));
const complete = (student: Client, lessonIndex: number) =>
  student.put(`/lessons/${course.lessons[lessonIndex]}/completion`, {});
const setTimezone = (student: Client, timezone: string) => student.patch('/me/settings', { timezone });
const shownStreak = async (student: Client): Promise<number> => (await student.get('/me/progress')).body.streakDays;
const storedStreak = async (student: Client) =>
  (await school.database.row(
    { days: int, run: int, on: nullable(date), zone: nullable(text), bridge: nullable(date) },
    `SELECT streak_days AS days, streak_run AS run, last_activity_on AS "on", last_activity_timezone AS zone,
       last_bridge_on AS bridge FROM users_userprogress WHERE user_id = $1`,
    [student.id],
  ))!;

/** Completes one lesson at each of these instants. */
async function completeLessonsAt(student: Client, ...instants: string[]): Promise<void> {
  const completedCount = (await storedStreak(student)).run;
  for (const [index, instant] of instants.entries()) {
    stopClockAt(instant);
    await complete(student, completedCount + index);
  }
}

it('a streak counts calendar days, not lessons and not periods of 24 hours', async () => {
  const student = await anEnrolledStudent(school, course);
  await completeLessonsAt(student, '2026-03-01T08:00:00Z', '2026-03-01T20:00:00Z', '2026-03-02T23:59:00Z');
  expect(await shownStreak(student)).toBe(2);
});

it('a streak lasts until the end of the next day in the learner’s time zone', async () => {
  const student = await anEnrolledStudent(school, course);
  await setTimezone(student, 'America/New_York');
  // This is 23:30 on 7 March in New York. The clocks go forward on 8 March.
  await completeLessonsAt(student, '2026-03-08T04:30:00Z');
  stopClockAt('2026-03-09T03:59:00Z');
  expect(await shownStreak(student)).toBe(1);
  stopClockAt('2026-03-09T04:01:00Z');
  expect(await shownStreak(student)).toBe(0);
});

it('progress:recompute-streaks ends only the streaks that are broken', async () => {
  const ended = await anEnrolledStudent(school, course);
  const alive = await anEnrolledStudent(school, course);
  await setTimezone(alive, 'Pacific/Honolulu');
  await completeLessonsAt(ended, '2026-04-01T12:00:00Z');
  await completeLessonsAt(alive, '2026-04-02T12:00:00Z');
  await school.job('progress:recompute-streaks');
  stopClockAt('2026-04-03T12:00:00Z');
  expect(await school.job('progress:recompute-streaks')).toEqual({ examined: 1, changed: 1 });
  expect([(await storedStreak(ended)).days, (await storedStreak(alive)).days]).toEqual([0, 1]);
  expect(await school.job('progress:recompute-streaks')).toEqual({ examined: 0, changed: 0 });
});

it('progress:recompute-streaks repairs a stored streak that differs from the activity days', async () => {
  const student = await anEnrolledStudent(school, course);
  await completeLessonsAt(student, '2026-05-01T12:00:00Z', '2026-05-02T12:00:00Z');
  const rightStreak = await storedStreak(student);
  await school.database.transaction(() =>
    school.database.run('UPDATE users_userprogress SET streak_days = 40, streak_run = 40 WHERE user_id = $1', [
      student.id,
    ]),
  );
  stopClockAt('2026-05-02T13:00:00Z');
  await school.job('progress:recompute-streaks');
  expect(await storedStreak(student)).toEqual(rightStreak);
});

it('a date skipped by a change of the time zone is forgiven, and an ended streak is alive again in an earlier time zone', async () => {
  const student = await anEnrolledStudent(school, course);
  await setTimezone(student, 'Pacific/Honolulu');
  await completeLessonsAt(student, '2026-06-01T20:00:00Z');
  await setTimezone(student, 'Pacific/Kiritimati');
  await completeLessonsAt(student, '2026-06-02T20:00:00Z');
  expect(await storedStreak(student)).toMatchObject({ run: 2, on: '2026-06-03', bridge: '2026-06-03' });
  stopClockAt('2026-06-05T00:00:00+14:00');
  await school.job('progress:recompute-streaks');
  expect((await storedStreak(student)).days).toBe(0);
  await setTimezone(student, 'Pacific/Honolulu');
  expect((await storedStreak(student)).days).toBe(2);
});

it('the stored streak equals the streak recomputed from the days, for random histories', async () => {
  const zones = ['UTC', 'Pacific/Kiritimati', 'Pacific/Honolulu', 'America/New_York', 'Asia/Kathmandu', 'Europe/Rome'];
  let seed = 20_260_301;
  const randomBelow = (limit: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % limit;
  };
  for (let history = 0; history < 25; history++) {
    school.clock.stopAt(null);
    const student = await anEnrolledStudent(school, course);
    let nowMs = Date.UTC(2026, 2, 27, randomBelow(24), randomBelow(60));
    for (let step = 0; step < 14; step++) {
      if (randomBelow(4) === 0) await setTimezone(student, zones[randomBelow(zones.length)] as string);
      nowMs += randomBelow(40) * 3_600_000;
      school.clock.stopAt(new Date(nowMs));
      await complete(student, step);
      const before = await storedStreak(student);
      await school.part(Streaks).recomputeOf([student.id]);
      expect(await storedStreak(student)).toEqual(before);
    }
  }
});
