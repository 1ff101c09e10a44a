import { School, type Client } from '../support/school';
import { picture, readContent, upload } from '../support/stored-files';
import { aCourse, lesson, outcome, succeeds } from './course-builders';

const pdf = Buffer.from('%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n');
const link = { title: 'Museum', url: 'https://museum.example/works' };

let school: School;
let teacher: Client;
let course: { id: number; lessonId: number };
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
  course = await aCourse(teacher);
});
afterAll(() => school.close());

async function uploaded(owner: Client, bytes = pdf, name = 'brushes.pdf'): Promise<number> {
  const { body } = await upload(school, owner, { bytes, purpose: 'material', name });
  return body.id as number;
}

test('a lesson has files and links as materials, which everybody sees who may open the lesson', async () => {
  const [sheet, photo] = [await uploaded(teacher), await uploaded(teacher, await picture().jpeg().toBuffer(), 'a.jpg')];
  const files = [{ title: 'Brushes', fileId: sheet }, link, { title: 'Photo', fileId: photo }];
  const body = lesson({ title: 'Brushes', materials: files });
  const created = await succeeds(teacher.post(`/courses/${course.id}/lessons`, body));
  expect(created.materials).toEqual([
    { title: 'Brushes', fileId: sheet, url: expect.stringContaining(`/files/${sheet}/content?variant=original`) },
    { ...link, fileId: null },
    { title: 'Photo', fileId: photo, url: expect.stringContaining(`/files/${photo}/content?variant=original`) },
  ]);
  const student = await school.student();
  expect((await student.get(`/files/${sheet}`)).status).toBe(404);
  await succeeds(student.post(`/courses/${course.id}/enrollment`));
  const seen = await succeeds(student.get(`/lessons/${created.id}`));
  const content = await readContent(school, seen.materials[0].url as string);
  expect(content.bytes.equals(pdf)).toBe(true);
  expect(content.headers['content-disposition']).toMatch(/^attachment.*brushes\.pdf/);
  expect((await student.get(`/files/${sheet}`)).status).toBe(200);
});

test('a change keeps the files of the lesson that it names, and detaches the others', async () => {
  const { lessonId } = await aCourse(teacher);
  const [first, second] = [await uploaded(teacher), await uploaded(teacher)];
  const change = (materials: object[]): Promise<any> =>
    succeeds(teacher.patch(`/lessons/${lessonId}`, { content: 'Look.', materials }));
  const entry = (fileId: number): object => ({ title: 'Sheet', fileId });
  await change([entry(first), entry(second)]);
  const changed = await change([entry(second), link, entry(second)]);
  expect(changed.materials.map(({ fileId }: { fileId: number | null }) => fileId)).toEqual([second, null, second]);
  // A detached file can be used again within an hour.
  expect((await change([entry(first)])).materials).toHaveLength(1);
  const other = (await aCourse(teacher)).lessonId;
  expect(await outcome(teacher.patch(`/lessons/${other}`, { materials: [entry(first)] }))).toEqual([
    409,
    'FILE_NOT_USABLE',
  ]);
  await succeeds(teacher.delete(`/lessons/${lessonId}`));
  expect((await succeeds(teacher.patch(`/lessons/${other}`, { materials: [entry(first)] }))).materials).toHaveLength(1);
});

test('materials are accepted as they were shown', async () => {
  const { lessonId } = await aCourse(teacher);
  const materials = [{ title: 'Brushes', fileId: await uploaded(teacher) }, link];
  const { materials: shown } = await succeeds(teacher.patch(`/lessons/${lessonId}`, { materials }));
  expect((await succeeds(teacher.patch(`/lessons/${lessonId}`, { materials: shown }))).materials).toEqual(shown);
});

test('a material needs a link or a file, and a file of its own', async () => {
  const change = (materials: object[]): Promise<[number, string?]> =>
    outcome(teacher.patch(`/lessons/${course.lessonId}`, { materials }));
  const colleague = await school.teacher();
  const foreign = await uploaded(colleague);
  expect(await change([{ title: 'Nothing' }])).toEqual([422, 'VALIDATION_FAILED']);
  expect(await change([{ title: 'Old', url: 'http://school.example/a.pdf' }])).toEqual([422, 'VALIDATION_FAILED']);
  expect(await change([{ title: 'Expires', url: 'http://school.example/api/v1/files/1/content?expires=2' }])).toEqual([
    422,
    'VALIDATION_FAILED',
  ]);
  expect(await change([{ title: 'Foreign', fileId: foreign }])).toEqual([409, 'FILE_NOT_USABLE']);
  const student = await school.student();
  expect((await upload(school, student, { bytes: pdf, purpose: 'material' })).status).toBe(403);
});
