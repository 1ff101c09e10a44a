import { aPublishedCourse, anEnrolledStudent } from '../support/courses';
import { Client, School } from '../support/school';
import { register, signIn } from './user-fixtures';

let school: School;
let admin: Client;
beforeAll(async () => {
  school = await School.open();
  admin = await school.admin();
});
afterAll(() => school.close());

describe('GET /users/{id}', () => {
  const profile = { firstName: 'Giulia', lastName: 'Rossi', bio: 'Watercolours.' };
  const withProfile = async (client: Client): Promise<Client> => {
    await client.patch('/me', profile);
    return client;
  };

  test('a person who shares no course sees only the public fields of another person', async () => {
    const [giulia, marco] = [await withProfile(await school.student()), await school.student()];
    const pending = await school.teacher({ approved: false });
    for (const viewer of [marco, pending])
      expect((await viewer.get(`/users/${giulia.id}`)).body).toEqual({
        id: giulia.id,
        username: giulia.username,
        role: 'student',
        profileImage: null,
        joinedAt: expect.any(String),
      });
  });

  test('classmates, teachers, administrators and the person themselves see the real name', async () => {
    const teacher = await school.teacher();
    const course = await aPublishedCourse(school, teacher.id);
    const [giulia, marco] = [
      await withProfile(await anEnrolledStudent(school, course)),
      await anEnrolledStudent(school, course),
    ];
    const seenBy = async (viewer: Client) => (await viewer.get(`/users/${giulia.id}`)).body;
    for (const viewer of [marco, teacher, await school.teacher(), admin, giulia])
      expect(await seenBy(viewer)).toMatchObject(profile);
    await marco.delete(`/courses/${course.id}/enrollment`);
    expect(await seenBy(marco)).not.toHaveProperty('lastName');
  });

  test('everybody sees the name of an approved teacher, and a student does not see that of a pending one', async () => {
    const [teacher, pending] = [
      await withProfile(await school.teacher()),
      await withProfile(await school.teacher({ approved: false })),
    ];
    const marco = await school.student();
    expect((await marco.get(`/users/${teacher.id}`)).body).toMatchObject(profile);
    expect((await marco.get(`/users/${pending.id}`)).body).not.toHaveProperty('firstName');
  });

  test('the person and an administrator see the e-mail address', async () => {
    const giulia = await school.student();
    for (const viewer of [giulia, admin])
      expect((await viewer.get(`/users/${giulia.id}`)).body.email).toBe(`${giulia.username}@school.test`);
  });

  test('showing a person costs one statement, and two if a shared course must be checked', async () => {
    const [giulia, teacher] = [await school.student(), await school.teacher()];
    await giulia.get('/me');
    const costOf = async (id: number) => (await school.statements(() => giulia.get(`/users/${id}`))).statements.length;
    expect([await costOf(teacher.id), await costOf(admin.id)]).toEqual([1, 2]);
  });

  test.each([['999999'], ['9007199254740991']])('an unknown id %s gets 404', async (id) => {
    expect((await admin.get(`/users/${id}`)).body).toMatchObject({ status: 404, code: 'USER_NOT_FOUND' });
  });

  test.each([['0'], ['-1'], ['1.0'], ['one']])('refuses %s as the id of a person with 422', async (id) => {
    expect((await admin.get(`/users/${id}`)).body).toMatchObject({ status: 422, errors: [{ pointer: '/path/id' }] });
  });
});

