import { int, nullable } from '../../src/platform/database/columns';
import { Attempts } from '../../src/modules/progress/attempts/attempts';
import { School, type Client } from '../support/school';
import {
  aLemon,
  allRight,
  assignment,
  aStudentWithExercise,
  exerciseTotalsOf,
  justEnough,
  notEnough,
} from './exercises';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const noon = new Date('2026-03-02T12:00:00.000Z');
const afterNoon = (minutes: number, milliseconds = 0): Date =>
  new Date(noon.getTime() + minutes * 60_000 + milliseconds);
const stopClockAt = (moment: Date): void => school.clock.stopAt(moment);
const start = (student: Client, exercise: number) => student.post(`/exercises/${exercise}/attempts`);
const save = (student: Client, attempt: number, answers: object) => student.patch(`/attempts/${attempt}`, { answers });
const handIn = (student: Client, attempt: number, body: object = {}) =>
  student.post(`/attempts/${attempt}/submission`, body);
const closeOverdue = () => school.job('progress:close-overdue-attempts');

/** Finishes the attempts of earlier tests, so that the job does not find them. */
const finishAllAttempts = () =>
  school.database.transaction(() =>
    school.database.run('UPDATE progress_attempt SET finished_at = started_at WHERE finished_at IS NULL'),
  );

/** A student who started an attempt at noon, at a quiz with a time limit of 30 minutes. */
async function startedAttempt(fields: Parameters<typeof aStudentWithExercise>[2] = {}) {
  const setup = await aStudentWithExercise(school, teacher.id, { timeLimitMinutes: 30, ...fields });
  stopClockAt(noon);
  const attempt = (await start(setup.student, setup.exercise)).body;
  return { ...setup, attempt };
}

const attemptsOf = (studentId: number) =>
  school.database.rows(
    { number: int, submissionId: nullable(int) },
    'SELECT attempt_number AS number, submission_id AS "submissionId" FROM progress_attempt WHERE student_id = $1 ORDER BY id',
    [studentId],
  );

describe('starting an attempt', () => {
  it('starting an attempt uses it up and returns its fixed deadline', async () => {
    const { attempt } = await startedAttempt();
    expect(attempt).toMatchObject({
      attemptNumber: 1,
      startedAt: noon.toISOString(),
      deadlineAt: afterNoon(30).toISOString(),
      answers: null,
      work: null,
      savedAt: null,
      finishedAt: null,
      submissionId: null,
    });
  });

  it.each([
    ['the closing date, if it is earlier', 30, afterNoon(10), afterNoon(10)],
    ['the time limit, if it is earlier', 30, afterNoon(45), afterNoon(30)],
    ['the closing date, if there is no time limit', null, afterNoon(45), afterNoon(45)],
    ['null, if there is neither time limit nor closing date', null, null, null],
  ])('the deadline of an attempt is %s', async (_, timeLimitMinutes, closesAt, deadline) => {
    const { attempt } = await startedAttempt({ timeLimitMinutes, closesAt });
    expect(attempt.deadlineAt).toBe(deadline?.toISOString() ?? null);
  });

  it('an attempt keeps its deadline when the exercise changes', async () => {
    const { student, exercise, attempt } = await startedAttempt();
    await school.database.transaction(() =>
      school.database.run('UPDATE courses_exercise SET time_limit_minutes = 5, closes_at = $2 WHERE id = $1', [
        exercise,
        afterNoon(6),
      ]),
    );
    stopClockAt(afterNoon(29));
    expect((await save(student, attempt.id, justEnough)).body.deadlineAt).toBe(afterNoon(30).toISOString());
  });

  it('16 concurrent requests to start an attempt all return the same open attempt', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, {
      timeLimitMinutes: 30,
      attemptsAllowed: 2,
    });
    const responses = await Promise.all(Array.from({ length: 16 }, () => start(student, exercise)));
    expect(new Set(responses.map((response) => response.body.id)).size).toBe(1);
    expect(await attemptsOf(student.id)).toHaveLength(1);
  });

  it('rejects the start of an attempt when none is left, and when the exercise is closed', async () => {
    const { student, exercise, attempt } = await startedAttempt({ attemptsAllowed: 1 });
    await handIn(student, attempt.id, { answers: {} });
    expect((await start(student, exercise)).body.code).toBe('NO_ATTEMPTS_LEFT');
    school.clock.stopAt(null);
    const closed = await aStudentWithExercise(school, teacher.id, { closesAt: noon, timeLimitMinutes: 30 });
    stopClockAt(afterNoon(1));
    expect((await start(closed.student, closed.exercise)).body.code).toBe('EXERCISE_CLOSED');
  });

  it('rejects the start of an attempt by a student who is not enrolled, and at an unknown exercise', async () => {
    const { exercise } = await aStudentWithExercise(school, teacher.id, { timeLimitMinutes: 30 });
    const unenrolled = await school.student();
    expect((await start(unenrolled, exercise)).body.code).toBe('NOT_ENROLLED');
    expect((await start(unenrolled, 999_999)).body.code).toBe('EXERCISE_NOT_FOUND');
  });

  it('attempts and direct submissions share one count', async () => {
    const { student, exercise, attempt } = await startedAttempt({ timeLimitMinutes: null, attemptsAllowed: 2 });
    const handInDirectly = () => student.post(`/exercises/${exercise}/submissions`, { answers: notEnough });
    expect((await handInDirectly()).body).toMatchObject({ code: 'ATTEMPT_OPEN', attemptId: attempt.id });
    await handIn(student, attempt.id, { answers: notEnough });
    expect((await handInDirectly()).body.attemptNumber).toBe(2);
    expect((await start(student, exercise)).body.code).toBe('NO_ATTEMPTS_LEFT');
  });
});

