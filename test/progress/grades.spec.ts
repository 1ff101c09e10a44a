import { SubmissionGraded } from '../../src/modules/progress';
import { anEnrolledStudent } from '../support/courses';
import { School, type ApiResponse, type Client } from '../support/school';
import { aLemon, allRight, anExercise, assignment, aStudentWith, booksOf, notEnough } from './exercises';
import { listener, namesOf, told } from './listener';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open({ extensions: [listener] });
  teacher = await school.teacher();
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const approved = { score: 85, status: 'approved', feedback: 'Lovely edges.' };
const grade = (grader: Client, submission: number, decision: object, version?: number): Promise<ApiResponse> =>
  grader.put(`/submissions/${submission}/grade`, decision, version ? { 'if-match': `"v${version}-x"` } : {});
const historyOf = async (submission: number) =>
  (await teacher.get(`/submissions/${submission}/grade-changes`)).body.data as Record<string, unknown>[];

/** A lemon that waits for its grade. */
async function aLemonHandedIn(more: Parameters<typeof aStudentWith>[2] = {}) {
  const found = await aStudentWith(school, teacher.id, { ...assignment, ...more });
  const { body } = await found.student.post(`/exercises/${found.exercise}/submissions`, aLemon);
  return { ...found, submission: body.id as number };
}

describe('grading', () => {
  it('approves: the student passes, is paid, and finds score and words', async () => {
    const { student, submission } = await aLemonHandedIn();
    const answer = await grade(teacher, submission, approved);
    expect(answer.body).toMatchObject({
      ...{ ...approved, gradedById: teacher.id, version: 2, gradedAt: expect.any(String), ...aLemon },
      result: { scorePercent: 85, passed: true },
    });
    expect(answer.headers.etag).toMatch(/^"v2-/);
    expect((await student.get(`/submissions/${submission}`)).body).toEqual(answer.body);
    expect(await booksOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, average: 85 });
  });

  it.each([['needs_revision'], ['rejected']])('%s is no pass, however high the score', async (status) => {
    const { student, submission } = await aLemonHandedIn();
    const { body } = await grade(teacher, submission, { score: 95, status });
    expect(body).toMatchObject({ status, feedback: '', result: { scorePercent: 95, passed: false } });
    expect(await booksOf(school, student.id)).toMatchObject({ passed: 0, payments: 0, average: 95 });
  });

  it('that approves passes, whatever the number: the person decides', async () => {
    const { submission } = await aLemonHandedIn({ gradePolicy: 'first' });
    expect((await grade(teacher, submission, { score: 10, status: 'approved' })).body.result.passed).toBe(true);
  });

  it('is no step of the learner: the streak stands still', async () => {
    const { student, submission } = await aLemonHandedIn();
    const before = (await student.get('/me/progress')).body.lastActivityAt;
    await grade(teacher, submission, approved);
    expect((await student.get('/me/progress')).body.lastActivityAt).toBe(before);
  });

  it('of another attempt of a passed exercise pays nothing more', async () => {
    const { student, exercise, submission } = await aLemonHandedIn();
    const second = (await student.post(`/exercises/${exercise}/submissions`, aLemon)).body.id;
    await Promise.all([grade(teacher, submission, approved), grade(teacher, second, { ...approved, score: 95 })]);
    expect(await booksOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, average: 95 });
  });

  it('of many learners’ work at once, while they hand in more, keeps every total', async () => {
    const { course, exercise } = await aStudentWith(school, teacher.id, assignment);
    const other = await anExercise(school, course.lessons[0]);
    const students = await Promise.all([1, 2, 3, 4].map(() => anEnrolledStudent(school, course)));
    const handed = await Promise.all(students.map((each) => each.post(`/exercises/${exercise}/submissions`, aLemon)));
    await Promise.all([
      ...handed.map((answer) => grade(teacher, answer.body.id, approved)),
      ...students.map((each) => each.post(`/exercises/${other}/submissions`, { answers: allRight })),
      ...students.map((each) => each.post(`/exercises/${exercise}/submissions`, aLemon)),
    ]);
    for (const student of students)
      expect(await booksOf(school, student.id)).toMatchObject({ passed: 2, payments: 2, average: 92.5 });
  });
});