describe('the list of people', () => {
  const listUsernames = async (query: string) =>
    (await admin.get(`/users?${query}`)).body.data.map(({ username }: { username: string }) => username);

  test('refuses the list of people with 403 for students and teachers', async () => {
    for (const client of [await school.student(), await school.teacher()])
      expect((await client.get('/users')).body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  test('the list pages through people, newest first, each person once', async () => {
    for (let index = 0; index < 5; index++) await school.student({ username: `paged${index}` });
    const usernames: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < 3; pages++) {
      const { body } = await admin.get(`/users?username=paged&limit=2&withTotal=true${cursor}`);
      usernames.push(...body.data.map(({ username }: { username: string }) => username));
      expect(body.page).toMatchObject({ total: 5, hasMore: pages < 2 });
      cursor = `&cursor=${body.page.nextCursor}`;
    }
    expect(usernames).toEqual(['paged4', 'paged3', 'paged2', 'paged1', 'paged0']);
  });

  test('the list can be filtered by role, prefix of the username and whether the account is open', async () => {
    await school.teacher({ username: 'filter_Anna' });
    const closed = await school.student({ username: 'Filter_Bruno' });
    await school.student({ username: 'filterXcarla' });
    await admin.delete(`/users/${closed.id}/activation`);
    expect(await listUsernames('username=filter')).toEqual(['filterXcarla', 'Filter_Bruno', 'filter_Anna']);
    expect(await listUsernames('username=FILTER_')).toEqual(['Filter_Bruno', 'filter_Anna']);
    expect(await listUsernames('username=filter&role=teacher')).toEqual(['filter_Anna']);
    expect(await listUsernames('username=filter&isActive=false')).toEqual(['Filter_Bruno']);
    expect(await listUsernames('username=filter&isActive=true&role=student')).toEqual(['filterXcarla']);
    for (const nobody of ['%25', 'ilter', '!', "'"]) expect(await listUsernames(`username=${nobody}`)).toEqual([]);
  });

  test('the list shows an administrator all fields of a person', async () => {
    const teacher = await school.teacher({ username: 'needed', approved: false });
    expect((await admin.get('/users?username=needed')).body.data).toEqual([
      {
        id: teacher.id,
        username: 'needed',
        emailVerifiedAt: null,
        firstName: '',
        lastName: '',
        role: 'teacher',
        bio: '',
        profileImage: null,
        joinedAt: expect.any(String),
        email: 'needed@school.test',
        isActive: true,
        isApproved: false,
        teacherStatus: 'pending',
        lastLoginAt: null,
      },
    ]);
  });

  test.each([
    ['role=boss'],
    ['limit=0'],
    ['limit=101'],
    ['isActive=maybe'],
    ['sort=email'],
    ['cursor=rubbish'],
    ['username='],
  ])('the list refuses the query %s with 422', async (query) => {
    expect((await admin.get(`/users?${query}`)).body.status).toBe(422);
  });
});

describe('closed accounts', () => {
  const refresh = (refreshToken: string) => school.visitor.post('/auth/refresh', { refreshToken });

  test('closing an account ends its sessions at once and prevents sign-in', async () => {
    const { id, username, client, refreshToken } = await register(school);
    expect((await client.get('/me')).status).toBe(200);
    const { status, body } = await admin.delete(`/users/${id}/activation`);
    expect([status, body.isActive]).toEqual([200, false]);
    expect((await client.get('/me')).body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect((await refresh(refreshToken)).body.code).toBe('REFRESH_TOKEN_REFUSED');
    expect((await signIn(school, username)).body.code).toBe('CREDENTIALS_REFUSED');
  });

  test('an account that is closed directly in the database cannot refresh its tokens', async () => {
    const { id, refreshToken } = await register(school);
    const next = (await refresh(refreshToken)).body.refreshToken;
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET is_active = $2 WHERE id = $1', [id, false]),
    );
    expect([(await refresh(refreshToken)).status, (await refresh(next)).status]).toEqual([401, 401]);
  });

  test('other people get 404 for a closed account until it is opened again', async () => {
    const [{ id, username }, other] = [await register(school), await school.student()];
    await admin.delete(`/users/${id}/activation`);
    expect([(await other.get(`/users/${id}`)).status, (await admin.get(`/users/${id}`)).status]).toEqual([404, 200]);
    expect((await admin.put(`/users/${id}/activation`)).body.isActive).toBe(true);
    expect((await admin.put(`/users/${id}/activation`)).status).toBe(200);
    expect((await other.get(`/users/${id}`)).status).toBe(200);
    expect((await signIn(school, username)).status).toBe(200);
  });

  test('only administrators can close or open accounts, and not their own', async () => {
    const [giulia, teacher] = [await school.student(), await school.teacher()];
    for (const client of [giulia, teacher])
      for (const id of [giulia.id, admin.id]) {
        expect((await client.delete(`/users/${id}/activation`)).status).toBe(403);
        expect((await client.put(`/users/${id}/activation`)).status).toBe(403);
      }
    expect((await admin.delete(`/users/${admin.id}/activation`)).status).toBe(403);
    expect((await admin.delete('/users/999999/activation')).body.code).toBe('USER_NOT_FOUND');
    expect((await giulia.get('/me')).status).toBe(200);
  });
});
