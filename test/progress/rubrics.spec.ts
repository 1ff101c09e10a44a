import { LearnerData } from '../../src/modules/progress/learner/learner-data';
import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { aLemon, assignment, anExercise } from './exercises';

let school: School;
let teacher: Client;
let otherTeacher: Client;
let student: Client;
let course: BuiltCourse;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
  otherTeacher = await school.teacher();
  course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
  student = await anEnrolledStudent(school, course);
});
afterAll(() => school.close());

const level = (id: string, points: number) => ({ id, title: `Level ${id}`, description: '', points });
const criterion = (id: string, ...levels: object[]) => ({ id, title: `About ${id}`, description: '', levels });
const edges = criterion('edges', level('weak', 0), level('fair', 3), level('good', 4));
const values = criterion('values', level('weak', 1), level('good', 5));
const rubric = { title: 'Still life', criteria: [edges, values] };
const chosen = (edgesLevel: string, valuesLevel: string) => [
  { criterionId: 'values', levelId: valuesLevel, comment: 'Squint.' },
  { criterionId: 'edges', levelId: edgesLevel },
];

const done = async (request: ReturnType<Client['get']>) => {
  const { status, body } = await request;
  if (status > 299) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
};
const create = (more: object = {}) => done(teacher.post('/rubrics', { ...rubric, ...more }));
const errorsOf = async (request: ReturnType<Client['get']>) => {
  const { status, body } = await request;
  return [status, ...(body.errors ?? []).map(({ pointer, rule }: any) => `${pointer} ${rule}`)];
};

/** A lemon that waits for its grade, in an exercise with the rubric. */
async function aSubmission(more: object = {}) {
  const exercise = await anExercise(school, course.lessons[0], { ...assignment, ...more });
  const { id: rubricId } = await create();
  await done(teacher.put(`/exercises/${exercise}/rubric`, { rubricId }));
  const { id } = await done(student.post(`/exercises/${exercise}/submissions`, aLemon));
  return { exercise, rubricId, submission: id as number };
}
const grade = (submission: number, body: object) =>
  teacher.put(`/submissions/${submission}/grade`, { status: 'approved', ...body });

describe('rubrics', () => {
  it('a teacher creates, lists, changes and deletes rubrics', async () => {
    const created = await create();
    expect(created).toMatchObject({ ...rubric, maxPoints: 9, version: 1 });
    expect((await done(teacher.get('/rubrics?withTotal=true'))).data[0]).toEqual(created);
    const changed = await done(teacher.patch(`/rubrics/${created.id}`, { title: 'Lemons' }));
    expect(changed).toMatchObject({ title: 'Lemons', criteria: rubric.criteria, version: 2 });
    expect(await done(teacher.get(`/rubrics/${created.id}`))).toEqual(changed);
    expect((await teacher.delete(`/rubrics/${created.id}`)).status).toBe(204);
    expect((await teacher.get(`/rubrics/${created.id}`)).body.code).toBe('RUBRIC_NOT_FOUND');
  });

  it('nobody else sees, changes or uses a rubric, and students cannot create one', async () => {
    const { id } = await create();
    const exercise = await anExercise(school, course.lessons[0], assignment);
    const codes = [
      await otherTeacher.get(`/rubrics/${id}`),
      await otherTeacher.patch(`/rubrics/${id}`, { title: 'Mine' }),
      await otherTeacher.delete(`/rubrics/${id}`),
      await otherTeacher.put(`/exercises/${exercise}/rubric`, { rubricId: id }),
      await student.post('/rubrics', rubric),
      await student.put(`/exercises/${exercise}/rubric`, { rubricId: id }),
    ].map(({ body }) => body.code);
    expect(codes).toEqual([
      'RUBRIC_NOT_FOUND',
      'RUBRIC_NOT_FOUND',
      'RUBRIC_NOT_FOUND',
      'FORBIDDEN',
      'FORBIDDEN',
      'FORBIDDEN',
    ]);
    expect((await done(otherTeacher.get('/rubrics'))).data).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['a criterion given twice', { criteria: [edges, edges] }, '/body/criteria unique_ids'],
    [
      'a level given twice',
      { criteria: [criterion('a', level('x', 1), level('x', 2))] },
      '/body/criteria/0 unique_ids',
    ],
    ['no points at all', { criteria: [criterion('a', level('x', 0), level('y', 0))] }, '/body/criteria rubric_points'],
    ['one level', { criteria: [criterion('a', level('x', 1))] }, '/body/criteria/0/levels min_items'],
    ['no criterion', { criteria: [] }, '/body/criteria min_items'],
    [
      '13 criteria',
      { criteria: Array.from({ length: 13 }, (_, i) => ({ ...edges, id: `c${i}` })) },
      '/body/criteria max_items',
    ],
  ])('a rubric with %s is refused', async (_, more, expected) => {
    expect(await errorsOf(teacher.post('/rubrics', { ...rubric, ...more }))).toContain(expected);
  });
});

