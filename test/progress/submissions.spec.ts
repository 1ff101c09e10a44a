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
  it('a quiz returns the score and the result of each question, and its pass is paid once', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const response = await handIn(student, exercise, allRight);
    expect(response.status).toBe(201);
    expect(response.body).toMatchObject({
      status: 'approved',
      score: 100,
      maxScore: 100,
      attemptNumber: 1,
      gradedById: null,
      answers: allRight,
      result: { attemptsUsed: 1, attemptsAllowed: 3, scorePercent: 100, hasPassed: true },
    });
    expect(response.body.questions).toHaveLength(5);
    expect(response.body.questions[0]).toEqual({
      id: 'q1',
      question: expect.objectContaining({
        kind: 'single',
        options: expect.arrayContaining([{ id: 'o2', text: 'Ochre' }]),
      }),
      points: 2,
      maxPoints: 2,
      correct: true,
      rightAnswer: 'o2',
      explanation: null,
    });
    await handIn(student, exercise, allRight);
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({
      passed: 1,
      average: 100,
      streak: 1,
      payments: 1,
    });
  });

  it.each([
    ['a quiz with exactly the passing percentage is passed', justEnough, 'approved', 60, true],
    ['a quiz below the passing percentage needs revision', notEnough, 'needs_revision', 50, false],
    ['a quiz with an empty list of answers is graded with score 0', {}, 'needs_revision', 0, false],
  ])('%s', async (_, answers, status, score, passed) => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const { body } = await handIn(student, exercise, answers);
    expect(body).toMatchObject({ status, score, result: { hasPassed: passed } });
    expect((await exerciseTotalsOf(school, student.id)).payments).toBe(passed ? 1 : 0);
  });

  it('a quiz is rejected when the last attempt fails', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, { attemptsAllowed: 2 });
    const statuses = [await handIn(student, exercise, notEnough), await handIn(student, exercise, notEnough)];
    expect(statuses.map((response) => response.body.status)).toEqual(['needs_revision', 'rejected']);
    expect((await handIn(student, exercise, allRight)).body.code).toBe('NO_ATTEMPTS_LEFT');
  });

  it('a score that is exactly the passing percentage passes despite binary rounding', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, { maxScore: 7 });
    expect((await handIn(student, exercise, justEnough)).body).toMatchObject({
      score: 4.2,
      result: { hasPassed: true },
    });
  });

  it('a teacher can take a quiz of their own course but is not paid', async () => {
    const { exercise, course } = await aStudentWithExercise(school, teacher.id);
    await teacher.post(`/courses/${course.id}/enrollment`);
    expect((await handIn(teacher, exercise, allRight)).body.status).toBe('approved');
    expect((await exerciseTotalsOf(school, teacher.id)).payments).toBe(0);
  });
});

describe('grade policy', () => {
  // The three attempts score 50, 100 and 60 percent.
  it.each([
    ['highest', [50, 100, 100], [false, true, true]],
    ['latest', [50, 100, 60], [false, true, true]],
    ['average', [50, 75, 70], [false, true, true]],
    ['first', [50, 50, 50], [false, false, false]],
  ])(
    'the grade policy %s gives the scores %j after attempts with 50, 100 and 60 percent',
    async (gradePolicy, percents, passed) => {
      const { student, exercise } = await aStudentWithExercise(school, teacher.id, { gradePolicy });
      const results = [];
      for (const answers of [notEnough, allRight, justEnough])
        results.push((await handIn(student, exercise, answers)).body.result);
      expect(results.map((result) => result.scorePercent)).toEqual(percents);
      expect(results.map((result) => result.hasPassed)).toEqual(passed);
      expect((await exerciseTotalsOf(school, student.id)).average).toBe(percents[2]);
    },
  );

  it('an exercise stays passed when the latest attempt fails', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, { gradePolicy: 'latest' });
    await handIn(student, exercise, allRight);
    const { body } = await handIn(student, exercise, notEnough);
    expect(body).toMatchObject({ status: 'needs_revision', result: { scorePercent: 50, hasPassed: true } });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, average: 50 });
  });

  it('the average score of a learner is the mean over their exercises of the score that counts', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id);
    const otherExercise = await anExercise(school, course.lessons[0]);
    await handIn(student, exercise, notEnough);
    await handIn(student, exercise, allRight);
    await handIn(student, otherExercise, notEnough);
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ average: 75, passed: 1 });
  });
});

