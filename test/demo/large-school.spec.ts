import { loadLargeSchool, NotEmpty } from '../../demo/large-school';
import { School } from '../support/school';
import { driftOf, recomputedStreaks, rowsIn, violations } from './drift';

const students = 50;
const courses = 20;
const day = new Date('2026-11-22T16:20:00Z');

describe('the large school', () => {
  let school: School;

  beforeAll(async () => {
    school = await School.open();
    school.clock.stopAt(day);
    await loadLargeSchool(school.app, { students, courses });
  });
  afterAll(() => school.close());

  it.each([
    ['courses_lesson', courses * 12],
    ['courses_exercise', courses * 12 * 3],
    ['courses_courseenrollment', students * 5],
    ['courses_lessoncompletion', students * 30],
    ['progress_activityday', students * 30],
    ['rewards_teocointransaction', students * 40],
    ['notifications_notification', students * 20],
    ['rewards_achievement', students * 5],
  ])('the large school has the planned number of rows in %s', async (table, expected) =>
    expect(await rowsIn(school, table)).toBe(expected),
  );

  it('the ledger and every stored counter of the large school are right', async () => {
    expect(await driftOf(school)).toEqual({});
    expect(await violations(school)).toBe(0);
    expect(await recomputedStreaks(school)).toBe(0);
    // In Tokyo it is the next day already, so students there have missed a day and lost their streak.
    expect(await rowsIn(school, 'users_userprogress WHERE streak_days = 30')).toBe(10);
  });

  it('a student of the large school can sign in and has progress', async () => {
    const login = { login: 'student1', password: 'six-pigments-2-brushes' };
    // The expiry of a token is compared with the real time, not with the stopped clock.
    school.clock.stopAt(null);
    const { accessToken } = (await school.visitor.post('/auth/login', login)).body as { accessToken: string };
    school.clock.stopAt(day);
    const token = { authorization: `Bearer ${accessToken}` };
    const { data } = (await school.visitor.get('/me/enrollments', token)).body as { data: { courseId: number }[] };
    expect(data).toHaveLength(5);
    const progress = (await school.visitor.get('/me/progress', token)).body as { lessonsCompleted: number };
    expect(progress).toMatchObject({ lessonsCompleted: 30, coursesCompleted: 1, averageScore: 65, streakDays: 30 });
  });

  it('loading the large school refuses a database with people in it', async () => {
    await expect(loadLargeSchool(school.app, { students, courses })).rejects.toThrow(NotEmpty);
    expect(await rowsIn(school, 'courses_course')).toBe(courses);
  });
});