describe('a grade by rubric', () => {
  it('gives the score that follows from the levels, and the student sees what was chosen', async () => {
    const { exercise, submission } = await aSubmission();
    expect((await done(student.get(`/exercises/${exercise}`))).rubric).toEqual(rubric.criteria);
    const graded = await done(grade(submission, { rubricMarks: chosen('fair', 'good') }));
    // 8 of 9 points.
    expect(graded).toMatchObject({ score: 88.89, status: 'approved' });
    const mark = { criterionTitle: 'About edges', levelTitle: 'Level fair', points: 3, maxPoints: 4, comment: '' };
    const seen = (await done(student.get(`/submissions/${submission}`))).rubricMarks;
    expect(seen).toEqual(graded.rubricMarks);
    expect(seen.map(({ criterionId }: any) => criterionId)).toEqual(['edges', 'values']);
    expect(seen[0]).toMatchObject(mark);
    expect(seen[1].comment).toBe('Squint.');
  });

  it.each<[string, string, number, number]>([
    ['weak', 'weak', 100, 11.11],
    ['good', 'good', 100, 100],
    ['good', 'weak', 9, 5],
    ['fair', 'weak', 1, 0.44],
    ['weak', 'good', 7, 3.89],
  ])('with the levels %s and %s and a maximum of %d the score is %d', async (first, second, maxScore, score) => {
    const { submission } = await aSubmission({ maxScore });
    expect((await done(grade(submission, { rubricMarks: chosen(first, second) }))).score).toBe(score);
  });

  it('stays as it is when the rubric changes, and a new grade uses the new copy', async () => {
    const { exercise, rubricId, submission } = await aSubmission();
    const { rubricMarks } = await done(grade(submission, { rubricMarks: chosen('good', 'weak') }));
    await done(teacher.patch(`/rubrics/${rubricId}`, { criteria: [values] }));
    expect((await done(teacher.get(`/exercises/${exercise}`))).rubric).toEqual(rubric.criteria);
    await done(teacher.put(`/exercises/${exercise}/rubric`, { rubricId }));
    expect((await done(teacher.get(`/exercises/${exercise}`))).rubric).toEqual([values]);
    expect(await done(student.get(`/submissions/${submission}`))).toMatchObject({ score: 55.56, rubricMarks });
    const again = [{ criterionId: 'values', levelId: 'good' }];
    expect(await done(grade(submission, { rubricMarks: again }))).toMatchObject({ score: 100 });
    expect((await teacher.delete(`/exercises/${exercise}/rubric`)).status).toBe(204);
    expect((await done(student.get(`/submissions/${submission}`))).rubricMarks).toHaveLength(1);
  });

  it('is kept in the history, and the same marks again change nothing', async () => {
    const { submission } = await aSubmission();
    const first = await done(grade(submission, { rubricMarks: chosen('fair', 'good') }));
    expect(await done(grade(submission, { rubricMarks: chosen('fair', 'good') }))).toMatchObject({
      version: first.version,
    });
    const second = await done(grade(submission, { score: 90, reason: 'The frame counts too.' }));
    expect(second).toMatchObject({ score: 90, rubricMarks: null });
    const { data } = await done(teacher.get(`/submissions/${submission}/grade-changes`));
    expect(data.map(({ scoreAfter, rubricMarks }: any) => [scoreAfter, rubricMarks])).toEqual([
      [90, null],
      [88.89, first.rubricMarks],
    ]);
  });

  it.each<[string, object, string[]]>([
    ['a missing criterion', { rubricMarks: chosen('fair', 'good').slice(0, 1) }, ['/body/rubricMarks rubric_marks']],
    [
      'a criterion given twice',
      { rubricMarks: [...chosen('fair', 'good'), { criterionId: 'edges', levelId: 'good' }] },
      ['/body/rubricMarks/2/criterionId rubric_marks'],
    ],
    [
      'a level of another criterion',
      { rubricMarks: chosen('good', 'fair') },
      ['/body/rubricMarks/0/levelId rubric_marks'],
    ],
    ['a score without a reason', { score: 80 }, ['/body/reason reason_required']],
    ['both a score and marks', { score: 80, rubricMarks: chosen('fair', 'good') }, ['/body/score score_or_marks']],
    ['neither a score nor marks', {}, ['/body/score score_or_marks']],
  ])('with %s is refused', async (_, body, expected) => {
    const { submission } = await aSubmission();
    expect(await errorsOf(grade(submission, body))).toEqual([422, ...expected]);
    expect((await done(student.get(`/submissions/${submission}`))).status).toBe('pending');
  });

  it('for an exercise without a rubric is refused', async () => {
    const exercise = await anExercise(school, course.lessons[0], assignment);
    const { id } = await done(student.post(`/exercises/${exercise}/submissions`, aLemon));
    expect(await errorsOf(grade(id, { rubricMarks: chosen('fair', 'good') }))).toEqual([
      422,
      '/body/rubricMarks rubric_marks',
    ]);
  });

  it('is in the copy of the data of the student, and leaves with the student', async () => {
    const { submission } = await aSubmission();
    const { rubricMarks } = await done(grade(submission, { rubricMarks: chosen('good', 'weak') }));
    const data = school.part(LearnerData);
    const exported = async () => {
      const { submissions } = await data.export(student.id);
      return submissions!.find((row: any) => row.id === submission) as any;
    };
    expect((await exported()).rubricMarks).toEqual(rubricMarks);
    expect(await exported()).not.toHaveProperty('grading');
    await school.database.transaction(() => data.erase(student.id));
    expect((await exported()).rubricMarks).toBeNull();
    const seen = await done(teacher.get(`/submissions/${submission}/grade-changes`));
    expect(seen.data[0].rubricMarks).toBeNull();
    student = await anEnrolledStudent(school, course);
  });

  it('needs as many statements as a grade by score', async () => {
    const first = await aSubmission();
    const second = await aSubmission();
    // A first pass can unlock an achievement, which needs more statements.
    const again = { status: 'needs_revision' };
    const byScore = await school.statements(() =>
      grade(first.submission, { ...again, score: 88.89, reason: 'By eye.' }),
    );
    const byRubric = await school.statements(() =>
      grade(second.submission, { ...again, rubricMarks: chosen('fair', 'good') }),
    );
    expect(byRubric.statements).toHaveLength(byScore.statements.length);
  });
});
