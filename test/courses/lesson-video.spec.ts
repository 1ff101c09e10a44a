import { int, nullable, text } from '../../src/platform/database/columns';
import { School, type Client } from '../support/school';
import { largeVideo, newFileFolder, readContent, sendPart } from '../support/stored-files';
import { aCourse, aDraft, aLesson } from './course-builders';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open({ environment: newFileFolder().settings });
  teacher = await school.teacher();
});
afterAll(() => school.close());

async function uploadedVideo(): Promise<number> {
  const bytes = largeVideo(20_000);
  const { body } = await teacher.post('/uploads?purpose=lesson-video', undefined, { 'upload-length': '20000' });
  await sendPart(school, teacher, { id: body.id, offset: 0, bytes });
  await school.job('files:assemble');
  return body.id as number;
}
const stateOf = (fileId: number): Promise<{ state: string; lessonId: number | null } | undefined> =>
  school.database.row(
    { state: text, lessonId: nullable(int) },
    'SELECT state, thing_id AS "lessonId" FROM platform_storedfile WHERE id = $1',
    [fileId],
  );

test('those who may open the lesson see its video, and others do not', async () => {
  const { id, lessonId } = await aCourse(teacher);
  const fileId = await uploadedVideo();
  const { status, body } = await teacher.put(`/lessons/${lessonId}/video`, { fileId });
  expect(status).toBe(200);
  expect(await readContent(school, body.videoUrl)).toMatchObject({
    status: 200,
    headers: { 'content-type': 'video/mp4' },
  });
  const student = await school.student();
  expect((await student.get(`/files/${fileId}`)).status).toBe(404);
  await student.post(`/courses/${id}/enrollment`);
  expect((await student.get(`/lessons/${lessonId}`)).body.videoUrl).toBe(body.videoUrl);
  expect((await student.get(`/files/${fileId}`)).status).toBe(200);
});

test('another video, a link or a removed lesson detaches the old one', async () => {
  const { id: courseId } = await aDraft(teacher);
  const { id } = await aLesson(teacher, courseId);
  const [first, second] = [await uploadedVideo(), await uploadedVideo()];
  await teacher.put(`/lessons/${id}/video`, { fileId: first });
  await teacher.put(`/lessons/${id}/video`, { fileId: second });
  expect(await stateOf(first)).toEqual({ state: 'clean', lessonId: null });
  await teacher.patch(`/lessons/${id}`, { videoUrl: 'https://video.example/1' });
  expect(await stateOf(second)).toEqual({ state: 'clean', lessonId: null });
  await teacher.put(`/lessons/${id}/video`, { fileId: first });
  await teacher.delete(`/lessons/${id}`);
  expect(await stateOf(first)).toEqual({ state: 'clean', lessonId: null });
});

test('the address that the lesson shows does not become a link that expires', async () => {
  const https = await School.open({
    environment: { ...newFileFolder().settings, PUBLIC_URL: 'https://school.example' },
  });
  const author = await https.teacher();
  const { id: courseId } = await aDraft(author);
  const { id } = await aLesson(author, courseId);
  const { body: begun } = await author.post('/uploads?purpose=lesson-video', undefined, { 'upload-length': '20000' });
  await sendPart(https, author, { id: begun.id, offset: 0, bytes: largeVideo(20_000) });
  await https.job('files:assemble');
  const { body } = await author.put(`/lessons/${id}/video`, { fileId: begun.id });
  expect((await author.patch(`/lessons/${id}`, { videoUrl: body.videoUrl })).status).toBe(200);
  const sql = 'SELECT video_url AS "videoUrl" FROM courses_lesson WHERE id = $1';
  const stored = await https.database.row({ videoUrl: text }, sql, [id]);
  expect(stored!.videoUrl).toMatch(/^file:/);
  await author.delete(`/courses/${courseId}`);
  const file = 'SELECT state FROM platform_storedfile WHERE id = $1';
  expect(await https.database.row({ state: text }, file, [begun.id])).toEqual({ state: 'clean' });
  await https.close();
});

test('students upload no videos, and a picture is no video', async () => {
  const student = await school.student();
  const length = { 'upload-length': '20000' };
  expect((await student.post('/uploads?purpose=lesson-video', undefined, length)).status).toBe(403);
  const { body } = await teacher.post('/uploads?purpose=lesson-video', undefined, length);
  const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(19_992)]);
  expect((await sendPart(school, teacher, { id: body.id, offset: 0, bytes: png })).status).toBe(415);
});
