import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { testEngine } from '../support/database-url';
import { School, type Client } from '../support/school';
import { aLemon, allRight, anExercise, assignment, notEnough } from './exercises';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const complete = (student: Client, lessonId: number | undefined) => student.put(`/lessons/${lessonId}/completion`, {});
const read = async (client: Client, path: string) => (await client.get(path)).body;
const require = (course: BuiltCourse, courseIds: number[]) =>
  teacher.put(`/courses/${course.id}/prerequisites`, { courseIds });
/** The number of statements of a request whose session is in the cache. */
const statementCount = async (client: Client, path: string): Promise<number> => {
  await client.get(path);
  return (await school.statements(() => client.get(path))).statements.length;
};

describe('GET /courses/{id}', () => {
  it('shows a visitor the course without an own state, and a request with an invalid token gets 401', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const response = await school.visitor.get(`/courses/${course.id}`);
    expect(response).toMatchObject({ status: 200, body: { mine: null } });
    expect(response.body.lessons.map(({ mine }: { mine: unknown }) => mine)).toEqual([null, null, null]);
    expect(response.headers.vary).toMatch(/\bauthorization\b/i);
    expect(response.headers['cache-control']).toMatch(/private/);
    const invalid = await school.visitor.get(`/courses/${course.id}`, { authorization: 'Bearer expired' });
    expect(invalid).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  });

  it('shows an enrolled student the completed lessons and the next one', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const student = await anEnrolledStudent(school, course);
    await complete(student, course.lessons[0]);
    const { mine, lessons } = await read(student, `/courses/${course.id}`);
    expect(mine).toMatchObject({ status: 'enrolled', progressPercentage: 33, isCompleted: false, completedAt: null });
    expect(mine.nextLesson).toEqual({ id: course.lessons[1], title: 'Lesson 2' });
    expect(lessons.map((lesson: any) => [lesson.mine.completedAt !== null, lesson.mine.isLocked])).toEqual([
      [true, false],
      [false, false],
      [false, false],
    ]);
  });

  it('names the missing prerequisites as the reason why the lessons are locked', async () => {
    const [required, course] = [await aPublishedCourse(school, teacher.id), await aPublishedCourse(school, teacher.id)];
    await require(course, [required.id]);
    const student = await school.student();
    const { mine, lessons } = await read(student, `/courses/${course.id}`);
    expect(mine).toMatchObject({
      status: 'not_enrolled',
      nextLesson: null,
      missingPrerequisites: [{ id: required.id, title: 'Colour and light' }],
    });
    expect(lessons[0].mine).toEqual({ completedAt: null, isLocked: true, lockReason: 'prerequisites_missing' });
    await student.post(`/courses/${required.id}/enrollment`);
    for (const lessonId of required.lessons) await complete(student, lessonId);
    const later = await read(student, `/courses/${course.id}`);
    expect([later.mine.missingPrerequisites, later.lessons[0].mine.lockReason]).toEqual([[], 'not_enrolled']);
  });

  it('shows the kept progress of a student who left the course, and locks its lessons', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const student = await anEnrolledStudent(school, course);
    await complete(student, course.lessons[0]);
    await student.delete(`/courses/${course.id}/enrollment`);
    const { mine, lessons } = await read(student, `/courses/${course.id}`);
    expect(mine).toMatchObject({ status: 'left', progressPercentage: 33, nextLesson: null, missingPrerequisites: [] });
    expect(lessons[0].mine).toMatchObject({ isLocked: true, lockReason: 'not_enrolled' });
    expect(lessons[0].mine.completedAt).not.toBeNull();
  });

  it('has another ETag after a completion, and If-Match compares only the version', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const student = await anEnrolledStudent(school, course);
    await student.get(`/lessons/${course.lessons[0]}`);
    const { etag } = (await student.get(`/courses/${course.id}`)).headers;
    const unchanged = await student.get(`/courses/${course.id}`, { 'if-none-match': etag! });
    expect(unchanged.status).toBe(304);
    await complete(student, course.lessons[0]);
    const changed = await student.get(`/courses/${course.id}`, { 'if-none-match': etag! });
    expect(changed.status).toBe(200);
    const ofTeacher = (await teacher.get(`/courses/${course.id}`)).headers.etag!;
    await complete(student, course.lessons[1]);
    const edit = await teacher.patch(`/courses/${course.id}`, { durationHours: 3 }, { 'if-match': ofTeacher });
    expect(edit.status).toBe(200);
    const stale = await teacher.patch(`/courses/${course.id}`, { durationHours: 4 }, { 'if-match': ofTeacher });
    expect(stale.status).toBe(412);
  });

  it('costs one statement, and in the same round trip one for the own state of a student who is enrolled or not', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 9 });
    const student = await anEnrolledStudent(school, course);
    const path = `/courses/${course.id}`;
    for (const client of [student, await school.student()]) {
      expect(await statementCount(client, path)).toBe(2);
      const { roundTripCount } = await school.statements(() => client.get(path));
      expect(roundTripCount).toBe(testEngine() === 'postgres' ? 1 : 0);
    }
    expect(await statementCount(school.visitor, path)).toBe(1);
  });
});

