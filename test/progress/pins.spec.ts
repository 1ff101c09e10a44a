import { int } from '../../src/platform/database/columns';
import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { picture, upload } from '../support/stored-files';
import { anExercise, assignment } from './exercises';

let school: School;
let teacher: Client;
let course: BuiltCourse;
let exercise: number;
let student: Client;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
  course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
  exercise = await anExercise(school, course.lessons[0], { ...assignment, attemptsAllowed: 20 });
  student = await anEnrolledStudent(school, course);
});
afterAll(() => school.close());

interface Work {
  submission: number;
  artwork: number;
}
async function aWork(ofExercise = exercise): Promise<Work> {
  const { body: file } = await upload(school, student, { bytes: await picture().png().toBuffer(), purpose: 'artwork' });
  const work = { artworks: [{ fileId: file.id }] };
  const { body } = await student.post(`/exercises/${ofExercise}/submissions`, { work });
  return { submission: body.id as number, artwork: body.artworks[0].id as number };
}
const pinOn = (author: Client, { submission, artwork }: Work, more: object = {}) =>
  author.post(`/submissions/${submission}/pins`, { artworkId: artwork, x: 0.5, y: 0.25, text: 'Soften', ...more });
const pinsOf = async (reader: Client, { submission }: Work) =>
  (await reader.get(`/submissions/${submission}/pins`)).body.data as { id: number; replies: object[] }[];
const discussions = async (person: Client): Promise<number> =>
  (await person.get('/me/notifications?type=work_discussed&withTotal=true')).body.page.total as number;

test('the teacher and the student pin, reply, resolve and open again', async () => {
  const work = await aWork();
  const region = { x: 0.5, y: 0.5, width: 0.5, height: 0.25 };
  const { status, body: pin } = await pinOn(teacher, work, { ...region, text: ' Look here ' });
  expect(status).toBe(201);
  expect(pin).toMatchObject({
    ...region,
    text: 'Look here',
    author: { id: teacher.id },
    resolvedAt: null,
    replies: [],
  });
  const { body: answered } = await student.post(`/pins/${pin.id}/replies`, { text: 'Done' });
  expect(answered.replies).toMatchObject([{ text: 'Done', author: { id: student.id } }]);
  await pinOn(student, work);
  expect(await pinsOf(student, work)).toEqual(await pinsOf(teacher, work));
  expect(await pinsOf(teacher, work)).toHaveLength(2);
  const { body: resolved } = await student.put(`/pins/${pin.id}/resolution`);
  expect(resolved).toMatchObject({ resolvedById: student.id, resolvedAt: expect.any(String) });
  expect((await teacher.put(`/pins/${pin.id}/resolution`)).body).toEqual(resolved);
  expect((await teacher.delete(`/pins/${pin.id}/resolution`)).body).toMatchObject({
    resolvedAt: null,
    resolvedById: null,
  });
});

test('only the author deletes a pin, while it has no replies', async () => {
  const work = await aWork();
  const { body: pin } = await pinOn(teacher, work);
  expect((await student.delete(`/pins/${pin.id}`)).body).toMatchObject({ code: 'FORBIDDEN' });
  await student.post(`/pins/${pin.id}/replies`, { text: 'Why?' });
  expect((await teacher.delete(`/pins/${pin.id}`)).body).toMatchObject({ code: 'PIN_HAS_REPLIES' });
  const { body: second } = await pinOn(teacher, work);
  expect((await teacher.delete(`/pins/${second.id}`)).status).toBe(204);
  expect((await pinsOf(student, work)).map(({ id }) => id)).toEqual([pin.id]);
});

test('others see no pin and write none', async () => {
  const work = await aWork();
  const { body: pin } = await pinOn(teacher, work);
  const strangers = [await anEnrolledStudent(school, course), await school.teacher()];
  for (const stranger of strangers) {
    expect((await stranger.get(`/submissions/${work.submission}/pins`)).status).toBe(404);
    expect((await pinOn(stranger, work)).status).toBe(404);
    expect((await stranger.post(`/pins/${pin.id}/replies`, { text: 'Hm' })).status).toBe(404);
    expect((await stranger.put(`/pins/${pin.id}/resolution`)).status).toBe(404);
    expect((await stranger.delete(`/pins/${pin.id}`)).status).toBe(404);
  }
});

test.each<[string, object]>([
  ['a place right of the picture', { x: 1.01 }],
  ['a place left of it', { x: -0.01 }],
  ['a region that leaves it', { x: 0.6, width: 0.5, height: 0.1 }],
  ['a region without a height', { width: 0.1 }],
  ['an empty region', { width: 0, height: 0 }],
  ['no text', { text: ' ' }],
  ['2,001 characters', { text: 'x'.repeat(2_001) }],
  ['an unknown picture', { artworkId: 999_999 }],
  ['an unknown criterion', { criterionId: 'unknown' }],
])('a pin with %s is refused', async (_, wrong) => {
  const work = await aWork();
  expect((await pinOn(teacher, work, wrong)).status).toBe(422);
});