describe('concurrent submissions', () => {
  it('64 concurrent submissions with three attempts allowed leave exactly three, numbered 1 to 3', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, { attemptsAllowed: 3 });
    const responses = await Promise.all(Array.from({ length: 64 }, () => handIn(student, exercise, allRight)));
    const accepted = responses.filter((response) => response.status === 201);
    expect(accepted).toHaveLength(3);
    expect(new Set(accepted.map((response) => response.body.attemptNumber))).toEqual(new Set([1, 2, 3]));
    const refused = responses.filter((response) => response.status !== 201).map((response) => response.body.code);
    expect(new Set(refused)).toEqual(new Set(['NO_ATTEMPTS_LEFT']));
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, average: 100 });
  });

  it('three requests with the same Idempotency-Key hand in once', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const send = () =>
      student.post(`/exercises/${exercise}/submissions`, { answers: allRight }, { 'idempotency-key': 'hand-in-1' });
    const responses = await Promise.all([send(), send(), send()]);
    expect(new Set(responses.map((response) => response.body.id)).size).toBe(1);
    expect((await student.get(`/me/submissions?exerciseId=${exercise}`)).body.data).toHaveLength(1);
  });

  it('concurrent submissions to four exercises keep the totals correct', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id);
    const otherExercises = await Promise.all([1, 2, 3].map(() => anExercise(school, course.lessons[0])));
    await Promise.all([exercise, ...otherExercises].map((id) => handIn(student, id, allRight)));
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({
      passed: 4,
      payments: 4,
      average: 100,
      streak: 1,
    });
  });
});

describe('rejected submissions', () => {
  it('rejects a submission of a person who is not enrolled, has left or is not signed in, and to an unknown exercise', async () => {
    const { exercise, course, student } = await aStudentWithExercise(school, teacher.id);
    const unenrolled = await school.student();
    expect((await handIn(unenrolled, exercise, allRight)).body.code).toBe('NOT_ENROLLED');
    expect((await handIn(unenrolled, 999_999, allRight)).body.code).toBe('EXERCISE_NOT_FOUND');
    expect((await handIn(school.visitor, exercise, allRight)).status).toBe(401);
    await student.delete(`/courses/${course.id}/enrollment`);
    expect((await handIn(student, exercise, allRight)).body.code).toBe('NOT_ENROLLED');
  });

  it.each([
    ['that is archived', 'courses_exercise', 'archived_at', new Date()],
    ['of an unpublished lesson', 'courses_lesson', 'is_published', false],
    ['of an archived lesson', 'courses_lesson', 'archived_at', new Date()],
  ])('rejects a submission to an exercise %s with EXERCISE_NOT_FOUND', async (_, table, column, value) => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id);
    const rowId = table === 'courses_lesson' ? course.lessons[0] : exercise;
    await school.database.transaction(() =>
      school.database.run(`UPDATE ${table} SET ${column} = $2 WHERE id = $1`, [rowId, value]),
    );
    expect((await handIn(student, exercise, allRight)).body.code).toBe('EXERCISE_NOT_FOUND');
  });

  it('accepts a submission until the exercise closes, and requires an attempt if it has a time limit', async () => {
    const closed = await aStudentWithExercise(school, teacher.id, { closesAt: new Date('2026-03-02T12:00:00Z') });
    const timed = await aStudentWithExercise(school, teacher.id, { timeLimitMinutes: 30 });
    school.clock.stopAt(new Date('2026-03-02T12:00:00Z'));
    expect((await handIn(closed.student, closed.exercise, notEnough)).status).toBe(201);
    school.clock.stopAt(new Date('2026-03-02T12:00:00.001Z'));
    expect((await handIn(closed.student, closed.exercise, allRight)).body.code).toBe('EXERCISE_CLOSED');
    expect((await handIn(timed.student, timed.exercise, allRight)).body.code).toBe('ATTEMPT_REQUIRED');
  });

  it.each([
    ['an answer to an unknown question', { answers: { q9: 1 } }, 'answers/q9'],
    ['an answer of another question kind', { answers: { q3: 'maybe' } }, 'answers/q3'],
    ['an option that does not exist', { answers: { q1: 7 } }, 'answers/q1'],
    ['neither answers nor work', {}, 'answers'],
    ['work for a quiz', { answers: allRight, ...aLemon }, 'work'],
    ['an unknown field', { answers: allRight, score: 100 }, 'score'],
    ['a link that is not https', { work: { links: ['http://images.example.org/a.jpg'] } }, 'work/links/0'],
    ['work without text and links', { work: {} }, 'work'],
  ])('rejects a submission with %s, which uses no attempt', async (_, body, pointer) => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const response = await student.post(`/exercises/${exercise}/submissions`, body);
    expect([response.status, response.body.errors?.[0]?.pointer]).toEqual([422, `/body/${pointer}`]);
    expect((await handIn(student, exercise, allRight)).body.attemptNumber).toBe(1);
  });
});