describe('lists of courses', () => {
  it('the catalogue and my enrolments have the state of the caller, with one statement for all courses', async () => {
    const [one, two] = [await aPublishedCourse(school, teacher.id), await aPublishedCourse(school, teacher.id)];
    const student = await anEnrolledStudent(school, one);
    await complete(student, one.lessons[0]);
    const { data } = await read(student, `/courses?teacherId=${teacher.id}&limit=100`);
    const stateOf = (course: BuiltCourse) => data.find(({ id }: { id: number }) => id === course.id).mine;
    const nextLesson = { id: one.lessons[1], title: 'Lesson 2' };
    expect(stateOf(one)).toEqual({ status: 'enrolled', progressPercentage: 33, isCompleted: false, nextLesson });
    expect(stateOf(two)).toEqual({
      status: 'not_enrolled',
      progressPercentage: 0,
      isCompleted: false,
      nextLesson: null,
    });
    const mine = await read(student, '/me/enrollments');
    expect(mine.data).toMatchObject([{ courseId: one.id, progressPercentage: 33, nextLesson, courseThumbnail: '' }]);
    expect(await statementCount(student, '/courses?limit=100')).toBe(2);
    expect(await statementCount(student, '/me/enrollments')).toBe(1);
    expect(await statementCount(school.visitor, '/courses?limit=100')).toBe(1);
  });
});

describe('GET /lessons/{id}', () => {
  it('has the neighbours, the exercises and the state of the student in one response', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const quiz = await anExercise(school, course.lessons[1]);
    const student = await anEnrolledStudent(school, course);
    await student.post(`/exercises/${quiz}/submissions`, { answers: notEnough });
    const lesson = await read(student, `/lessons/${course.lessons[1]}`);
    expect([lesson.previousLesson.id, lesson.nextLesson.id]).toEqual([course.lessons[0], course.lessons[2]]);
    expect(lesson.mine).toEqual({ completedAt: null, isLocked: false, lockReason: null });
    expect(lesson.exercises).toHaveLength(1);
    expect(lesson.exercises[0].mine).toMatchObject({
      attemptsUsed: 1,
      attemptsLeft: 2,
      scorePercent: 50,
      bestScorePercent: 50,
      hasPassed: false,
      openAttempt: null,
      latestSubmission: { status: 'needs_revision', score: 50, maxScore: 100 },
      serverTime: null,
    });
    await complete(student, course.lessons[1]);
    expect((await read(student, `/lessons/${course.lessons[1]}`)).mine.completedAt).not.toBeNull();
    expect((await read(student, `/lessons/${course.lessons[0]}`)).previousLesson).toBeNull();
  });

  it('shows an open attempt with its deadline and the time of the server, until the deadline has passed', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    const quiz = await anExercise(school, course.lessons[0], { timeLimitMinutes: 30 });
    const student = await anEnrolledStudent(school, course);
    const noon = new Date();
    school.clock.stopAt(noon);
    const attempt = (await student.post(`/exercises/${quiz}/attempts`)).body;
    expect(attempt.serverTime).toBe(noon.toISOString());
    const [shown] = (await read(student, `/lessons/${course.lessons[0]}`)).exercises;
    expect(shown.mine).toMatchObject({
      attemptsLeft: 2,
      openAttempt: { id: attempt.id, deadlineAt: attempt.deadlineAt },
      serverTime: noon.toISOString(),
    });
    school.clock.stopAt(new Date(noon.getTime() + 31 * 60_000));
    expect((await read(student, `/exercises/${quiz}`)).mine.openAttempt).toBeNull();
  });

  it('costs four statements with any number of exercises, and an exercise costs three', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    const student = await anEnrolledStudent(school, course);
    const exercise = await anExercise(school, course.lessons[0]);
    for (let count = 0; count < 5; count++) await anExercise(school, course.lessons[0]);
    expect(await statementCount(student, `/lessons/${course.lessons[0]}`)).toBe(4);
    expect(await statementCount(student, `/exercises/${exercise}`)).toBe(3);
  });
});

