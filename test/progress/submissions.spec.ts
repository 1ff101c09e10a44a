import { int } from '../../src/platform/database/columns';
import { aPublishedCourse, anEnrolledStudent } from '../support/courses';
import { School, type Client } from '../support/school';
import {
  aLemon,
  allRight,
  anExercise,
  assignment,
  aStudentWithExercise,
  exerciseTotalsOf,
  justEnough,
  answerKeyPattern,
  notEnough,
  quiz,
} from './exercises';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const handIn = (student: Client, exercise: number, answers: object) =>
  student.post(`/exercises/${exercise}/submissions`, { answers });

describe('a quiz', () => {
  it('answers with its score and question by question, and is a pass that pays once', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const answer = await handIn(student, exercise, allRight);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      ...{ status: 'approved', score: 100, maxScore: 100, attemptNumber: 1, gradedById: null, answers: allRight },
      result: { attemptsUsed: 1, attemptsAllowed: 3, scorePercent: 100, passed: true },
    });
    expect(answer.body.questions).toHaveLength(5);
    expect(answer.body.questions[0]).toEqual({ id: 'q1', points: 2, maxPoints: 2, correct: true });
    await handIn(student, exercise, allRight);
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, average: 100, streak: 1, payments: 1 });
  });

  it.each([
    ['exactly the passing percentage is a pass', justEnough, 'approved', 60, true],
    ['less asks for another attempt', notEnough, 'needs_revision', 50, false],
    ['no answer is an answer', {}, 'needs_revision', 0, false],
  ])('%s', async (_, answers, status, score, passed) => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const { body } = await handIn(student, exercise, answers);
    expect(body).toMatchObject({ status, score, result: { passed } });
    expect((await exerciseTotalsOf(school, student.id)).payments).toBe(passed ? 1 : 0);
  });

  it('is rejected when the last attempt fails', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, { attemptsAllowed: 2 });
    const statuses = [await handIn(student, exercise, notEnough), await handIn(student, exercise, notEnough)];
    expect(statuses.map((answer) => answer.body.status)).toEqual(['needs_revision', 'rejected']);
    expect((await handIn(student, exercise, allRight)).body.code).toBe('NO_ATTEMPTS_LEFT');
  });

  it('passes at the boundary whatever binary makes of it', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, { maxScore: 7 });
    expect((await handIn(student, exercise, justEnough)).body).toMatchObject({ score: 4.2, result: { passed: true } });
  });

  it('pays nothing to the course’s own teacher, who may try it', async () => {
    const { exercise, course } = await aStudentWithExercise(school, teacher.id);
    await teacher.post(`/courses/${course.id}/enrollment`);
    expect((await handIn(teacher, exercise, allRight)).body.status).toBe('approved');
    expect((await exerciseTotalsOf(school, teacher.id)).payments).toBe(0);
  });
});

describe('which attempt counts', () => {
  // 50, then 100, then 60 percent.
  it.each([
    ['highest', [50, 100, 100], [false, true, true]],
    ['latest', [50, 100, 60], [false, true, true]],
    ['average', [50, 75, 70], [false, true, true]],
    ['first', [50, 50, 50], [false, false, false]],
  ])('%s', async (gradePolicy, percents, passed) => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, { gradePolicy });
    const results = [];
    for (const answers of [notEnough, allRight, justEnough])
      results.push((await handIn(student, exercise, answers)).body.result);
    expect(results.map((result) => result.scorePercent)).toEqual(percents);
    expect(results.map((result) => result.passed)).toEqual(passed);
    expect((await exerciseTotalsOf(school, student.id)).average).toBe(percents[2]);
  });

  it('a pass is kept when the latest attempt fails', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, { gradePolicy: 'latest' });
    await handIn(student, exercise, allRight);
    const { body } = await handIn(student, exercise, notEnough);
    expect(body).toMatchObject({ status: 'needs_revision', result: { scorePercent: 50, passed: true } });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, average: 50 });
  });

  it('the average of a learner is over their exercises, each with the score that counts', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id);
    const other = await anExercise(school, course.lessons[0]);
    await handIn(student, exercise, notEnough);
    await handIn(student, exercise, allRight);
    await handIn(student, other, notEnough);
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ average: 75, passed: 1 });
  });
});