describe('a grade that changes', () => {
  it('keeps before, after, who, when and why', async () => {
    const { submission } = await aLemonHandedIn();
    const admin = await school.admin();
    await grade(teacher, submission, { score: 40, status: 'needs_revision' });
    school.clock.stopAt(new Date());
    await grade(admin, submission, { score: 70, status: 'approved', reason: 'Seen again in daylight.' });
    expect(await historyOf(submission)).toEqual([
      {
        ...{ id: expect.any(Number), scoreBefore: 40, scoreAfter: 70, changedById: admin.id },
        ...{ statusBefore: 'needs_revision', statusAfter: 'approved', reason: 'Seen again in daylight.' },
        changedAt: school.clock.now().toISOString(),
      },
      expect.objectContaining({ scoreBefore: null, scoreAfter: 40, statusBefore: 'pending', changedById: teacher.id }),
    ]);
    const page = (await teacher.get(`/submissions/${submission}/grade-changes?limit=1&withTotal=true`)).body.page;
    expect(page).toMatchObject({ hasMore: true, total: 2 });
    const rest = await teacher.get(`/submissions/${submission}/grade-changes?limit=1&cursor=${page.nextCursor}`);
    expect(rest.body.data[0].statusBefore).toBe('pending');
  });

  it('down never takes the pass or the coins back', async () => {
    const { student, submission } = await aLemonHandedIn();
    await grade(teacher, submission, approved);
    const { coins } = await booksOf(school, student.id);
    const { body } = await grade(teacher, submission, { score: 5, status: 'rejected' });
    expect(body).toMatchObject({ status: 'rejected', result: { scorePercent: 5, passed: true } });
    await grade(teacher, submission, approved);
    expect(await booksOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, coins, average: 85 });
  });

  it('keeps the words that were not sent again', async () => {
    const { submission } = await aLemonHandedIn();
    await grade(teacher, submission, approved);
    expect((await grade(teacher, submission, { score: 90, status: 'approved' })).body.feedback).toBe('Lovely edges.');
    expect((await grade(teacher, submission, { ...approved, feedback: '' })).body.feedback).toBe('');
  });

  it('of a quiz that graded itself is a teacher’s to correct', async () => {
    const { student, exercise } = await aStudentWith(school, teacher.id);
    const { id } = (await student.post(`/exercises/${exercise}/submissions`, { answers: notEnough })).body;
    const { body } = await grade(teacher, id, { score: 60, status: 'approved', reason: 'Umbra is umber.' });
    expect(body).toMatchObject({ score: 60, result: { passed: true }, answers: notEnough });
    expect(body.questions).toHaveLength(5);
  });

  it('saved as it is changes nothing and tells nobody', async () => {
    const { submission } = await aLemonHandedIn();
    const first = await grade(teacher, submission, approved);
    const events = await told(school, async () => {
      expect((await grade(teacher, submission, approved)).body).toEqual(first.body);
      expect((await grade(teacher, submission, { score: 85, status: 'approved' }, 2)).body).toEqual(first.body);
    });
    expect(events).toEqual([]);
    expect(await historyOf(submission)).toHaveLength(1);
  });
});

describe('two graders at once', () => {
  it('who started from the same version: one wins, the others look again', async () => {
    const { submission } = await aLemonHandedIn();
    const scores = [10, 20, 30, 40, 50, 60, 70, 80];
    const answers = await Promise.all(
      scores.map((score) => grade(teacher, submission, { score, status: 'approved' }, 1)),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer.body.code === 'PRECONDITION_FAILED')).toHaveLength(7);
    expect(await historyOf(submission)).toHaveLength(1);
  });

  it('who do not say what they started from: the last one stands, each is in the history', async () => {
    const { student, submission } = await aLemonHandedIn();
    const scores = [10, 20, 30, 40];
    await Promise.all(scores.map((score) => grade(teacher, submission, { score, status: 'approved' })));
    const history = await historyOf(submission);
    expect(new Set(history.map((change) => change.scoreAfter))).toEqual(new Set(scores));
    const { body } = await student.get(`/submissions/${submission}`);
    expect(body).toMatchObject({ score: history[0]?.scoreAfter, version: 5 });
    expect(await booksOf(school, student.id)).toMatchObject({ passed: 1, payments: 1, average: body.score });
  });
});

