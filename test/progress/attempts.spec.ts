import { int, nullable } from '../../src/platform/database/columns';
import { Attempts } from '../../src/modules/progress/attempts/attempts';
import { School, type Client } from '../support/school';
import { aLemon, allRight, assignment, aStudentWithExercise, exerciseTotalsOf, justEnough, notEnough } from './exercises';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const noon = new Date('2026-03-02T12:00:00.000Z');
const after = (minutes: number, ms = 0): Date => new Date(noon.getTime() + minutes * 60_000 + ms);
const at = (moment: Date): void => school.clock.stopAt(moment);
const start = (student: Client, exercise: number) => student.post(`/exercises/${exercise}/attempts`);
const save = (student: Client, attempt: number, answers: object) => student.patch(`/attempts/${attempt}`, { answers });
const handIn = (student: Client, attempt: number, body: object = {}) =>
  student.post(`/attempts/${attempt}/submission`, body);
const closeOverdue = () => school.job('progress:close-overdue-attempts');

/** What other tests left unfinished is not for the job to find. */
const sweep = () =>
  school.database.transaction(() =>
    school.database.run('UPDATE progress_attempt SET finished_at = started_at WHERE finished_at IS NULL'),
  );

/** A student who has begun a quiz of 30 minutes at noon. */
async function begun(more: Parameters<typeof aStudentWithExercise>[2] = {}) {
  const found = await aStudentWithExercise(school, teacher.id, { timeLimitMinutes: 30, ...more });
  at(noon);
  const attempt = (await start(found.student, found.exercise)).body;
  return { ...found, attempt };
}

const attemptsOf = (studentId: number) =>
  school.database.rows(
    { number: int, submissionId: nullable(int) },
    'SELECT attempt_number AS number, submission_id AS "submissionId" FROM progress_attempt WHERE student_id = $1 ORDER BY id',
    [studentId],
  );

describe('starting an attempt', () => {
  it('uses it up, and tells the deadline that was fixed', async () => {
    const { attempt } = await begun();
    expect(attempt).toMatchObject({
      ...{ attemptNumber: 1, startedAt: noon.toISOString(), deadlineAt: after(30).toISOString() },
      ...{ answers: null, work: null, savedAt: null, finishedAt: null, submissionId: null },
    });
  });

  it.each([
    ['the closing date, where that is earlier', 30, after(10), after(10)],
    ['the time limit, where that is earlier', 30, after(45), after(30)],
    ['the closing date, where time is not limited', null, after(45), after(45)],
    ['none, where there is neither', null, null, null],
  ])('has the deadline of %s', async (_, timeLimitMinutes, closesAt, deadline) => {
    const { attempt } = await begun({ timeLimitMinutes, closesAt });
    expect(attempt.deadlineAt).toBe(deadline?.toISOString() ?? null);
  });

  it('keeps its deadline when the exercise changes', async () => {
    const { student, exercise, attempt } = await begun();
    await school.database.transaction(() =>
      school.database.run('UPDATE courses_exercise SET time_limit_minutes = 5, closes_at = $2 WHERE id = $1', [
        exercise,
        after(6),
      ]),
    );
    at(after(29));
    expect((await save(student, attempt.id, justEnough)).body.deadlineAt).toBe(after(30).toISOString());
  });

  it('again gives the open one, also 16 times at once', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, { timeLimitMinutes: 30, attemptsAllowed: 2 });
    const answers = await Promise.all(Array.from({ length: 16 }, () => start(student, exercise)));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(await attemptsOf(student.id)).toHaveLength(1);
  });

  it('is refused when none is left, and when the exercise is closed', async () => {
    const { student, exercise, attempt } = await begun({ attemptsAllowed: 1 });
    await handIn(student, attempt.id, { answers: {} });
    expect((await start(student, exercise)).body.code).toBe('NO_ATTEMPTS_LEFT');
    school.clock.stopAt(null);
    const closed = await aStudentWithExercise(school, teacher.id, { closesAt: noon, timeLimitMinutes: 30 });
    at(after(1));
    expect((await start(closed.student, closed.exercise)).body.code).toBe('EXERCISE_CLOSED');
  });

  it('is for students of the course', async () => {
    const { exercise } = await aStudentWithExercise(school, teacher.id, { timeLimitMinutes: 30 });
    const stranger = await school.student();
    expect((await start(stranger, exercise)).body.code).toBe('NOT_ENROLLED');
    expect((await start(stranger, 999_999)).body.code).toBe('EXERCISE_NOT_FOUND');
  });

  it('shares its numbers with what is handed in at once', async () => {
    const { student, exercise, attempt } = await begun({ timeLimitMinutes: null, attemptsAllowed: 2 });
    const atOnce = () => student.post(`/exercises/${exercise}/submissions`, { answers: notEnough });
    expect((await atOnce()).body).toMatchObject({ code: 'ATTEMPT_OPEN', attemptId: attempt.id });
    await handIn(student, attempt.id, { answers: notEnough });
    expect((await atOnce()).body.attemptNumber).toBe(2);
    expect((await start(student, exercise)).body.code).toBe('NO_ATTEMPTS_LEFT');
  });
});

