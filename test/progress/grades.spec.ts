import { SubmissionGraded } from '../../src/modules/progress';
import { anEnrolledStudent } from '../support/courses';
import { School, type ApiResponse, type Client } from '../support/school';
import {
  aLemon,
  allRight,
  anExercise,
  assignment,
  aStudentWithExercise,
  exerciseTotalsOf,
  notEnough,
} from './exercises';
import { eventRecorder, namesOf, publishedDuring } from './published-events';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open({ extensions: [eventRecorder] });
  teacher = await school.teacher();
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const approved = { score: 85, status: 'approved', feedback: 'Lovely edges.' };
const grade = (grader: Client, submission: number, decision: object, version?: number): Promise<ApiResponse> =>
  grader.put(`/submissions/${submission}/grade`, decision, version ? { 'if-match': `"v${version}-x"` } : {});
const historyOf = async (submission: number) =>
  (await teacher.get(`/submissions/${submission}/grade-changes`)).body.data as Record<string, unknown>[];

/** A submission of an assignment that waits for its grade. */
async function aPendingSubmission(fields: Parameters<typeof aStudentWithExercise>[2] = {}) {
  const setup = await aStudentWithExercise(school, teacher.id, { ...assignment, ...fields });
  const { body } = await setup.student.post(`/exercises/${setup.exercise}/submissions`, aLemon);
  return { ...setup, submission: body.id as number };
}

describe('grading', () => {
  it('an approved submission passes and pays the student, who sees the score and the feedback', async () => {
    const { student, submission } = await aPendingSubmission();
    const response = await grade(teacher, submission, approved);
    expect(response.body).toMatchObject({
      ...approved,
      gradedById: teacher.id,
      version: 2,
      gradedAt: expect.any(String),
      ...aLemon,
      result: { scorePercent: 85, hasPassed: true },
    });
    expect(response.headers.etag).toMatch(/^"v2-/);
    const { earned, ...graded } = response.body;
    expect(earned.coins).toBeGreaterThan(0);
    expect((await student.get(`/submissions/${submission}`)).body).toEqual({ ...graded, grading: null });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, average: 85 });
  });

  it.each([['needs_revision'], ['rejected']])(
    'a submission graded as %s does not pass with any score',
    async (status) => {
      const { student, submission } = await aPendingSubmission();
      const { body } = await grade(teacher, submission, { score: 95, status });
      expect(body).toMatchObject({ status, feedback: '', result: { scorePercent: 95, hasPassed: false } });
      expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 0, payments: 0, average: 95 });
    },
  );

  it('a submission that a person approves passes with any score', async () => {
    const { submission } = await aPendingSubmission({ gradePolicy: 'first' });
    expect((await grade(teacher, submission, { score: 10, status: 'approved' })).body.result.hasPassed).toBe(true);
  });

  it('grading does not count as an activity of the learner', async () => {
    const { student, submission } = await aPendingSubmission();
    const before = (await student.get('/me/progress')).body.lastActivityAt;
    await grade(teacher, submission, approved);
    expect((await student.get('/me/progress')).body.lastActivityAt).toBe(before);
  });

  it('grading another attempt of a passed exercise pays nothing more', async () => {
    const { student, exercise, submission } = await aPendingSubmission();
    const secondSubmission = (await student.post(`/exercises/${exercise}/submissions`, aLemon)).body.id;
    await Promise.all([
      grade(teacher, submission, approved),
      grade(teacher, secondSubmission, { ...approved, score: 95 }),
    ]);
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, average: 95 });
  });

  it('totals are correct after concurrent grading and hand-ins of several learners', async () => {
    const { course, exercise } = await aStudentWithExercise(school, teacher.id, assignment);
    const quizId = await anExercise(school, course.lessons[0]);
    const students = await Promise.all([1, 2, 3, 4].map(() => anEnrolledStudent(school, course)));
    const submitted = await Promise.all(
      students.map((student) => student.post(`/exercises/${exercise}/submissions`, aLemon)),
    );
    await Promise.all([
      ...submitted.map((response) => grade(teacher, response.body.id, approved)),
      ...students.map((student) => student.post(`/exercises/${quizId}/submissions`, { answers: allRight })),
      ...students.map((student) => student.post(`/exercises/${exercise}/submissions`, aLemon)),
    ]);
    for (const student of students)
      expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 2, payments: 2, average: 92.5 });
  });
});