describe('attempts are counted by the statement that takes them', () => {
  it('64 at once into three leaves exactly three, numbered without gap', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, { attemptsAllowed: 3 });
    const answers = await Promise.all(Array.from({ length: 64 }, () => handIn(student, exercise, allRight)));
    const accepted = answers.filter((answer) => answer.status === 201);
    expect(accepted).toHaveLength(3);
    expect(new Set(accepted.map((answer) => answer.body.attemptNumber))).toEqual(new Set([1, 2, 3]));
    const refused = answers.filter((answer) => answer.status !== 201).map((answer) => answer.body.code);
    expect(new Set(refused)).toEqual(new Set(['NO_ATTEMPTS_LEFT']));
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, average: 100 });
  });

  it('the same Idempotency-Key hands in once, however often it is sent', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const send = () =>
      student.post(`/exercises/${exercise}/submissions`, { answers: allRight }, { 'idempotency-key': 'hand-in-1' });
    const answers = await Promise.all([send(), send(), send()]);
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect((await student.get(`/me/submissions?exerciseId=${exercise}`)).body.data).toHaveLength(1);
  });

  it('two exercises at once keep the totals right', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id);
    const others = await Promise.all([1, 2, 3].map(() => anExercise(school, course.lessons[0])));
    await Promise.all([exercise, ...others].map((each) => handIn(student, each, allRight)));
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 4, payments: 4, average: 100, streak: 1 });
  });
});

describe('who may hand in, and what', () => {
  it('only those enrolled, in what they can see', async () => {
    const { exercise, course, student } = await aStudentWithExercise(school, teacher.id);
    const stranger = await school.student();
    expect((await handIn(stranger, exercise, allRight)).body.code).toBe('NOT_ENROLLED');
    expect((await handIn(stranger, 999_999, allRight)).body.code).toBe('EXERCISE_NOT_FOUND');
    expect((await handIn(school.visitor, exercise, allRight)).status).toBe(401);
    await student.delete(`/courses/${course.id}/enrollment`);
    expect((await handIn(student, exercise, allRight)).body.code).toBe('NOT_ENROLLED');
  });

  it.each([
    ['archived', 'courses_exercise', 'archived_at', new Date()],
    ['of an unpublished lesson', 'courses_lesson', 'is_published', false],
    ['of an archived lesson', 'courses_lesson', 'archived_at', new Date()],
  ])('nothing for an exercise %s', async (_, table, column, value) => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id);
    const id = table === 'courses_lesson' ? course.lessons[0] : exercise;
    await school.database.transaction(() =>
      school.database.run(`UPDATE ${table} SET ${column} = $2 WHERE id = $1`, [id, value]),
    );
    expect((await handIn(student, exercise, allRight)).body.code).toBe('EXERCISE_NOT_FOUND');
  });

  it('until it closes, and not without an attempt where time is limited', async () => {
    const closed = await aStudentWithExercise(school, teacher.id, { closesAt: new Date('2026-03-02T12:00:00Z') });
    const timed = await aStudentWithExercise(school, teacher.id, { timeLimitMinutes: 30 });
    school.clock.stopAt(new Date('2026-03-02T12:00:00Z'));
    expect((await handIn(closed.student, closed.exercise, notEnough)).status).toBe(201);
    school.clock.stopAt(new Date('2026-03-02T12:00:00.001Z'));
    expect((await handIn(closed.student, closed.exercise, allRight)).body.code).toBe('EXERCISE_CLOSED');
    expect((await handIn(timed.student, timed.exercise, allRight)).body.code).toBe('ATTEMPT_REQUIRED');
  });

  it.each([
    ['an answer to no question', { answers: { q9: 1 } }, 'answers/q9'],
    ['an answer of another kind', { answers: { q3: 'maybe' } }, 'answers/q3'],
    ['an option there is not', { answers: { q1: 7 } }, 'answers/q1'],
    ['nothing', {}, 'answers'],
    ['work where answers are asked for', { answers: allRight, ...aLemon }, 'work'],
    ['a member nobody knows', { answers: allRight, score: 100 }, 'score'],
    ['a link that is not https', { work: { links: ['http://images.example.org/a.jpg'] } }, 'work/links/0'],
    ['work without anything', { work: {} }, 'work'],
  ])('%s is refused and uses no attempt', async (_, body, pointer) => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const answer = await student.post(`/exercises/${exercise}/submissions`, body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, `/body/${pointer}`]);
    expect((await handIn(student, exercise, allRight)).body.attemptNumber).toBe(1);
  });
});

