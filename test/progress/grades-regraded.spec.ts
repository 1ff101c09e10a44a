import { School, type Client } from '../support/school';
import { allRight, aStudentWithExercise, exerciseTotalsOf, notEnough, quiz } from './exercises';
import { anEnrolledStudent } from '../support/courses';
import { eventRecorder, namesOf, publishedDuring } from './published-events';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open({ extensions: [eventRecorder] });
  teacher = await school.teacher();
});
afterAll(() => school.close());

/** A corrected key that gives `notEnough` 6 of 10 points, because in q2 only umber is right. */
const raisingKey = { ...quiz.answerKey, q2: { answer: [0] }, q5: { answer: 99, tolerance: 0 } };

async function correctKey(exercise: number, answerKey: object): Promise<void> {
  const response = await teacher.put(`/exercises/${exercise}/answer-key`, { answerKey });
  expect(response.status).toBe(200);
  await school.settle();
}

const handIn = async (student: Client, exercise: number, answers: object): Promise<number> =>
  (await student.post(`/exercises/${exercise}/submissions`, { answers })).body.id;
const readSubmission = async (submission: number) => (await teacher.get(`/submissions/${submission}`)).body;

describe('a corrected key', () => {
  it('a corrected key raises scores that were too low, lets these students pass and pays them, and the history of the grade shows the change', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const submission = await handIn(student, exercise, notEnough);
    const events = await publishedDuring(school, () => correctKey(exercise, raisingKey));
    expect(namesOf(events)).toEqual(['ExercisePassed', 'LearnerProgressed', 'SubmissionGraded']);
    expect(await readSubmission(submission)).toMatchObject({
      score: 60,
      status: 'approved',
      version: 2,
      gradedById: null,
      result: { scorePercent: 60, hasPassed: true },
    });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, average: 60 });
    const [change] = (await teacher.get(`/submissions/${submission}/grade-changes`)).body.data;
    expect(change).toMatchObject({ scoreBefore: 50, scoreAfter: 60, changedById: null, reason: /key/ });
  });

  it('a student who became the teacher of the course can correct the key, passes, and earns nothing', async () => {
    const [owner, student] = [await school.teacher(), await school.teacher()];
    const { exercise, course } = await aStudentWithExercise(school, owner.id);
    await student.post(`/courses/${course.id}/enrollment`);
    const submission = await handIn(student, exercise, notEnough);
    await student.delete(`/courses/${course.id}/enrollment`);
    expect((await owner.put(`/courses/${course.id}/teacher`, { teacherId: student.id })).status).toBe(204);
    expect((await student.put(`/exercises/${exercise}/answer-key`, { answerKey: raisingKey })).status).toBe(200);
    await school.settle();
    expect((await student.get(`/submissions/${submission}`)).body.score).toBe(60);
    // Early in the day there is an achievement for the hour, so the kinds are compared and not the balance.
    const { transactions } = (await student.get('/me/coins')).body;
    expect(transactions.map(({ type }: { type: string }) => type)).not.toContain('earned_exercise');
  });

  it('a corrected key lowers no score and takes no coin back', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const submission = await handIn(student, exercise, allRight);
    const before = await exerciseTotalsOf(school, student.id);
    const events = await publishedDuring(school, () => correctKey(exercise, { ...quiz.answerKey, q1: { answer: 0 } }));
    expect(events).toEqual([]);
    expect(await readSubmission(submission)).toMatchObject({ score: 100, status: 'approved', version: 1 });
    expect(await exerciseTotalsOf(school, student.id)).toEqual(before);
  });

  it('a corrected key does not change a grade that a person gave', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const submission = await handIn(student, exercise, notEnough);
    await teacher.put(`/submissions/${submission}/grade`, { score: 30, status: 'needs_revision' });
    await correctKey(exercise, raisingKey);
    expect(await readSubmission(submission)).toMatchObject({ score: 30, gradedById: teacher.id, version: 2 });
  });

  it('applying the same corrected key again changes nothing', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const submission = await handIn(student, exercise, notEnough);
    await correctKey(exercise, raisingKey);
    await correctKey(exercise, quiz.answerKey);
    await correctKey(exercise, raisingKey);
    expect(await readSubmission(submission)).toMatchObject({ score: 60, version: 2 });
  });

  it('a corrected key regrades more than one page of a hundred submissions', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id);
    const rightSubmission = await handIn(student, exercise, allRight);
    await copySubmission(rightSubmission, 150);
    const lastStudent = await anEnrolledStudent(school, course);
    const submission = await handIn(lastStudent, exercise, notEnough);
    await correctKey(exercise, raisingKey);
    expect(await readSubmission(submission)).toMatchObject({ score: 60, version: 2 });
    expect(await exerciseTotalsOf(school, lastStudent.id)).toMatchObject({ passed: 1, payments: 1, average: 60 });
  });
});

/** Copies a submission as further attempts of the same student. */
async function copySubmission(submission: number, copyCount: number): Promise<void> {
  await school.database.transaction(async () => {
    for (let copyNumber = 1; copyNumber <= copyCount; copyNumber++)
      await school.database.run(
        `INSERT INTO courses_exercisesubmission (student_id, exercise_id, attempt_number, submission_data, submitted_at,
           status, score, max_score, grading, graded_at)
         SELECT student_id, exercise_id, attempt_number + $2, submission_data, submitted_at, status, score, max_score,
           grading, graded_at FROM courses_exercisesubmission WHERE id = $1`,
        [submission, copyNumber],
      );
  });
}