describe('working on an attempt', () => {
  it('saves question by question, and hands in what was saved with the last changes', async () => {
    const { student, attempt } = await begun();
    at(after(1));
    await save(student, attempt.id, { q1: 0, q3: true });
    const saved = await save(student, attempt.id, { q1: 1 });
    expect(saved.body).toMatchObject({ answers: { q1: 1, q3: true }, savedAt: after(1).toISOString() });
    at(after(2));
    const { status, body } = await handIn(student, attempt.id, { answers: { q4: 'chiaroscuro' } });
    expect([status, body.answers, body.score]).toEqual([201, justEnough, 60]);
    expect((await student.get(`/attempts/${attempt.id}`)).body).toMatchObject({
      ...{ finishedAt: after(2).toISOString(), submissionId: body.id, answers: justEnough },
    });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, streak: 1, average: 60 });
  });

  it('ends with the deadline, which is still in time itself', async () => {
    const { student, attempt } = await begun();
    at(after(30));
    expect((await save(student, attempt.id, allRight)).status).toBe(200);
    at(after(30, 1));
    for (const late of [await save(student, attempt.id, { q1: 0 }), await handIn(student, attempt.id)])
      expect(late.body.code).toBe('ATTEMPT_FINISHED');
  });

  it('once handed in is over, also 16 times at once', async () => {
    const { student, attempt } = await begun();
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => handIn(student, attempt.id, { answers: allRight })),
    );
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => answer.body.code === 'ATTEMPT_FINISHED')).toHaveLength(15);
    expect((await save(student, attempt.id, { q1: 0 })).body.code).toBe('ATTEMPT_FINISHED');
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1 });
  });

  it('loses nothing to saves that cross', async () => {
    const { student, attempt } = await begun();
    await Promise.all(Object.entries(allRight).map(([id, answer]) => save(student, attempt.id, { [id]: answer })));
    expect((await student.get(`/attempts/${attempt.id}`)).body.answers).toEqual(allRight);
  });

  it('refuses what cannot belong to the exercise', async () => {
    const { student, attempt } = await begun();
    expect((await save(student, attempt.id, { q9: 1 })).body.errors[0].pointer).toBe('/body/answers/q9');
    expect((await student.patch(`/attempts/${attempt.id}`, aLemon)).body.errors[0].pointer).toBe('/body/work');
    expect((await handIn(student, attempt.id, { answers: { q1: 8 } })).status).toBe(422);
    expect((await handIn(student, attempt.id)).body.errors[0].pointer).toBe('/body/answers');
  });

  it('is nobody else’s, not even to look at', async () => {
    const { student, attempt } = await begun();
    school.clock.stopAt(null);
    for (const other of [await school.student(), teacher, await school.admin()]) {
      expect((await other.get(`/attempts/${attempt.id}`)).body.code).toBe('ATTEMPT_NOT_FOUND');
      expect((await save(other, attempt.id, {})).body.code).toBe('ATTEMPT_NOT_FOUND');
      expect((await handIn(other, attempt.id)).body.code).toBe('ATTEMPT_NOT_FOUND');
    }
    expect((await student.get('/attempts/999999')).status).toBe(404);
  });

  it('may be finished after leaving the course and after the lesson was unpublished', async () => {
    const { student, course, attempt } = await begun();
    await student.delete(`/courses/${course.id}/enrollment`);
    await school.database.transaction(() =>
      school.database.run('UPDATE courses_lesson SET is_published = $2 WHERE id = $1', [course.lessons[0], false]),
    );
    expect((await handIn(student, attempt.id, { answers: allRight })).body.status).toBe('approved');
  });

  it('takes work too, where that is asked for', async () => {
    const { student, attempt } = await begun(assignment);
    await student.patch(`/attempts/${attempt.id}`, { work: { text: 'Yellow.' } });
    const saved = await student.patch(`/attempts/${attempt.id}`, { work: { links: aLemon.work.links } });
    expect(saved.body.work).toEqual(aLemon.work);
    expect((await handIn(student, attempt.id)).body).toMatchObject({ status: 'pending', ...aLemon });
  });
});

