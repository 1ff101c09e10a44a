import { aPublishedCourse, anEnrolledStudent } from '../support/courses';
import { anExercise } from '../progress/exercises';
import { testEngine } from '../support/database-url';
import { School, type Client } from '../support/school';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const home = async (person: Client) => (await person.get('/me/home')).body;
const complete = (student: Client, lessonId: number | undefined) => student.put(`/lessons/${lessonId}/completion`, {});

describe('GET /me/home', () => {
  it('is empty for a new student, and needs a signed-in person', async () => {
    expect(await home(await school.student())).toEqual({
      streakDays: 0,
      lastActivityAt: null,
      coursesEnrolled: 0,
      coursesCompleted: 0,
      lessonsCompleted: 0,
      exercisesCompleted: 0,
      averageScore: 0,
      achievementsEarned: 0,
      totalCoinsEarned: 0,
      balance: 0,
      unreadCount: 0,
      courses: [],
      achievements: [],
      openAttempts: [],
      serverTime: null,
    });
    expect((await school.visitor.get('/me/home')).status).toBe(401);
  });

  it('has the courses in progress with the next lesson, last used first, and what the other screens show', async () => {
    const [first, second, done, left] = [
      await aPublishedCourse(school, teacher.id),
      await aPublishedCourse(school, teacher.id),
      await aPublishedCourse(school, teacher.id, { lessons: 1 }),
      await aPublishedCourse(school, teacher.id),
    ];
    const student = await anEnrolledStudent(school, first);
    for (const { id } of [second, done, left]) await student.post(`/courses/${id}/enrollment`);
    await student.delete(`/courses/${left.id}/enrollment`);
    await complete(student, done.lessons[0]);
    await complete(student, first.lessons[0]);
    await school.settle();
    const shown = await home(student);
    expect(
      shown.courses.map(({ courseId, progressPercentage, nextLesson }: any) => [
        courseId,
        progressPercentage,
        nextLesson.id,
      ]),
    ).toEqual([
      [first.id, 33, first.lessons[1]],
      [second.id, 0, second.lessons[0]],
    ]);
    const progress = (await student.get('/me/progress')).body;
    expect(shown).toMatchObject({
      streakDays: progress.streakDays,
      lessonsCompleted: 2,
      coursesCompleted: 1,
      totalCoinsEarned: progress.totalCoinsEarned,
      balance: (await student.get('/me/coins')).body.balance,
      unreadCount: (await student.get('/me/notifications/unread-count')).body.unread,
    });
    expect(shown.unreadCount).toBeGreaterThan(0);
    const earned = progress.achievements.earned.map(({ id, title }: any) => [id, title]);
    expect(shown.achievements.map(({ id, title }: any) => [id, title])).toEqual(earned);
    expect(earned.length).toBeGreaterThan(1);
  });

  it('has the open attempts by their deadline, with the time of the server, and no overdue attempt', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    const ids = [];
    for (const timeLimitMinutes of [50, 30])
      ids.push(await anExercise(school, course.lessons[0], { timeLimitMinutes }));
    const student = await anEnrolledStudent(school, course);
    const now = new Date();
    school.clock.stopAt(now);
    for (const id of ids) await student.post(`/exercises/${id}/attempts`);
    const shown = await home(student);
    expect(shown.serverTime).toBe(now.toISOString());
    expect(shown.openAttempts.map(({ exerciseId }: any) => exerciseId)).toEqual([ids[1], ids[0]]);
    expect(shown.openAttempts[0]).toMatchObject({ lessonId: course.lessons[0], courseId: course.id, attemptNumber: 1 });
    school.clock.stopAt(new Date(now.getTime() + 40 * 60_000));
    expect((await home(student)).openAttempts.map(({ exerciseId }: any) => exerciseId)).toEqual([ids[0]]);
  });

  it('costs five statements and one round trip with any number of courses, achievements and attempts', async () => {
    const student = await school.student();
    await home(student);
    const cost = async () => {
      const { statements, roundTripCount } = await school.statements(() => home(student));
      return [statements.length, roundTripCount];
    };
    const expected = [5, testEngine() === 'postgres' ? 1 : 0];
    expect(await cost()).toEqual(expected);
    for (let count = 0; count < 5; count++) {
      const course = await aPublishedCourse(school, teacher.id);
      await student.post(`/courses/${course.id}/enrollment`);
      await complete(student, course.lessons[0]);
    }
    expect(await cost()).toEqual(expected);
  });
});