test('a picture of another submission is refused', async () => {
  const [work, other] = [await aWork(), await aWork()];
  const { body } = await pinOn(teacher, { ...work, artwork: other.artwork });
  expect(body.errors).toMatchObject([{ pointer: '/body/artworkId', rule: 'artwork_of_submission' }]);
});

test('a pin is tied to a criterion of the rubric', async () => {
  const withRubric = await anExercise(school, course.lessons[0], assignment);
  const levels = [
    { id: 'weak', title: 'Weak', description: '', points: 1 },
    { id: 'good', title: 'Good', description: '', points: 4 },
  ];
  const criteria = [{ id: 'edges', title: 'Edges', description: '', levels }];
  const { body: rubric } = await teacher.post('/rubrics', { title: 'Still life', criteria });
  await teacher.put(`/exercises/${withRubric}/rubric`, { rubricId: rubric.id });
  const work = await aWork(withRubric);
  expect((await pinOn(teacher, work, { criterionId: 'edges' })).body).toMatchObject({ criterionId: 'edges' });
  expect((await pinOn(teacher, work, { criterionId: 'light' })).status).toBe(422);
});

test('the other side is notified once until it has read the notification', async () => {
  const work = await aWork();
  await school.settle();
  const [before, ofTeacher] = [await discussions(student), await discussions(teacher)];
  await pinOn(teacher, work);
  await pinOn(teacher, work);
  await school.settle();
  expect(await discussions(student)).toBe(before + 1);
  await student.put('/me/notifications/read-state', { isRead: true });
  const { body: pin } = await pinOn(teacher, work);
  await school.settle();
  expect(await discussions(student)).toBe(before + 2);
  expect(await discussions(teacher)).toBe(ofTeacher);
  await student.post(`/pins/${pin.id}/replies`, { text: 'Done' });
  await school.settle();
  expect(await discussions(teacher)).toBe(ofTeacher + 1);
});

test('while the grades are held, the student sees and hears nothing of the teacher', async () => {
  const held = await anExercise(school, course.lessons[0], assignment);
  await teacher.patch(`/exercises/${held}`, { gradeRelease: 'together' });
  const work = await aWork(held);
  await school.settle();
  const before = await discussions(student);
  const { body: pin } = await pinOn(teacher, work);
  const { body: own } = await pinOn(student, work);
  await teacher.post(`/pins/${own.id}/replies`, { text: 'Almost' });
  await school.settle();
  expect(await pinsOf(student, work)).toMatchObject([{ id: own.id, replies: [] }]);
  expect((await student.post(`/pins/${pin.id}/replies`, { text: 'Why?' })).status).toBe(404);
  expect(await discussions(student)).toBe(before);
  expect(await pinsOf(teacher, work)).toHaveLength(2);
  await teacher.put(`/submissions/${work.submission}/grade`, { score: 8, status: 'approved' });
  expect(await pinsOf(student, work)).toHaveLength(1);
  await teacher.put(`/exercises/${held}/grade-release`);
  await school.settle();
  expect((await pinsOf(student, work)).map(({ replies }) => replies.length)).toEqual([0, 1]);
});

test('a work has at most 200 pins, a pin 50 replies, and all are read with three statements', async () => {
  const work = await aWork();
  const { body: first } = await pinOn(teacher, work);
  await school.database.transaction(async () => {
    const pinSql = `INSERT INTO progress_pin (artwork_id, author_id, x, y, text, created_at)
      SELECT artwork_id, author_id, x, y, text, created_at FROM progress_pin WHERE id = $1`;
    for (let count = 0; count < 198; count++) await school.database.run(pinSql, [first.id]);
    const replySql = `INSERT INTO progress_pinreply (pin_id, author_id, text, created_at)
      SELECT id, author_id, text, created_at FROM progress_pin WHERE id = $1`;
    for (let count = 0; count < 49; count++) await school.database.run(replySql, [first.id]);
  });
  const both = await Promise.all([pinOn(teacher, work), pinOn(student, work)]);
  expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  const replies = await Promise.all(
    [teacher, student].map((author) => author.post(`/pins/${first.id}/replies`, { text: 'Yes' })),
  );
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
  for (const reader of [teacher, student]) {
    const { result, statements } = await school.statements(() => pinsOf(reader, work));
    expect(result).toHaveLength(200);
    expect(result[0]!.replies).toHaveLength(50);
    expect(statements.length).toBeLessThanOrEqual(3);
  }
  const rows = await school.database.rows(
    { total: int },
    'SELECT count(*) AS total FROM progress_pin p JOIN progress_artwork a ON a.id = p.artwork_id WHERE a.submission_id = $1',
    [work.submission],
  );
  expect(rows).toEqual([{ total: 200 }]);
});
