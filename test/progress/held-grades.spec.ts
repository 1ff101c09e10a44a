import { int } from '../../src/platform/database/columns';
import { HeldGradeFindings } from '../../src/modules/progress/release/held-grade-findings';
import { LearnerData } from '../../src/modules/progress/learner/learner-data';
import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { aLemon, exerciseTotalsOf } from './exercises';

let school: School;
let teacher: Client;
let student: Client;
let course: BuiltCourse;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
});
beforeEach(async () => {
  course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
  student = await anEnrolledStudent(school, course);
});
afterAll(() => school.close());

const done = async (request: ReturnType<Client['get']>) => {
  const { status, body } = await request;
  if (status > 299) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
};
const work = { title: 'Paint a lemon', exerciseType: 'assignment', content: { prompt: 'Paint.' }, answerKey: {} };
const quiz = {
  title: 'Paper',
  exerciseType: 'quiz',
  content: { questions: [{ id: 'q1', kind: 'true_false', text: 'Paper is white.', points: 1 }] },
  answerKey: { q1: { answer: true } },
  revealResults: 'after_last_attempt',
};
const create = (exercise: object, more: object = {}): Promise<any> =>
  done(
    teacher.post(`/lessons/${course.lessons[0]}/exercises`, {
      ...exercise,
      gradeRelease: 'together',
      teocoinReward: 15,
      ...more,
    }),
  );
const handIn = (exercise: { id: number }, body: object = aLemon, client = student) =>
  done(client.post(`/exercises/${exercise.id}/submissions`, body));
// A score that no other number of a response contains.
const secretScore = 87.31;
const grade = (submission: number, more: object = {}) =>
  done(
    teacher.put(`/submissions/${submission}/grade`, {
      score: secretScore,
      status: 'approved',
      feedback: 'geheimlob',
      reason: 'geheimgrund',
      ...more,
    }),
  );
const release = async (exercise: { id: number }) => {
  const released = await done(teacher.put(`/exercises/${exercise.id}/grade-release`));
  await school.settle();
  return released;
};

/** Everything that a student can read about an exercise, as text. */
async function readAll(exercise: { id: number }, submission: number): Promise<string> {
  const paths = [
    `/submissions/${submission}`,
    `/exercises/${exercise.id}`,
    `/lessons/${course.lessons[0]}`,
    `/courses/${course.id}`,
    '/me/submissions',
    '/me/home',
    '/me/progress',
    '/me/enrollments',
    '/me/notifications',
    '/me/coins',
    '/me/coins/transactions',
    '/me/achievements',
    `/rewards/explain?objectType=courses.exercise&objectId=${exercise.id}`,
  ];
  const bodies = [];
  for (const path of paths) bodies.push(JSON.stringify(await done(student.get(path))));
  return bodies.join('\n');
}