describe('who may grade', () => {
  it('the teacher of the course and administrators; to others there is nothing to grade', async () => {
    const { student, course, submission } = await aLemonHandedIn();
    expect((await grade(student, submission, approved)).body.code).toBe('FORBIDDEN');
    const strangers = [await anEnrolledStudent(school, course), await school.teacher(), school.visitor];
    const codes = await Promise.all(strangers.map(async (each) => (await grade(each, submission, approved)).body.code));
    expect(codes).toEqual(['SUBMISSION_NOT_FOUND', 'SUBMISSION_NOT_FOUND', 'UNAUTHENTICATED']);
    expect((await grade(teacher, 999_999, approved)).body.code).toBe('SUBMISSION_NOT_FOUND');
    expect((await grade(await school.admin(), submission, approved)).status).toBe(200);
  });

  it('nobody their own work', async () => {
    const { exercise, course } = await aStudentWith(school, teacher.id, assignment);
    for (const person of [teacher, await school.admin()]) {
      await person.post(`/courses/${course.id}/enrollment`);
      const { id } = (await person.post(`/exercises/${exercise}/submissions`, aLemon)).body;
      const answer = await grade(person, id, approved);
      expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);
    }
  });

  it('and who sees the history', async () => {
    const { student, submission } = await aLemonHandedIn();
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
    ['above the maximum', { score: 100.5, status: 'approved' }, '/body/score'],
    ['below nothing', { score: -1, status: 'approved' }, '/body/score'],
    ['back to pending', { score: 1, status: 'pending' }, '/body/status'],
    ['without a score', { status: 'approved' }, '/body/score'],
    ['in another’s name', { ...approved, gradedById: 1 }, '/body/gradedById'],
  ])('%s is refused', async (_, decision, pointer) => {
    const { submission } = await aLemonHandedIn();
    const answer = await grade(teacher, submission, decision);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
    expect(await historyOf(submission)).toEqual([]);
  });
});

describe('what Progress tells', () => {
  it('of work: that it came, then its grade, and the pass once', async () => {
    const { student, exercise } = await aStudentWith(school, teacher.id, assignment);
    let submission = 0;
    const came = await told(school, async () => {
      submission = (await student.post(`/exercises/${exercise}/submissions`, aLemon)).body.id;
    });
    expect(namesOf(came)).toEqual(['LearnerProgressed', 'SubmissionReceived']);
    const passed = await told(school, () => grade(teacher, submission, approved));
    expect(namesOf(passed)).toEqual(['ExercisePassed', 'LearnerProgressed', 'SubmissionGraded']);
    const again = await told(school, () => grade(teacher, submission, { ...approved, score: 90 }));
    expect(again.map((event) => event.payload)).toEqual([
      {
        ...{ submissionId: submission, version: 3, studentId: student.id, exerciseId: exercise },
        ...{ exerciseTitle: 'Know your colours', status: 'approved', score: 90, maxScore: 100, gradedById: teacher.id },
      },
    ]);
  });

  it('of a quiz: its grade by nobody, the pass with its reward, the step with the counters', async () => {
    const { student, exercise, course } = await aStudentWith(school, teacher.id, { reward: 7 });
    const events = await told(school, () => student.post(`/exercises/${exercise}/submissions`, { answers: allRight }));
    expect(namesOf(events)).toEqual(['ExercisePassed', 'LearnerProgressed', 'SubmissionGraded']);
    expect(events.find((event) => event instanceof SubmissionGraded)?.payload).toMatchObject({ gradedById: null });
    const payloads = events.map((event) => event.payload);
    expect(payloads).toContainEqual(
      expect.objectContaining({ reward: 7, courseId: course.id, teacherId: teacher.id, studentId: student.id }),
    );
    expect(payloads).toContainEqual(
      expect.objectContaining({
        ...{ before: expect.objectContaining({ exercisesCompleted: 0 }), localHour: expect.any(Number) },
        after: expect.objectContaining({ exercisesCompleted: 1 }),
      }),
    );
  });
});