describe('work that a person grades', () => {
  it('submitted work is pending, counts for the streak and is not paid', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, assignment);
    const response = await student.post(`/exercises/${exercise}/submissions`, aLemon);
    expect(response.body).toMatchObject({ status: 'pending', score: null, gradedAt: null, questions: [], ...aLemon });
    expect(response.body.result).toEqual({ attemptsUsed: 1, attemptsAllowed: 3, scorePercent: null, hasPassed: false });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 0, average: 0, streak: 1, payments: 0 });
    const missing = await student.post(`/exercises/${exercise}/submissions`, { answers: {} });
    expect(missing.body.errors).toEqual([
      { pointer: '/body/work', message: expect.any(String), rule: expect.any(String) },
    ]);
  });

  it('a quiz with work is pending, and only the teacher sees the automatic results', async () => {
    const quizWithWork = { exerciseType: 'assignment', content: { prompt: 'Paint it too.', ...quiz.content } };
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, quizWithWork);
    const response = await student.post(`/exercises/${exercise}/submissions`, { answers: justEnough, ...aLemon });
    expect(response.body).toMatchObject({ status: 'pending', score: null });
    const rightAnswers = (body: any) => body.questions.filter(({ correct }: { correct: unknown }) => correct === true);
    expect(rightAnswers(response.body)).toEqual([]);
    expect(rightAnswers((await teacher.get(`/submissions/${response.body.id}`)).body)).toHaveLength(3);
  });
});

describe('answer keys', () => {
  it('no response to a student contains an answer key, before or after grading', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, { attemptsAllowed: 5 });
    const first = await handIn(student, exercise, notEnough);
    const attempt = await student.post(`/exercises/${exercise}/attempts`);
    const responses = [
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
    const bodies = responses.map((response) => JSON.stringify(response.body));
    expect(bodies.filter((body) => answerKeyPattern.test(body))).toEqual([]);
    expect(JSON.stringify(quiz.answerKey)).toMatch(answerKeyPattern);
  });
});