describe('a grade that changes', () => {
  it('the history of a grade holds the grade before and after, who changed it, when and why', async () => {
    const { submission } = await aPendingSubmission();
    const admin = await school.admin();
    await grade(teacher, submission, { score: 40, status: 'needs_revision' });
    school.clock.stopAt(new Date());
    await grade(admin, submission, { score: 70, status: 'approved', reason: 'Seen again in daylight.' });
    expect(await historyOf(submission)).toEqual([
      {
        id: expect.any(Number),
        scoreBefore: 40,
        scoreAfter: 70,
        changedById: admin.id,
        statusBefore: 'needs_revision',
        statusAfter: 'approved',
        reason: 'Seen again in daylight.',
        rubricMarks: null,
        changedAt: school.clock.now().toISOString(),
      },
      expect.objectContaining({ scoreBefore: null, scoreAfter: 40, statusBefore: 'pending', changedById: teacher.id }),
    ]);
    const page = (await teacher.get(`/submissions/${submission}/grade-changes?limit=1&withTotal=true`)).body.page;
    expect(page).toMatchObject({ hasMore: true, total: 2 });
    const secondPage = await teacher.get(`/submissions/${submission}/grade-changes?limit=1&cursor=${page.nextCursor}`);
    expect(secondPage.body.data[0].statusBefore).toBe('pending');
  });

  it('a lower grade takes neither the pass nor the coins back', async () => {
    const { student, submission } = await aPendingSubmission();
    await grade(teacher, submission, approved);
    const { coins } = await exerciseTotalsOf(school, student.id);
    const { body } = await grade(teacher, submission, { score: 5, status: 'rejected' });
    expect(body).toMatchObject({ status: 'rejected', result: { scorePercent: 5, hasPassed: true } });
    await grade(teacher, submission, approved);
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, coins, average: 85 });
  });

  it('a grade without feedback keeps the earlier feedback', async () => {
    const { submission } = await aPendingSubmission();
    await grade(teacher, submission, approved);
    expect((await grade(teacher, submission, { score: 90, status: 'approved' })).body.feedback).toBe('Lovely edges.');
    expect((await grade(teacher, submission, { ...approved, feedback: '' })).body.feedback).toBe('');
  });

  it('a teacher can correct the grade of an automatically graded quiz', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id);
    const { id } = (await student.post(`/exercises/${exercise}/submissions`, { answers: notEnough })).body;
    const { body } = await grade(teacher, id, { score: 60, status: 'approved', reason: 'Umbra is umber.' });
    expect(body).toMatchObject({ score: 60, result: { hasPassed: true }, answers: notEnough });
    expect(body.questions).toHaveLength(5);
  });

  it('saving an unchanged grade changes nothing and publishes no event', async () => {
    const { submission } = await aPendingSubmission();
    const first = await grade(teacher, submission, approved);
    const events = await publishedDuring(school, async () => {
      const unchanged = { ...first.body, earned: { coins: 0, achievements: [], streakDays: 1 } };
      expect((await grade(teacher, submission, approved)).body).toEqual(unchanged);
      expect((await grade(teacher, submission, { score: 85, status: 'approved' }, 2)).body).toEqual(unchanged);
    });
    expect(events).toEqual([]);
    expect(await historyOf(submission)).toHaveLength(1);
  });
});

describe('concurrent grades', () => {
  it('of eight concurrent grades with the same If-Match version, one is saved and seven get PRECONDITION_FAILED', async () => {
    const { submission } = await aPendingSubmission();
    const scores = [10, 20, 30, 40, 50, 60, 70, 80];
    const responses = await Promise.all(
      scores.map((score) => grade(teacher, submission, { score, status: 'approved' }, 1)),
    );
    expect(responses.filter((response) => response.status === 200)).toHaveLength(1);
    expect(responses.filter((response) => response.body.code === 'PRECONDITION_FAILED')).toHaveLength(7);
    expect(await historyOf(submission)).toHaveLength(1);
  });

  it('concurrent grades without If-Match are all saved in the history, and the last one counts', async () => {
    const { student, submission } = await aPendingSubmission();
    const scores = [10, 20, 30, 40];
    await Promise.all(scores.map((score) => grade(teacher, submission, { score, status: 'approved' })));
    const history = await historyOf(submission);
    expect(new Set(history.map((change) => change.scoreAfter))).toEqual(new Set(scores));
    const { body } = await student.get(`/submissions/${submission}`);
    expect(body).toMatchObject({ score: history[0]?.scoreAfter, version: 5 });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, average: body.score });
  });
});