describe('work for a person to look at', () => {
  it('waits, counts for the streak, and tells the teacher', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, assignment);
    const answer = await student.post(`/exercises/${exercise}/submissions`, aLemon);
    expect(answer.body).toMatchObject({ status: 'pending', score: null, gradedAt: null, questions: [], ...aLemon });
    expect(answer.body.result).toEqual({ attemptsUsed: 1, attemptsAllowed: 3, scorePercent: null, passed: false });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 0, average: 0, streak: 1, payments: 0 });
    const missing = await student.post(`/exercises/${exercise}/submissions`, { answers: {} });
    expect(missing.body.errors).toEqual([{ pointer: '/body/work', message: expect.any(String) }]);
  });

  it('keeps a quiz beside it pending too, with the machine’s part shown to the teacher', async () => {
    const mixed = { exerciseType: 'assignment', content: { prompt: 'Paint it too.', ...quiz.content } };
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, mixed);
    const answer = await student.post(`/exercises/${exercise}/submissions`, { answers: justEnough, ...aLemon });
    expect(answer.body).toMatchObject({ status: 'pending', score: null });
    const right = (body: any) => body.questions.filter((question: { correct: boolean }) => question.correct);
    expect(right(answer.body)).toEqual([]);
    expect(right((await teacher.get(`/submissions/${answer.body.id}`)).body)).toHaveLength(3);
  });
});

describe('answer keys', () => {
  it('are in no answer a student gets, right or wrong, before grading or after', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, { attemptsAllowed: 5 });
    const first = await handIn(student, exercise, notEnough);
    const attempt = await student.post(`/exercises/${exercise}/attempts`);
    const answers = [
      first,
      attempt,
      await student.patch(`/attempts/${attempt.body.id}`, { answers: { q1: 0 } }),
      await handIn(student, exercise, notEnough),
      await student.patch(`/attempts/${attempt.body.id}`, { answers: { q5: 'many', q77: 1 } }),
      await student.get(`/attempts/${attempt.body.id}`),
      await student.post(`/attempts/${attempt.body.id}/submission`, {}),
      await handIn(student, exercise, {}),
      await student.get(`/submissions/${first.body.id}`),
      await student.get('/me/submissions'),
      await student.get(`/exercises/${exercise}/submissions`),
      await student.put(`/submissions/${first.body.id}/grade`, { score: 1, status: 'approved' }),
      await student.get(`/submissions/${first.body.id}/grade-changes`),
      await student.get('/me/progress'),
    ];
    expect(answers.map((answer) => JSON.stringify(answer.body)).filter((body) => answerKeyPattern.test(body))).toEqual([]);
    expect(JSON.stringify(quiz.answerKey)).toMatch(answerKeyPattern);
  });
});