describe('the last access to a course', () => {
  const lastAccessOf = async (student: Client) => (await read(student, '/me/enrollments')).data[0].lastAccessedAt;
  const start = new Date();
  const afterMinutes = (minutes: number) => new Date(start.getTime() + minutes * 60_000);

  it('moves when the student reads a lesson, with at most one write in five minutes', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    school.clock.stopAt(start);
    const student = await anEnrolledStudent(school, course);
    const readLesson = async () =>
      (await school.statements(() => student.get(`/lessons/${course.lessons[0]}`))).statements;
    const updates = (statements: string[]) => statements.filter((sql) => sql.startsWith('UPDATE'));
    school.clock.stopAt(afterMinutes(4));
    expect(updates(await readLesson())).toEqual([]);
    school.clock.stopAt(afterMinutes(6));
    expect(updates(await readLesson())).toHaveLength(1);
    expect(updates(await readLesson())).toEqual([]);
    expect(await lastAccessOf(student)).toBe(afterMinutes(6).toISOString());
  });

  it('moves when the student hands in work', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const exercise = await anExercise(school, course.lessons[0]);
    school.clock.stopAt(start);
    const student = await anEnrolledStudent(school, course);
    school.clock.stopAt(afterMinutes(20));
    await student.post(`/exercises/${exercise}/submissions`, { answers: notEnough });
    expect(await lastAccessOf(student)).toBe(afterMinutes(20).toISOString());
  });

  it('does not make the lesson fail if it cannot be stored', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    school.clock.stopAt(start);
    const student = await anEnrolledStudent(school, course);
    school.clock.stopAt(afterMinutes(10));
    const transaction = jest.spyOn(school.database, 'transaction').mockRejectedValueOnce(new Error('The disk is full'));
    expect((await student.get(`/lessons/${course.lessons[0]}`)).status).toBe(200);
    expect(transaction).toHaveBeenCalledTimes(1);
    transaction.mockRestore();
    expect(await lastAccessOf(student)).toBe(start.toISOString());
  });

  it('is stored when eight concurrent requests read the lesson, and none of them fails', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    school.clock.stopAt(start);
    const student = await anEnrolledStudent(school, course);
    school.clock.stopAt(afterMinutes(10));
    const responses = await Promise.all(Array.from({ length: 8 }, () => student.get(`/lessons/${course.lessons[0]}`)));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await lastAccessOf(student)).toBe(afterMinutes(10).toISOString());
  });
});

describe('GET /lessons/{id}/completion', () => {
  it('shows the completion, and 404 before it and for a lesson that does not exist', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const student = await anEnrolledStudent(school, course);
    const path = `/lessons/${course.lessons[0]}/completion`;
    expect(await student.get(path)).toMatchObject({ status: 404, body: { code: 'COMPLETION_NOT_FOUND' } });
    expect(await student.get('/lessons/999999/completion')).toMatchObject({
      status: 404,
      body: { code: 'LESSON_NOT_FOUND' },
    });
    const { earned, ...completion } = (await student.put(path, { notes: 'wet' })).body;
    expect((await student.get(path)).body).toEqual(completion);
    expect(earned.coins).toBeGreaterThan(0);
    await student.delete(`/courses/${course.id}/enrollment`);
    expect((await student.get(path)).body).toEqual(completion);
  });
});

describe('what an act earned', () => {
  it('the response to a completion has its coins and achievements, and a repeated request earns nothing', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const student = await anEnrolledStudent(school, course);
    const before = (await read(student, '/me/coins')).balance;
    const { earned } = (await complete(student, course.lessons[0])).body;
    expect(earned.achievements).toContainEqual({ type: 'first_lesson', title: expect.any(String) });
    expect(earned.streakDays).toBe(1);
    expect((await read(student, '/me/coins')).balance).toBe(before + earned.coins);
    const repeated = (await complete(student, course.lessons[0])).body.earned;
    expect(repeated).toEqual({ coins: 0, achievements: [], streakDays: 1 });
  });

  it('a passed quiz earns its coins with the hand-in, and work earns them with the grade of the teacher', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    const [quiz, work] = [
      await anExercise(school, course.lessons[0]),
      await anExercise(school, course.lessons[0], assignment),
    ];
    const student = await anEnrolledStudent(school, course);
    const handedIn = (await student.post(`/exercises/${work}/submissions`, aLemon)).body;
    expect(handedIn.earned.coins).toBe((await read(student, '/me/coins')).balance);
    const graded = await teacher.put(`/submissions/${handedIn.id}/grade`, { score: 90, status: 'approved' });
    expect(graded.body.earned.coins).toBeGreaterThanOrEqual(15);
    const passed = (await student.post(`/exercises/${quiz}/submissions`, { answers: allRight })).body;
    expect(passed.earned.coins).toBe(15);
    const paid = handedIn.earned.coins + graded.body.earned.coins + passed.earned.coins;
    expect((await read(student, '/me/coins')).balance).toBe(paid);
    expect((await read(student, '/me/progress')).totalCoinsEarned).toBe(paid);
  });

  it('a completion in a course that is not open earns nothing', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const student = await anEnrolledStudent(school, course);
    await teacher.delete(`/courses/${course.id}/publication`);
    expect((await complete(student, course.lessons[0])).body.earned.coins).toBe(0);
    expect((await read(student, '/me/coins')).balance).toBe(0);
  });
});
