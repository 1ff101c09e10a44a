import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { aLemon, allRight, anExercise, assignment, notEnough } from './exercises';

let school: School;
let teacher: Client;
let course: BuiltCourse;
let quiz: number;
let lemon: number;
let idle: Client;
let busy: Client;
let failed: Client;

const dayMs = 86_400_000;
const today = new Date(Date.UTC(2026, 4, 20, 9));
const daysAgo = <T>(days: number, work: () => Promise<T>): Promise<T> =>
  school.clock.at(new Date(today.getTime() - days * dayMs), work);
const complete = (student: Client, lesson: number | undefined, timeSpentMinutes: number) =>
  student.put(`/lessons/${lesson}/completion`, { timeSpentMinutes });

/**
 * `idle` completed the first lesson nine days ago, `busy` did so yesterday, and `failed` has no attempt at the quiz left. A fourth student
 * completed the course long ago, and the teacher is enrolled in the own course.
 */
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
  course = await aPublishedCourse(school, teacher.id, { lessons: 3 });
  quiz = await anExercise(school, course.lessons[1], { attemptsAllowed: 1 });
  lemon = await anExercise(school, course.lessons[2], assignment);
  const done = await school.student();
  [idle, busy, failed] = [await school.student(), await school.student(), await school.student()];
  await daysAgo(20, async () => {
    for (const person of [idle, busy, failed, done, teacher]) await person.post(`/courses/${course.id}/enrollment`);
    for (const lesson of course.lessons) await complete(done, lesson, 40);
  });
  await daysAgo(9, () => complete(idle, course.lessons[0], 10));
  await daysAgo(1, () => complete(busy, course.lessons[0], 30));
  await daysAgo(1, () => busy.post(`/exercises/${quiz}/submissions`, { answers: allRight }));
  await daysAgo(1, () => busy.post(`/exercises/${lemon}/submissions`, aLemon));
  await daysAgo(2, () => failed.post(`/exercises/${quiz}/submissions`, { answers: notEnough }));
});
afterAll(() => school.close());

const readStuck = (query = '', person = teacher) =>
  daysAgo(0, () => person.get(`/courses/${course.id}/stuck-learners${query}`));

describe('stuck learners', () => {
  test('a teacher sees who has not moved for a week or has no attempt left, where they stand, and why', async () => {
    const { body } = await readStuck('?withTotal=true');
    expect(body.page.total).toBe(2);
    expect(body.data).toMatchObject([
      {
        student: { id: idle.id, username: idle.username },
        reasons: ['not_moved'],
        progressPercentage: 33,
        lastMovedAt: new Date(today.getTime() - 9 * dayMs).toISOString(),
        lesson: { id: course.lessons[1], title: 'Lesson 2' },
        failedExercises: [],
      },
      {
        student: { id: failed.id },
        reasons: ['no_attempts_left'],
        lesson: { id: course.lessons[0] },
        failedExercises: [{ id: quiz, title: 'Know your colours', lessonId: course.lessons[1] }],
      },
    ]);
  });

  test('the number of days can be chosen, and the pages contain each student once', async () => {
    const { body } = await readStuck('?days=1&limit=1');
    expect(body.data[0].student.id).toBe(idle.id);
    const second = await readStuck(`?days=1&limit=1&cursor=${body.page.nextCursor}`);
    expect(second.body.data[0]).toMatchObject({
      student: { id: failed.id },
      reasons: ['not_moved', 'no_attempts_left'],
    });
    expect(second.body.page.hasMore).toBe(false);
    expect((await readStuck('?days=30')).body.data).toHaveLength(1);
    for (const days of ['0', '366', '1.5', 'x']) expect((await readStuck(`?days=${days}`)).status).toBe(422);
  });

  test('a page costs three statements, with the check of the teacher', async () => {
    expect((await school.statements(() => readStuck())).statements).toHaveLength(3);
  });
});

describe('figures', () => {
  test('a teacher sees completions and the median of minutes by lesson, and results by exercise', async () => {
    const { body } = await teacher.get(`/courses/${course.id}/figures`);
    expect(body).toMatchObject({ enrolledCount: 5, completedCount: 1 });
    expect(body.lessons).toEqual([
      { id: course.lessons[0], title: 'Lesson 1', completionCount: 3, medianMinutes: 30 },
      { id: course.lessons[1], title: 'Lesson 2', completionCount: 1, medianMinutes: 40 },
      { id: course.lessons[2], title: 'Lesson 3', completionCount: 1, medianMinutes: 40 },
    ]);
    expect(body.exercises).toMatchObject([
      { id: quiz, startedCount: 2, passedCount: 1, pendingCount: 0, averageScorePercent: 75 },
      { id: lemon, startedCount: 1, passedCount: 0, pendingCount: 1, averageScorePercent: null },
    ]);
  });

  test('the median of an even number of times is the middle of two, and a time of 0 does not count', async () => {
    const other = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    for (const minutes of [10, 0, 25])
      await complete(await anEnrolledStudent(school, other), other.lessons[0], minutes);
    const { body } = await teacher.get(`/courses/${other.id}/figures`);
    expect(body.lessons).toMatchObject([{ completionCount: 3, medianMinutes: 17.5 }]);
  });

  test('a course without students has figures of zero', async () => {
    const empty = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    const { body } = await teacher.get(`/courses/${empty.id}/figures`);
    expect(body).toMatchObject({ enrolledCount: 0, completedCount: 0, averageProgressPercentage: null, exercises: [] });
    expect(body.lessons).toMatchObject([{ completionCount: 0, medianMinutes: null }]);
  });

  test('a teacher sees how many answered each question and how many were right; a question left out is not wrong', async () => {
    const { body } = await teacher.get(`/exercises/${quiz}/figures`);
    expect(body.submissionCount).toBe(2);
    const counts = body.questions.map((question: Record<string, unknown>) => [
      question.id,
      question.answeredCount,
      question.rightCount,
      question.partlyRightCount,
      question.rightRate,
    ]);
    expect(counts).toEqual([
      ['q1', 2, 2, 0, 1],
      ['q2', 2, 1, 1, 0.5],
      ['q3', 2, 2, 0, 1],
      ['q4', 1, 1, 0, 1],
      ['q5', 1, 1, 0, 1],
    ]);
    expect((await teacher.get(`/exercises/${lemon}/figures`)).body).toEqual({
      exerciseId: lemon,
      submissionCount: 1,
      questions: [],
    });
  });

  test('the figures of a course cost four statements, those of an exercise two', async () => {
    const ofCourse = await school.statements(() => teacher.get(`/courses/${course.id}/figures`));
    expect(ofCourse.statements).toHaveLength(4);
    const ofExercise = await school.statements(() => teacher.get(`/exercises/${quiz}/figures`));
    expect(ofExercise.statements).toHaveLength(2);
  });

  test('only the teacher of the course and administrators may read them', async () => {
    const paths = [
      `/courses/${course.id}/figures`,
      `/courses/${course.id}/stuck-learners`,
      `/exercises/${quiz}/figures`,
    ];
    for (const path of paths) {
      expect((await busy.get(path)).status).toBe(403);
      expect((await (await school.teacher()).get(path)).status).toBe(403);
      expect((await (await school.admin()).get(path)).status).toBe(200);
    }
    expect((await teacher.get('/courses/999999/figures')).status).toBe(404);
    expect((await teacher.get('/exercises/999999/figures')).status).toBe(404);
  });
});