describe('an attempt whose time is over', () => {
  it('is handed in by the job as it was saved, as of the deadline, and is no step of the learner', async () => {
    await sweep();
    const { student, attempt } = await begun();
    at(after(5));
    await save(student, attempt.id, allRight);
    at(after(30));
    expect(await closeOverdue()).toEqual({ closed: 0, failed: 0 });
    at(after(31));
    expect(await closeOverdue()).toEqual({ closed: 1, failed: 0 });
    const { body } = await student.get(`/attempts/${attempt.id}`);
    expect(body).toMatchObject({ finishedAt: after(30).toISOString(), answers: allRight });
    const submission = (await student.get(`/submissions/${body.submissionId}`)).body;
    expect(submission).toMatchObject({ score: 100, submittedAt: after(30).toISOString(), status: 'approved' });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, average: 100, streak: 0 });
  });

  it('is handed in once by jobs and readers who come at once', async () => {
    const { student, attempt } = await begun();
    await save(student, attempt.id, allRight);
    at(after(31));
    const attempts = school.part(Attempts);
    const read = () => student.get(`/attempts/${attempt.id}`);
    const closes = [1, 2, 3, 4].map(() => attempts.closeOverdue(attempt.id));
    const [closed] = await Promise.all([Promise.all(closes), read(), closeOverdue(), read()]);
    expect(closed.filter(Boolean).length).toBeLessThanOrEqual(1);
    await Promise.all([read(), closeOverdue(), read()]);
    expect(await attemptsOf(student.id)).toEqual([{ number: 1, submissionId: expect.any(Number) }]);
    expect((await student.get('/me/submissions')).body.data).toHaveLength(1);
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1 });
  });

  it('is handed in when it is read', async () => {
    const { student, attempt } = await begun();
    await save(student, attempt.id, notEnough);
    at(after(31));
    const { body } = await student.get(`/attempts/${attempt.id}`);
    expect(body).toMatchObject({ finishedAt: after(30).toISOString(), submissionId: expect.any(Number) });
  });

  it('gives way to the next one', async () => {
    const { student, exercise, attempt } = await begun();
    at(after(31));
    const next = await start(student, exercise);
    expect(next.body).toMatchObject({ attemptNumber: 2, startedAt: after(31).toISOString() });
    expect((await student.get(`/attempts/${attempt.id}`)).body.finishedAt).toBe(after(30).toISOString());
  });

  it.each([
    ['a quiz', {}],
    ['work', assignment],
    ['a quiz that everybody passes who tries', { passingPercent: 0 }],
  ])('with nothing saved fails, and waits for nobody: %s', async (_, exercise) => {
    const { student, attempt } = await begun({ ...exercise, attemptsAllowed: 1 });
    at(after(31));
    const { submissionId } = (await student.get(`/attempts/${attempt.id}`)).body;
    expect((await student.get(`/submissions/${submissionId}`)).body).toMatchObject({ status: 'rejected', score: 0 });
  });

  it('is closed whatever became of the one before it in the list', async () => {
    await sweep();
    const broken = await begun();
    school.clock.stopAt(null);
    const other = await begun();
    await school.database.transaction(() =>
      school.database.run('UPDATE courses_exercise SET content = $2 WHERE id = $1', [
        broken.exercise,
        { questions: 7 },
      ]),
    );
    at(after(31));
    expect(await closeOverdue()).toEqual({ closed: 1, failed: 1 });
    expect((await attemptsOf(other.student.id))[0]?.submissionId).not.toBeNull();
  });
});

describe('what it costs', () => {
  it('is 4 statements to save and 1 to read', async () => {
    const { student, attempt } = await begun();
    expect((await school.statements(() => save(student, attempt.id, notEnough))).statements).toHaveLength(4);
    expect((await school.statements(() => student.get(`/attempts/${attempt.id}`))).statements).toHaveLength(1);
  });
});
