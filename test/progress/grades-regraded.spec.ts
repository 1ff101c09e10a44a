import { School, type Client } from '../support/school';
import { allRight, aStudentWithExercise, exerciseTotalsOf, notEnough, quiz } from './exercises';
import { anEnrolledStudent } from '../support/courses';
import { listener, namesOf, publishedDuring } from './published-events';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open({ extensions: [listener] });
  teacher = await school.teacher();
});
afterAll(() => school.close());

/** A key by which `notEnough` is 6 of 10 points: q2 wanted umber alone. */
const kinder = { ...quiz.answerKey, q2: { answer: [0] }, q5: { answer: 99, tolerance: 0 } };

async function correct(exercise: number, answerKey: object): Promise<void> {
  const answer = await teacher.put(`/exercises/${exercise}/answer-key`, { answerKey });
  expect(answer.status).toBe(200);
  await school.settle();
}

const handIn = async (student: Client, exercise: number, answers: object): Promise<number> =>
  (await student.post(`/exercises/${exercise}/submissions`, { answers })).body.id;
const read = async (submission: number) => (await teacher.get(`/submissions/${submission}`)).body;

describe('a corrected key', () => {
  it('raises those it wronged, who pass and are paid, and says so in the history', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const submission = await handIn(student, exercise, notEnough);
    const events = await publishedDuring(school, () => correct(exercise, kinder));
    expect(namesOf(events)).toEqual(['ExercisePassed', 'LearnerProgressed', 'SubmissionGraded']);
    expect(await read(submission)).toMatchObject({
      ...{ score: 60, status: 'approved', version: 2, gradedById: null },
      result: { scorePercent: 60, passed: true },
    });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, average: 60 });
    const [change] = (await teacher.get(`/submissions/${submission}/grade-changes`)).body.data;
    expect(change).toMatchObject({ scoreBefore: 50, scoreAfter: 60, changedById: null, reason: /key/ });
  });

  it('lowers nobody and takes nothing back', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const submission = await handIn(student, exercise, allRight);
    const before = await exerciseTotalsOf(school, student.id);
    const events = await publishedDuring(school, () => correct(exercise, { ...quiz.answerKey, q1: { answer: 0 } }));
    expect(events).toEqual([]);
    expect(await read(submission)).toMatchObject({ score: 100, status: 'approved', version: 1 });
    expect(await exerciseTotalsOf(school, student.id)).toEqual(before);
  });

  it('leaves alone what a person graded', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const submission = await handIn(student, exercise, notEnough);
    await teacher.put(`/submissions/${submission}/grade`, { score: 30, status: 'needs_revision' });
    await correct(exercise, kinder);
    expect(await read(submission)).toMatchObject({ score: 30, gradedById: teacher.id, version: 2 });
  });

  it('told twice changes nothing the second time', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const submission = await handIn(student, exercise, notEnough);
    await correct(exercise, kinder);
    await correct(exercise, quiz.answerKey);
    await correct(exercise, kinder);
    expect(await read(submission)).toMatchObject({ score: 60, version: 2 });
  });

  it('reaches everybody, a hundred at a time', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id);
    const right = await handIn(student, exercise, allRight);
    await copy(right, 150);
    const last = await anEnrolledStudent(school, course);
    const submission = await handIn(last, exercise, notEnough);
    await correct(exercise, kinder);
    expect(await read(submission)).toMatchObject({ score: 60, version: 2 });
    expect(await exerciseTotalsOf(school, last.id)).toMatchObject({ passed: 1, payments: 1, average: 60 });
  });
});

/** More attempts of the same student, as rows. */
async function copy(submission: number, times: number): Promise<void> {
  await school.database.transaction(async () => {
    for (let at = 1; at <= times; at++)
      await school.database.run(
        `INSERT INTO courses_exercisesubmission (student_id, exercise_id, attempt_number, submission_data, submitted_at,
           status, score, max_score, grading, graded_at)
         SELECT student_id, exercise_id, attempt_number + $2, submission_data, submitted_at, status, score, max_score,
           grading, graded_at FROM courses_exercisesubmission WHERE id = $1`,
        [submission, at],
      );
  });
}