describe('working on an attempt', () => {
  it('saves answers by question, and hands in the saved answers with the last changes', async () => {
    const { student, attempt } = await startedAttempt();
    stopClockAt(afterNoon(1));
    await save(student, attempt.id, { q1: 0, q3: true });
    const saved = await save(student, attempt.id, { q1: 1 });
    expect(saved.body).toMatchObject({ answers: { q1: 'o2', q3: true }, savedAt: afterNoon(1).toISOString() });
    stopClockAt(afterNoon(2));
    const { status, body } = await handIn(student, attempt.id, { answers: { q4: 'chiaroscuro' } });
    expect([status, body.answers, body.score]).toEqual([201, justEnough, 60]);
    expect((await student.get(`/attempts/${attempt.id}`)).body).toMatchObject({
      finishedAt: afterNoon(2).toISOString(),
      submissionId: body.id,
      answers: justEnough,
    });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({
      passed: 1,
      payments: 1,
      streak: 1,
      average: 60,
    });
  });

  it('accepts changes until the deadline and rejects them one millisecond later', async () => {
    const { student, attempt } = await startedAttempt();
    stopClockAt(afterNoon(30));
    expect((await save(student, attempt.id, allRight)).status).toBe(200);
    stopClockAt(afterNoon(30, 1));
    for (const response of [await save(student, attempt.id, { q1: 0 }), await handIn(student, attempt.id)])
      expect(response.body.code).toBe('ATTEMPT_FINISHED');
  });

  it('accepts one of 16 concurrent hand-ins of an attempt, and no change afterwards', async () => {
    const { student, attempt } = await startedAttempt();
    const responses = await Promise.all(
      Array.from({ length: 16 }, () => handIn(student, attempt.id, { answers: allRight })),
    );
    expect(responses.filter((response) => response.status === 201)).toHaveLength(1);
    expect(responses.filter((response) => response.body.code === 'ATTEMPT_FINISHED')).toHaveLength(15);
    expect((await save(student, attempt.id, { q1: 0 })).body.code).toBe('ATTEMPT_FINISHED');
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1 });
  });

  it('concurrent saves of different answers are all kept', async () => {
    const { student, attempt } = await startedAttempt();
    await Promise.all(Object.entries(allRight).map(([id, answer]) => save(student, attempt.id, { [id]: answer })));
    expect((await student.get(`/attempts/${attempt.id}`)).body.answers).toEqual(allRight);
  });

  it('rejects answers and work that do not fit the exercise, and a hand-in without answers', async () => {
    const { student, attempt } = await startedAttempt();
    expect((await save(student, attempt.id, { q9: 1 })).body.errors[0].pointer).toBe('/body/answers/q9');
    expect((await student.patch(`/attempts/${attempt.id}`, aLemon)).body.errors[0].pointer).toBe('/body/work');
    expect((await handIn(student, attempt.id, { answers: { q1: 8 } })).status).toBe(422);
    expect((await handIn(student, attempt.id)).body.errors[0].pointer).toBe('/body/answers');
  });

  it('hides an attempt from other students, teachers and administrators', async () => {
    const { student, attempt } = await startedAttempt();
    school.clock.stopAt(null);
    for (const person of [await school.student(), teacher, await school.admin()]) {
      expect((await person.get(`/attempts/${attempt.id}`)).body.code).toBe('ATTEMPT_NOT_FOUND');
      expect((await save(person, attempt.id, {})).body.code).toBe('ATTEMPT_NOT_FOUND');
      expect((await handIn(person, attempt.id)).body.code).toBe('ATTEMPT_NOT_FOUND');
    }
    expect((await student.get('/attempts/999999')).status).toBe(404);
  });

  it('an attempt can be handed in after leaving the course and after the lesson was unpublished', async () => {
    const { student, course, attempt } = await startedAttempt();
    await student.delete(`/courses/${course.id}/enrollment`);
    await school.database.transaction(() =>
      school.database.run('UPDATE courses_lesson SET is_published = $2 WHERE id = $1', [course.lessons[0], false]),
    );
    expect((await handIn(student, attempt.id, { answers: allRight })).body.status).toBe('approved');
  });

  it('saves and hands in work for an assignment', async () => {
    const { student, attempt } = await startedAttempt(assignment);
    await student.patch(`/attempts/${attempt.id}`, { work: { text: 'Yellow.' } });
    const saved = await student.patch(`/attempts/${attempt.id}`, { work: { links: aLemon.work.links } });
    expect(saved.body.work).toEqual(aLemon.work);
    expect((await handIn(student, attempt.id)).body).toMatchObject({ status: 'pending', ...aLemon });
  });
});