describe('a grade of a teacher', () => {
  it('is nowhere to be seen before the release, and earns nothing', async () => {
    const exercise = await create(work);
    const { id } = await handIn(exercise);
    await school.settle();
    const before = await readAll(exercise, id);
    const graded = await grade(id);
    await school.settle();
    expect(graded).toMatchObject({ status: 'pending', score: null, isGradeHeld: true, feedback: '' });
    expect(graded.grading.heldGrade).toMatchObject({
      score: secretScore,
      feedback: 'geheimlob',
      gradedById: teacher.id,
    });
    const after = await readAll(exercise, id);
    expect(after).not.toMatch(/87\.31|geheim/);
    // Only the version and the note that a grade waits have changed.
    const withoutNote = (text: string) =>
      text.replace('"isGradeHeld":true', '"isGradeHeld":false').replaceAll(/"(version|serverTime)":[^,}]+/g, '');
    expect(withoutNote(after)).toBe(withoutNote(before));
    expect(after).toContain('"isGradeHeld":true');
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 0, average: 0, coins: 0 });
  });

  it('comes with the pass, the coins and the message at the release', async () => {
    const exercise = await create(work);
    const { id } = await handIn(exercise);
    await grade(id);
    expect(await release(exercise)).toMatchObject({ gradesReleasedAt: expect.any(String) });
    expect(await done(student.get(`/submissions/${id}`))).toMatchObject({
      status: 'approved',
      score: secretScore,
      feedback: 'geheimlob',
      isGradeHeld: false,
      gradedById: teacher.id,
    });
    // 15 for the exercise and 25 for the achievement of the first one.
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({
      passed: 1,
      average: secretScore,
      payments: 1,
      coins: 40,
    });
    const { data } = await done(student.get('/me/notifications'));
    expect(data.filter(({ message }: any) => message.includes('87.31'))).toHaveLength(1);
    const changes = await done(teacher.get(`/submissions/${id}/grade-changes`));
    expect(changes.data).toMatchObject([{ scoreAfter: secretScore, reason: 'geheimgrund', changedById: teacher.id }]);
  });

  it('can be given again before the release, and the last one counts', async () => {
    const exercise = await create(work);
    const { id, version } = await handIn(exercise);
    const first = await grade(id);
    const second = await grade(id, { score: 40, status: 'needs_revision' });
    expect([first.version, second.version]).toEqual([version + 1, version + 2]);
    await release(exercise);
    expect(await done(student.get(`/submissions/${id}`))).toMatchObject({ status: 'needs_revision', score: 40 });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 0, coins: 0 });
  });

  it('is shown at once after the release, and a second release changes nothing', async () => {
    const exercise = await create(work);
    const { id } = await handIn(exercise);
    const released = await release(exercise);
    expect(await grade(id)).toMatchObject({ status: 'approved', score: secretScore, isGradeHeld: false });
    expect((await release(exercise)).gradesReleasedAt).toBe(released.gradesReleasedAt);
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, coins: 40, payments: 1 });
  });

  it('takes the work out of the grading queue', async () => {
    const exercise = await create(work);
    const { id } = await handIn(exercise);
    const queue = async () =>
      (await done(teacher.get(`/me/grading?exerciseId=${exercise.id}&withTotal=true`))).page.total;
    expect(await queue()).toBe(1);
    await grade(id);
    expect(await queue()).toBe(0);
  });
});

describe('a quiz with held grades', () => {
  it('is graded at once, shows nothing before the release, and asks no teacher', async () => {
    const exercise = await create(quiz, { attemptsAllowed: 1 });
    const body = await handIn(exercise, { answers: { q1: true } });
    await school.settle();
    expect(body).toMatchObject({ status: 'pending', score: null, isGradeHeld: true, earned: { coins: 0 } });
    expect(body.questions[0]).toMatchObject({ correct: null, points: null, rightAnswer: null });
    const seen = await done(student.get(`/submissions/${body.id}`));
    expect(seen.questions[0]).toMatchObject({ correct: null, points: null, rightAnswer: null });
    expect((await done(teacher.get(`/me/grading?exerciseId=${exercise.id}`))).data).toEqual([]);
    const told = (await done(teacher.get('/me/notifications'))).data;
    expect(told.filter(({ message }: any) => message.includes('Paper'))).toEqual([]);
    const ofTeacher = await done(teacher.get(`/submissions/${body.id}`));
    expect(ofTeacher.grading.heldGrade).toMatchObject({ score: 100, status: 'approved', gradedById: null });
    await release(exercise);
    const after = await done(student.get(`/submissions/${body.id}`));
    expect(after).toMatchObject({ status: 'approved', score: 100 });
    expect(after.questions[0]).toMatchObject({ correct: true, points: 1, rightAnswer: true });
    expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1 });
  });

  it('a corrected key changes the held grade, never for the worse, and does not release it', async () => {
    const exercise = await create(quiz);
    const other = await anEnrolledStudent(school, course);
    const wrong = await handIn(exercise, { answers: { q1: false } });
    const right = await handIn(exercise, { answers: { q1: true } }, other);
    await done(teacher.put(`/exercises/${exercise.id}/answer-key`, { answerKey: { q1: { answer: false } } }));
    await school.settle();
    const scoresHeld = [];
    for (const { id } of [wrong, right]) {
      const { status, score, grading } = await done(teacher.get(`/submissions/${id}`));
      scoresHeld.push([status, score, grading.heldGrade.score]);
    }
    expect(scoresHeld).toEqual([
      ['pending', null, 100],
      ['pending', null, 100],
    ]);
    await release(exercise);
    expect(await done(student.get(`/submissions/${wrong.id}`))).toMatchObject({ status: 'approved', score: 100 });
  });
});