describe('reading submissions', () => {
  it('one’s own, page by page, by exercise and by state', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id, { attemptsAllowed: 5 });
    const other = await anExercise(school, course.lessons[0], assignment);
    expect((await student.get('/me/submissions')).body).toEqual({
      data: [],
      page: { nextCursor: null, hasMore: false },
    });
    for (const answers of [notEnough, allRight, notEnough]) await handIn(student, exercise, answers);
    await student.post(`/exercises/${other}/submissions`, aLemon);
    const first = (await student.get('/me/submissions?limit=3&withTotal=true')).body;
    expect(first.page).toMatchObject({ hasMore: true, total: 4 });
    const rest = (await student.get(`/me/submissions?limit=3&cursor=${first.page.nextCursor}`)).body;
    expect([...first.data, ...rest.data].map((one) => one.status)).toEqual([
      ...['pending', 'needs_revision', 'approved', 'needs_revision'],
    ]);
    const passed = (await student.get(`/me/submissions?exerciseId=${exercise}&status=approved&withTotal=true`)).body;
    expect([passed.data.length, passed.page.total]).toEqual([1, 1]);
    expect((await student.get('/me/submissions?status=lost')).status).toBe(422);
  });

  it('of an exercise, by its teacher and administrators only', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id);
    const list = `/exercises/${exercise}/submissions`;
    expect((await teacher.get(list)).body.data).toEqual([]);
    const second = await anEnrolledStudent(school, course);
    await handIn(student, exercise, allRight);
    await handIn(second, exercise, notEnough);
    for (const reader of [teacher, await school.admin()]) {
      const { body } = await reader.get(`${list}?withTotal=true`);
      expect(body.data.map((one: { student: { id: number } }) => one.student.id)).toEqual([second.id, student.id]);
      expect(body.page.total).toBe(2);
    }
    expect((await teacher.get(`${list}?status=approved`)).body.data[0].student).toEqual({
      ...{ id: student.id, username: student.username, name: '' },
    });
    const others = [student, await school.teacher(), await school.teacher({ approved: false })];
    for (const other of others) expect((await other.get(list)).body.code).toBe('FORBIDDEN');
    expect((await teacher.get('/exercises/999999/submissions')).body.code).toBe('EXERCISE_NOT_FOUND');
  });

  it('of a draft course is not told from nothing', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    const exercise = await anExercise(school, course.lessons[0]);
    await school.database.transaction(() =>
      school.database.run('UPDATE courses_course SET is_published = $2 WHERE id = $1', [course.id, false]),
    );
    const stranger = await school.student();
    expect((await stranger.get(`/exercises/${exercise}/submissions`)).body.code).toBe('EXERCISE_NOT_FOUND');
    expect((await handIn(stranger, exercise, allRight)).body.code).toBe('EXERCISE_NOT_FOUND');
  });

  it('one by its student, its teacher and administrators; to others there is none', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id);
    const { id } = (await handIn(student, exercise, allRight)).body;
    for (const reader of [student, teacher, await school.admin()]) {
      const answer = await reader.get(`/submissions/${id}`);
      expect(answer.body).toMatchObject({ id, answers: allRight, result: { passed: true } });
      expect(answer.headers.etag).toMatch(/^"v1-/);
    }
    for (const other of [await anEnrolledStudent(school, course), await school.teacher()])
      expect((await other.get(`/submissions/${id}`)).body.code).toBe('SUBMISSION_NOT_FOUND');
  });
});

describe('what it costs', () => {
  /** What Progress itself sends: others hear of it through the outbox, and pay where there is something to pay. */
  const own = (statements: string[]) => statements.filter((sql) => !/platform_outbox|rewards_/.test(sql));

  it('is 9 statements for the first pass of a quiz, one for a list', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id, { reward: 0 });
    const earlier = await anExercise(school, course.lessons[0]);
    school.clock.stopAt(new Date('2026-03-03T12:00:00Z'));
    await handIn(student, earlier, allRight); // the badge of a first exercise is not what is counted here
    await handIn(student, exercise, notEnough);
    school.clock.stopAt(new Date('2026-03-04T12:00:00Z'));
    const { result, statements } = await school.statements(() => handIn(student, exercise, allRight));
    expect(result.body.result.passed).toBe(true);
    expect(own(statements)).toHaveLength(9);
    const again = await school.statements(() => handIn(student, exercise, notEnough));
    expect(own(again.statements)).toHaveLength(7); // no new day, no new average
    for (const path of ['/me/submissions', `/submissions/${result.body.id}`])
      expect((await school.statements(() => student.get(path))).statements).toHaveLength(1);
    await teacher.get('/me/submissions');
    const list = await school.statements(() => teacher.get(`/exercises/${exercise}/submissions`));
    expect(list.statements).toHaveLength(1);
  });

  it('leaves a row of every attempt that names its number', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    await handIn(student, exercise, notEnough);
    await handIn(student, exercise, notEnough);
    const rows = await school.database.rows(
      { number: int },
      'SELECT attempt_number AS number FROM courses_exercisesubmission WHERE student_id = $1 ORDER BY id',
      [student.id],
    );
    expect(rows).toEqual([{ number: 1 }, { number: 2 }]);
  });
});