describe('reading submissions', () => {
  it('a student pages through their own submissions and filters them by exercise and status', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id, { attemptsAllowed: 5 });
    const otherExercise = await anExercise(school, course.lessons[0], assignment);
    expect((await student.get('/me/submissions')).body).toEqual({
      data: [],
      page: { nextCursor: null, hasMore: false },
    });
    for (const answers of [notEnough, allRight, notEnough]) await handIn(student, exercise, answers);
    await student.post(`/exercises/${otherExercise}/submissions`, aLemon);
    const firstPage = (await student.get('/me/submissions?limit=3&withTotal=true')).body;
    expect(firstPage.page).toMatchObject({ hasMore: true, total: 4 });
    const secondPage = (await student.get(`/me/submissions?limit=3&cursor=${firstPage.page.nextCursor}`)).body;
    const rows = [...firstPage.data, ...secondPage.data];
    expect(rows.map((row) => row.status)).toEqual(['pending', 'needs_revision', 'approved', 'needs_revision']);
    const passed = (await student.get(`/me/submissions?exerciseId=${exercise}&status=approved&withTotal=true`)).body;
    expect([passed.data.length, passed.page.total]).toEqual([1, 1]);
    expect((await student.get('/me/submissions?status=lost')).status).toBe(422);
  });

  it('only the teacher of the course and administrators list the submissions of an exercise', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id);
    const listPath = `/exercises/${exercise}/submissions`;
    expect((await teacher.get(listPath)).body.data).toEqual([]);
    const second = await anEnrolledStudent(school, course);
    await handIn(student, exercise, allRight);
    await handIn(second, exercise, notEnough);
    for (const reader of [teacher, await school.admin()]) {
      const { body } = await reader.get(`${listPath}?withTotal=true`);
      expect(body.data.map((row: { student: { id: number } }) => row.student.id)).toEqual([second.id, student.id]);
      expect(body.page.total).toBe(2);
    }
    expect((await teacher.get(`${listPath}?status=approved`)).body.data[0].student).toEqual({
      id: student.id,
      username: student.username,
      name: '',
    });
    const otherPeople = [student, await school.teacher(), await school.teacher({ approved: false })];
    for (const person of otherPeople) expect((await person.get(listPath)).body.code).toBe('FORBIDDEN');
    expect((await teacher.get('/exercises/999999/submissions')).body.code).toBe('EXERCISE_NOT_FOUND');
  });

  it('an exercise of an unpublished course looks like an unknown exercise to a student', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    const exercise = await anExercise(school, course.lessons[0]);
    await school.database.transaction(() =>
      school.database.run('UPDATE courses_course SET is_published = $2 WHERE id = $1', [course.id, false]),
    );
    const unenrolled = await school.student();
    expect((await unenrolled.get(`/exercises/${exercise}/submissions`)).body.code).toBe('EXERCISE_NOT_FOUND');
    expect((await handIn(unenrolled, exercise, allRight)).body.code).toBe('EXERCISE_NOT_FOUND');
  });

  it('a submission is shown to its student, its teacher and administrators, and hidden from others', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id);
    const { id } = (await handIn(student, exercise, allRight)).body;
    for (const reader of [student, teacher, await school.admin()]) {
      const response = await reader.get(`/submissions/${id}`);
      expect(response.body).toMatchObject({ id, answers: allRight, result: { hasPassed: true } });
      expect(response.headers.etag).toMatch(/^"v1-/);
    }
    for (const person of [await anEnrolledStudent(school, course), await school.teacher()])
      expect((await person.get(`/submissions/${id}`)).body.code).toBe('SUBMISSION_NOT_FOUND');
  });
});

describe('number of statements', () => {
  /** Selects the statements of the progress module, without those of the outbox and of the rewards module. */
  const progressStatements = (statements: string[]) =>
    statements.filter((sql) => !/platform_outbox|rewards_/.test(sql));

  it('the first pass of a quiz takes 8 statements, a repeated failure 7, and each read one', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id, { reward: 0 });
    const earlierExercise = await anExercise(school, course.lessons[0]);
    school.clock.stopAt(new Date('2026-03-03T12:00:00Z'));
    // The first exercise unlocks an achievement, whose statements must not be counted below.
    await handIn(student, earlierExercise, allRight);
    await handIn(student, exercise, notEnough);
    school.clock.stopAt(new Date('2026-03-04T12:00:00Z'));
    const { result, statements } = await school.statements(() => handIn(student, exercise, allRight));
    expect(result.body.result.hasPassed).toBe(true);
    expect(progressStatements(statements)).toHaveLength(8);
    const failure = await school.statements(() => handIn(student, exercise, notEnough));
    // The failure needs one statement less, because the activity day is not new.
    expect(progressStatements(failure.statements)).toHaveLength(7);
    for (const path of ['/me/submissions', `/submissions/${result.body.id}`])
      expect((await school.statements(() => student.get(path))).statements).toHaveLength(1);
    await teacher.get('/me/submissions');
    const list = await school.statements(() => teacher.get(`/exercises/${exercise}/submissions`));
    expect(list.statements).toHaveLength(1);
  });

  it('every submission is stored as a row with its attempt number', async () => {
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