describe('the choice when grades are released', () => {
  it('cannot change after somebody has begun the exercise', async () => {
    const exercise = await create(work);
    expect((await teacher.patch(`/exercises/${exercise.id}`, { gradeRelease: 'immediate' })).status).toBe(200);
    expect((await teacher.patch(`/exercises/${exercise.id}`, { gradeRelease: 'together' })).status).toBe(200);
    await handIn(exercise);
    const refused = await teacher.patch(`/exercises/${exercise.id}`, { gradeRelease: 'immediate' });
    expect([refused.status, refused.body.code]).toEqual([409, 'GRADE_RELEASE_FIXED']);
    expect((await teacher.patch(`/exercises/${exercise.id}`, { gradeRelease: 'together' })).status).toBe(200);
  });

  it('an exercise without held grades, and people without the right, get an error', async () => {
    const immediate = await create(work, { gradeRelease: 'immediate' });
    const held = await create(work);
    const otherTeacher = await school.teacher();
    const codes = [
      await teacher.put(`/exercises/${immediate.id}/grade-release`),
      await student.put(`/exercises/${held.id}/grade-release`),
      await otherTeacher.put(`/exercises/${held.id}/grade-release`),
    ].map(({ body }) => body.code);
    expect(codes).toEqual(['GRADES_NOT_HELD', 'FORBIDDEN', 'FORBIDDEN']);
  });
});

it('more grades than one page are released, each once', async () => {
  const exercise = await create(work);
  const { id } = await handIn(exercise);
  await grade(id);
  await school.database.transaction(async () => {
    await school.database.run(
      `INSERT INTO courses_exercisesubmission (student_id, exercise_id, submission_data, max_score, submitted_at, attempt_number, grading)
       SELECT w.student_id, w.exercise_id, w.submission_data, 100, w.submitted_at, n.value + 1, w.grading
       FROM courses_exercisesubmission w, (${Array.from({ length: 120 }, (_, index) => `SELECT ${index + 1} AS value`).join(' UNION ALL ')}) n
       WHERE w.id = $1`,
      [id],
    );
    await school.database.run(
      `INSERT INTO progress_heldgrade (submission_id, score, status, grading, graded_at)
       SELECT w.id, 50, 'approved', w.grading, w.submitted_at FROM courses_exercisesubmission w
       WHERE w.exercise_id = $1 AND w.id <> $2`,
      [exercise.id, id],
    );
  });
  await release(exercise);
  const count = async (sql: string) => (await school.database.row({ total: int }, sql, [exercise.id]))!.total;
  const waiting =
    "SELECT count(*) AS total FROM courses_exercisesubmission WHERE exercise_id = $1 AND status = 'pending'";
  expect(await count(waiting)).toBe(0);
  expect(await exerciseTotalsOf(school, student.id)).toMatchObject({ passed: 1, payments: 1 });
});

it('grades that are given while the teacher releases are all given once', async () => {
  const exercise = await create(work);
  const students = [student];
  while (students.length < 8) students.push(await anEnrolledStudent(school, course));
  const submissions: number[] = [];
  for (const client of students) submissions.push((await handIn(exercise, aLemon, client)).id);
  const requests: Promise<unknown>[] = submissions.map((id) => grade(id));
  requests.splice(4, 0, done(teacher.put(`/exercises/${exercise.id}/grade-release`)));
  await Promise.all(requests);
  await school.settle();
  for (const [index, id] of submissions.entries()) {
    const client = students[index]!;
    expect(await done(client.get(`/submissions/${id}`))).toMatchObject({ score: secretScore, isGradeHeld: false });
    expect(await exerciseTotalsOf(school, client.id)).toMatchObject({ passed: 1, payments: 1 });
  }
});

it('a held grade is not in the copy of the data of the student, and leaves with the student', async () => {
  const exercise = await create(work);
  const { id } = await handIn(exercise);
  await grade(id);
  const data = school.part(LearnerData);
  expect(JSON.stringify(await data.export(student.id))).not.toMatch(/87\.31|geheim/);
  await school.database.transaction(() => data.erase(student.id));
  await release(exercise);
  expect(await done(teacher.get(`/submissions/${id}`))).toMatchObject({ status: 'pending', score: null });
});

it('grades that nobody releases for 30 days are a finding', async () => {
  const exercise = await create(work);
  await grade((await handIn(exercise)).id);
  const findings = school.part(HeldGradeFindings);
  expect(await findings.findings()).toEqual([]);
  await school.database.transaction(() =>
    school.database.run('UPDATE progress_heldgrade SET graded_at = $1', [new Date('2020-01-01T00:00:00Z')]),
  );
  expect(await findings.findings()).toMatchObject([{ kind: 'late-held-grades' }]);
});