describe('an overdue attempt', () => {
  it('the job hands in an overdue attempt as it was saved, with the deadline as its time, and the streak does not change', async () => {
    await finishAllAttempts();
    const { student, attempt } = await startedAttempt();
    stopClockAt(afterNoon(5));
    await save(student, attempt.id, allRight);
    stopClockAt(afterNoon(30));
    expect(await closeOverdue()).toEqual({ closed: 0, failed: 0 });
    stopClockAt(afterNoon(31));
    expect(await closeOverdue()).toEqual({ closed: 1, failed: 0 });
    const { body } = await student.get(`/attempts/${attempt.id}`);
    expect(body).toMatchObject({ finishedAt: afterNoon(30).toISOString(), answers: allRight });
    const submission = (await student.get(`/submissions/${body.submissionId}`)).body;
    expect(submission).toMatchObject({ score: 100, submittedAt: afterNoon(30).toISOString(), status: 'approved' });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({
      passed: 1,
      payments: 1,
      average: 100,
      streak: 0,
    });
  });

  it('concurrent jobs and reads hand in an overdue attempt once', async () => {
    const { student, attempt } = await startedAttempt();
    await save(student, attempt.id, allRight);
    stopClockAt(afterNoon(31));
    const attempts = school.part(Attempts);
    const readAttempt = () => student.get(`/attempts/${attempt.id}`);
    const closings = [1, 2, 3, 4].map(() => attempts.closeOverdue(attempt.id));
    const [areClosed] = await Promise.all([Promise.all(closings), readAttempt(), closeOverdue(), readAttempt()]);
    expect(areClosed.filter(Boolean).length).toBeLessThanOrEqual(1);
    await Promise.all([readAttempt(), closeOverdue(), readAttempt()]);
    expect(await attemptsOf(student.id)).toEqual([{ number: 1, submissionId: expect.any(Number) }]);
    expect((await student.get('/me/submissions')).body.data).toHaveLength(1);
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1 });
  });

  it('reading an overdue attempt hands it in', async () => {
    const { student, attempt } = await startedAttempt();
    await save(student, attempt.id, notEnough);
    stopClockAt(afterNoon(31));
    const { body } = await student.get(`/attempts/${attempt.id}`);
    expect(body).toMatchObject({ finishedAt: afterNoon(30).toISOString(), submissionId: expect.any(Number) });
  });

  it('starting an attempt hands in the overdue one first', async () => {
    const { student, exercise, attempt } = await startedAttempt();
    stopClockAt(afterNoon(31));
    const nextAttempt = await start(student, exercise);
    expect(nextAttempt.body).toMatchObject({ attemptNumber: 2, startedAt: afterNoon(31).toISOString() });
    expect((await student.get(`/attempts/${attempt.id}`)).body.finishedAt).toBe(afterNoon(30).toISOString());
  });

  it.each([
    ['a quiz', {}],
    ['work', assignment],
    ['a quiz with a passing percentage of 0', { passingPercent: 0 }],
  ])('an overdue attempt without answers is rejected with score 0: %s', async (_, exercise) => {
    const { student, attempt } = await startedAttempt({ ...exercise, attemptsAllowed: 1 });
    stopClockAt(afterNoon(31));
    const { submissionId } = (await student.get(`/attempts/${attempt.id}`)).body;
    expect((await student.get(`/submissions/${submissionId}`)).body).toMatchObject({ status: 'rejected', score: 0 });
  });

  it('the job closes an overdue attempt after another one could not be closed', async () => {
    await finishAllAttempts();
    const broken = await startedAttempt();
    school.clock.stopAt(null);
    const closable = await startedAttempt();
    await school.database.transaction(() =>
      school.database.run('UPDATE courses_exercise SET content = $2 WHERE id = $1', [
        broken.exercise,
        { questions: 7 },
      ]),
    );
    stopClockAt(afterNoon(31));
    expect(await closeOverdue()).toEqual({ closed: 1, failed: 1 });
    expect((await attemptsOf(closable.student.id))[0]?.submissionId).not.toBeNull();
  });
});

describe('number of statements', () => {
  it('saving answers takes 4 statements and reading an attempt takes 1', async () => {
    const { student, attempt } = await startedAttempt();
    expect((await school.statements(() => save(student, attempt.id, notEnough))).statements).toHaveLength(4);
    expect((await school.statements(() => student.get(`/attempts/${attempt.id}`))).statements).toHaveLength(1);
  });
});
