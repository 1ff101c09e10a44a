import { aPublishedCourse } from '../../support/courses';
import { Client, School } from '../../support/school';

let school: School;
let admin: Client;
beforeAll(async () => {
  school = await School.open();
  admin = await school.admin();
  const teacher = await school.teacher();
  for (let index = 0; index < 3; index++) {
    await aPublishedCourse(school, teacher.id);
    await school.student();
  }
});
afterAll(() => school.close());

const nextOf = async (path: string): Promise<string> => (await admin.get(path)).body.page.nextCursor;

test('a cursor works with another limit, with a total and with the filters in another order', async () => {
  const cursor = await nextOf('/users?role=student&isActive=true&limit=1');
  const next = await admin.get(`/users?isActive=true&cursor=${cursor}&role=student&limit=2&withTotal=true`);
  expect(next.body).toMatchObject({ data: [{ role: 'student' }, { role: 'student' }], page: { total: 3 } });
});

test.each([
  ['without its filter', '/users?role=student&limit=1', '/users?limit=1'],
  ['with another value', '/users?role=student&limit=1', '/users?role=teacher&limit=1'],
  ['with an additional filter', '/users?limit=1', '/users?limit=1&isActive=true'],
  ['with another order', '/courses?sort=newest&limit=1', '/courses?sort=title&limit=1'],
  ['without its search', '/courses?q=&limit=1', '/courses?limit=1'],
  ['in the list of another object', '/users/1/sessions?limit=1', '/users/2/sessions?limit=1'],
])('a cursor that is used %s is refused with INVALID_CURSOR', async (_, first, second) => {
  for (let index = 0; index < 2; index++) await school.signedIn(admin);
  const ownFirst = first.replace('/1/', `/${admin.id}/`);
  const cursor = await nextOf(ownFirst);
  const { status, body } = await admin.get(`${second}&cursor=${cursor}`);
  expect({ status, code: body.code }).toEqual({ status: 422, code: 'INVALID_CURSOR' });
});

test('a cursor without the hash of its filters, or with a wrong one, is refused', async () => {
  const cursor = await nextOf('/users?limit=1');
  const [inner] = cursor.split('.');
  for (const changed of [inner, `${inner}.`, `${inner}.AAAAAAAA`])
    expect((await admin.get(`/users?limit=1&cursor=${changed}`)).body.code).toBe('INVALID_CURSOR');
});