describe('who may grade', () => {
  it('only the teacher of the course and administrators may grade; the student gets 403, and other people get 404', async () => {
    const { student, course, submission } = await aPendingSubmission();
    expect((await grade(student, submission, approved)).body.code).toBe('FORBIDDEN');
    const otherPeople = [await anEnrolledStudent(school, course), await school.teacher(), school.visitor];
    const codes = await Promise.all(
      otherPeople.map(async (person) => (await grade(person, submission, approved)).body.code),
    );
    expect(codes).toEqual(['SUBMISSION_NOT_FOUND', 'SUBMISSION_NOT_FOUND', 'UNAUTHENTICATED']);
    expect((await grade(teacher, 999_999, approved)).body.code).toBe('SUBMISSION_NOT_FOUND');
    expect((await grade(await school.admin(), submission, approved)).status).toBe(200);
  });

  it('rejects the grade of a person for their own submission with 403', async () => {
    const { exercise, course } = await aStudentWithExercise(school, teacher.id, assignment);
    for (const person of [teacher, await school.admin()]) {
      await person.post(`/courses/${course.id}/enrollment`);
      const { id } = (await person.post(`/exercises/${exercise}/submissions`, aLemon)).body;
      const response = await grade(person, id, approved);
      expect([response.status, response.body.code]).toEqual([403, 'FORBIDDEN']);
    }
  });

  it('shows the history of a grade to the teacher and administrators, not to the student', async () => {
    const { student, submission } = await aPendingSubmission();
    await grade(teacher, submission, { ...approved, reason: 'Between colleagues.' });
    const path = `/submissions/${submission}/grade-changes`;
    expect((await student.get(path)).body.code).toBe('FORBIDDEN');
    expect((await (await school.student()).get(path)).body.code).toBe('SUBMISSION_NOT_FOUND');
    expect((await (await school.admin()).get(path)).body.data).toHaveLength(1);
    expect(JSON.stringify((await student.get(`/submissions/${submission}`)).body)).not.toContain('colleagues');
  });
});

describe('a decision', () => {
  it.each([
    ['a score above the maximum', { score: 100.5, status: 'approved' }, '/body/score'],
    ['a score below 0', { score: -1, status: 'approved' }, '/body/score'],
    ['the status pending', { score: 1, status: 'pending' }, '/body/status'],
    ['no score', { status: 'approved' }, '/body/score'],
    ['another person as grader', { ...approved, gradedById: 1 }, '/body/gradedById'],
  ])('rejects a grade with %s', async (_, decision, pointer) => {
    const { submission } = await aPendingSubmission();
    const response = await grade(teacher, submission, decision);
    expect([response.status, response.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
    expect(await historyOf(submission)).toEqual([]);
  });
});

describe('published events', () => {
  it('publishes SubmissionReceived for work, SubmissionGraded for each grade, and ExercisePassed once', async () => {
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, assignment);
    let submission = 0;
    const received = await publishedDuring(school, async () => {
      submission = (await student.post(`/exercises/${exercise}/submissions`, aLemon)).body.id;
    });
    expect(namesOf(received)).toEqual(['LearnerProgressed', 'SubmissionReceived']);
    const passed = await publishedDuring(school, () => grade(teacher, submission, approved));
    expect(namesOf(passed)).toEqual(['ExercisePassed', 'LearnerProgressed', 'SubmissionGraded']);
    const regraded = await publishedDuring(school, () => grade(teacher, submission, { ...approved, score: 90 }));
    expect(regraded.map((event) => event.payload)).toEqual([
      {
        submissionId: submission,
        version: 3,
        studentId: student.id,
        exerciseId: exercise,
        exerciseTitle: 'Know your colours',
        status: 'approved',
        score: 90,
        maxScore: 100,
        isOwnAct: false,
        gradedById: teacher.id,
      },
    ]);
  });

  it('publishes an automatic grade for a quiz, the pass with its reward, and the progress with the counters', async () => {
    const { student, exercise, course } = await aStudentWithExercise(school, teacher.id, { reward: 7 });
    const events = await publishedDuring(school, () =>
      student.post(`/exercises/${exercise}/submissions`, { answers: allRight }),
    );
    expect(namesOf(events)).toEqual(['ExercisePassed', 'LearnerProgressed', 'SubmissionGraded']);
    expect(events.find((event) => event instanceof SubmissionGraded)?.payload).toMatchObject({ gradedById: null });
    const payloads = events.map((event) => event.payload);
    expect(payloads).toContainEqual(
      expect.objectContaining({ reward: 7, courseId: course.id, teacherId: teacher.id, studentId: student.id }),
    );
    expect(payloads).toContainEqual(
      expect.objectContaining({
        before: expect.objectContaining({ exercisesCompleted: 0 }),
        localHour: expect.any(Number),
        after: expect.objectContaining({ exercisesCompleted: 1 }),
      }),
    );
  });
});
