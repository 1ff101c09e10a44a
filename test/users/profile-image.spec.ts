import { int, nullable, text } from '../../src/platform/database/columns';
import { Files } from '../../src/platform/files/files';
import { School, type Client } from '../support/school';
import { picture, readContent, upload } from '../support/stored-files';

let school: School;
let person: Client;
let other: Client;
beforeAll(async () => {
  school = await School.open();
  [person, other] = await Promise.all([school.student(), school.student()]);
});
afterAll(() => school.close());

async function uploaded(owner: Client, purpose = 'profile-image'): Promise<number> {
  const { body } = await upload(school, owner, { bytes: await picture().jpeg().toBuffer(), purpose });
  return body.id as number;
}
const imageOf = async (viewer: Client): Promise<string | null> =>
  (await viewer.get(`/users/${person.id}`)).body.profileImage as string | null;

test('a person sets a picture, which others see at a signed address, and removes it', async () => {
  const fileId = await uploaded(person);
  const { status, body } = await person.put('/me/profile-image', { fileId });
  expect(status).toBe(200);
  expect(body.profileImage).toMatch(new RegExp(`/api/v1/files/${fileId}/content\\?variant=320&`));
  const shown = await imageOf(other);
  expect(shown).toBe(body.profileImage);
  expect(await readContent(school, shown!)).toMatchObject({ status: 200, headers: { 'content-type': 'image/webp' } });
  expect((await other.get(`/files/${fileId}`)).status).toBe(200);
  expect((await person.delete('/me/profile-image')).body.profileImage).toBeNull();
  expect((await other.get(`/files/${fileId}`)).status).toBe(404);
});

test('who shows their profile to nobody shows no picture, and no file', async () => {
  const fileId = await uploaded(person);
  await person.put('/me/profile-image', { fileId });
  await person.patch('/me/settings', { privacySettings: { profile: 'nobody' } });
  expect(await imageOf(other)).toBeNull();
  expect((await other.get(`/files/${fileId}`)).status).toBe(404);
  await person.patch('/me/settings', { privacySettings: { profile: 'everyone' } });
  expect(await imageOf(other)).toContain(`/files/${fileId}/`);
});

test('the picture of another person, of another purpose, or one that is used already is refused', async () => {
  const teacher = await school.teacher();
  const ids = [await uploaded(other), await uploaded(teacher, 'course-thumbnail'), 999_999];
  for (const fileId of ids)
    expect((await person.put('/me/profile-image', { fileId })).body).toMatchObject({ code: 'FILE_NOT_USABLE' });
  const used = await uploaded(person);
  expect((await person.put('/me/profile-image', { fileId: used })).status).toBe(200);
  expect((await person.put('/me/profile-image', { fileId: used })).status).toBe(409);
});

test('the link of an imported person stays as it is', async () => {
  const link = 'profiles/noor.jpg';
  await school.database.transaction(() =>
    school.database.run('UPDATE users_user SET profile_image = $1 WHERE id = $2', [link, person.id]),
  );
  expect(await imageOf(other)).toBe(link);
});

test('a course shows its picture in the catalogue, on its page and at home, with no further statement', async () => {
  const teacher = await school.teacher();
  const { body: course } = await teacher.post('/courses', {
    title: 'Linocut',
    description: '',
    category: 'drawing',
    level: 'beginner',
  });
  expect(
    (await upload(school, person, { bytes: await picture().png().toBuffer(), purpose: 'course-thumbnail' })).status,
  ).toBe(403);
  const first = await uploaded(teacher, 'course-thumbnail');
  const path = `/courses/${course.id}/thumbnail`;
  expect((await teacher.put(path, { fileId: first })).body.thumbnail).toContain(`/files/${first}/content?variant=960`);
  expect((await other.put(path, { fileId: first })).status).toBe(404);
  expect((await other.get(`/files/${first}`)).status).toBe(404);
  const second = await uploaded(teacher, 'course-thumbnail');
  const { body: changed } = await teacher.put(path, { fileId: second });
  expect(changed.thumbnail).toContain(`/files/${second}/`);
  expect((await teacher.get(`/files/${first}`)).body.status).toBe('clean');
  expect((await teacher.get(`/courses/${course.id}`)).body.thumbnail).toBe(changed.thumbnail);
  expect((await teacher.delete(`/courses/${course.id}`)).body).toEqual({ status: 'deleted' });
  expect((await teacher.get(`/files/${second}`)).body.status).toBe('clean');
});

test('when a person leaves, their picture and unused files are removed, and the picture of a course stays', async () => {
  const teacher = await school.teacher();
  const { body: course } = await teacher.post('/courses', {
    title: 'Etching',
    description: '',
    category: 'drawing',
    level: 'beginner',
  });
  const [image, unused, thumbnail] = [
    await uploaded(teacher),
    await uploaded(teacher),
    await uploaded(teacher, 'course-thumbnail'),
  ];
  await teacher.put('/me/profile-image', { fileId: image });
  await teacher.put(`/courses/${course.id}/thumbnail`, { fileId: thumbnail });
  const exported = await school.part(Files).listOfOwner(teacher.id);
  expect(exported.map(({ id }) => id)).toEqual([image, unused, thumbnail]);
  await school.database.transaction(() => school.part(Files).forgetOwner(teacher.id));
  await school.job('files:tidy');
  const rows = await school.database.rows(
    { id: int, ownerId: nullable(int), fileName: text },
    'SELECT id, owner_id AS "ownerId", file_name AS "fileName" FROM platform_storedfile WHERE id IN ($1, $2, $3)',
    [image, unused, thumbnail],
  );
  expect(rows).toEqual([{ id: thumbnail, ownerId: null, fileName: '' }]);
});
