import { PasswordChanged, Passwords, TimezoneChanged } from '../../src/modules/users';
import { text } from '../../src/platform/database/columns';
import { Client, School } from '../support/school';
import { endRequest, eventsOf, goodPassword, later, register, signIn, statusesOf, type Registered } from './user-fixtures';

let school: School;
let giulia: Client;
beforeAll(async () => {
  school = await School.open();
});
beforeEach(async () => {
  giulia = await school.student();
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

describe('my account', () => {
  test('says everything about me, and nothing of my password', async () => {
    const { body, headers } = await giulia.get('/me');
    expect(body).toEqual({
      id: giulia.id,
      username: giulia.username,
      email: `${giulia.username}@school.test`,
      firstName: '',
      lastName: '',
      role: 'student',
      isApproved: true,
      teacherStatus: null,
      bio: '',
      profileImage: null,
      teoCoins: 0,
      createdAt: expect.any(String),
      version: 1,
    });
    expect(headers.etag).toMatch(/^"v1-/);
    expect((await giulia.get('/me', { 'if-none-match': headers.etag! })).status).toBe(304);
  });

  test('is closed to visitors, as is everything of mine', async () => {
    for (const path of ['/me', '/me/settings', '/me/sessions', '/users', '/users/1', '/teachers'])
      expect((await school.visitor.get(path)).body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test('changes in what I name, and in nothing else', async () => {
    const { body } = await giulia.patch('/me', { firstName: ' Giulia ', lastName: 'Rossi', bio: 'Boats.' });
    expect(body).toMatchObject({ firstName: 'Giulia', lastName: 'Rossi', bio: 'Boats.', version: 2 });
    expect((await giulia.patch('/me', { bio: '' })).body).toMatchObject({ firstName: 'Giulia', bio: '', version: 3 });
    expect((await giulia.get('/me')).body).toMatchObject({ lastName: 'Rossi', bio: '', version: 3 });
  });

  test('costs three statements to change', async () => {
    await giulia.get('/me');
    const { statements } = await school.statements(() => giulia.patch('/me', { bio: 'Boats.' }));
    expect(statements).toHaveLength(3);
  });

  test('is not overwritten by an edit of an older version', async () => {
    const { etag } = (await giulia.get('/me')).headers as { etag: string };
    for (const path of ['/me', '/me/settings'])
      expect((await giulia.patch(path, {}, { 'if-match': '"v999999999999999"' })).status).toBe(412);
    expect((await giulia.patch('/me', { bio: 'first' }, { 'if-match': etag })).status).toBe(200);
    const late = await giulia.patch('/me', { bio: 'second' }, { 'if-match': etag });
    expect(late.body).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
    expect((await giulia.get('/me')).body.bio).toBe('first');
  });

  test('of two edits of the same version at once one is kept', async () => {
    const { etag } = (await giulia.get('/me')).headers as { etag: string };
    const edits = ['one', 'two', 'three'].map((bio) => giulia.patch('/me', { bio }, { 'if-match': etag }));
    expect(statusesOf(await Promise.all(edits))).toEqual([200, 412, 412]);
    expect((await giulia.get('/me')).body.version).toBe(2);
  });

  test.each<[string, Record<string, unknown>]>([
    ['role', { role: 'admin' }],
    ['isApproved', { isApproved: true }],
    ['teacherStatus', { teacherStatus: 'approved' }],
    ['teoCoins', { teoCoins: 1_000 }],
    ['username', { username: 'other' }],
    ['email', { email: 'other@mail.test' }],
    ['id', { id: 1 }],
    ['version', { version: 9 }],
    ['bio', { bio: 'x'.repeat(2_001) }],
    ['firstName', { firstName: null }],
  ])('does not take %s from me', async (member, change) => {
    const { body } = await giulia.patch('/me', change);
    expect(body).toMatchObject({ status: 422, errors: [{ pointer: `/body/${member}` }] });
    expect((await giulia.get('/me')).body.version).toBe(1);
  });
});

describe('my settings', () => {
  test('change in what I name', async () => {
    const change = {
      theme: 'dark',
      language: 'pt-BR',
      pushNotifications: false,
      privacySettings: { showStreak: false },
    };
    const { body, headers } = await giulia.patch('/me/settings', change);
    expect(body).toMatchObject({ ...change, emailNotifications: true, timezone: 'UTC', version: 2 });
    expect(headers.etag).toMatch(/^"v2-/);
    expect((await giulia.get('/me/settings')).body).toEqual(body);
    const next = await giulia.patch('/me/settings', { emailNotifications: false, privacySettings: {} });
    expect(next.body).toMatchObject({ ...change, emailNotifications: false, privacySettings: {}, version: 3 });
  });

  test('a new time zone is told in the same transaction, once, and the old one is not', async () => {
    const events = eventsOf(school);
    await giulia.patch('/me/settings', { timezone: 'Asia/Tokyo', theme: 'dark' });
    await giulia.patch('/me/settings', { timezone: 'Asia/Tokyo', theme: 'light' });
    await giulia.patch('/me/settings', { theme: 'system' });
    expect(events).toEqual([new TimezoneChanged({ userId: giulia.id, timezone: 'Asia/Tokyo' })]);
  });

  test('a time zone sent by two tabs at once is told once', async () => {
    const events = eventsOf(school);
    const tab = () => giulia.patch('/me/settings', { timezone: 'America/Lima' });
    expect((await Promise.all([tab(), tab(), tab()])).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(events).toHaveLength(1);
  });

  test('an edit of an older version changes nothing, the time zone neither, and tells nothing', async () => {
    const { etag } = (await giulia.get('/me/settings')).headers as { etag: string };
    await giulia.patch('/me/settings', { theme: 'dark' }, { 'if-match': etag });
    const events = eventsOf(school);
    const late = await giulia.patch('/me/settings', { timezone: 'Asia/Tokyo' }, { 'if-match': etag });
    expect(late.body).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
    expect((await giulia.get('/me/settings')).body).toMatchObject({ timezone: 'UTC', theme: 'dark', version: 2 });
    expect(events).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['theme', { theme: 'pink' }],
    ['language', { language: 'IT_it' }],
    ['language', { language: 'zh-Hant-H' }],
    ['timezone', { timezone: 'AST' }],
    ['timezone', { timezone: '../../etc/passwd' }],
    ['emailNotifications', { emailNotifications: 'yes' }],
    ['privacySettings', { privacySettings: [] }],
    ['privacySettings/deep', { privacySettings: { deep: { er: true } } }],
    ['privacySettings/long', { privacySettings: { long: 'x'.repeat(201) } }],
    ['privacySettings/a b', { privacySettings: { 'a b': true } }],
    ['privacySettings', { privacySettings: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, true])) }],
    ['userId', { userId: 1 }],
  ])('do not take %s in this form', async (pointer, change) => {
    const { body } = await giulia.patch('/me/settings', change);
    expect(body).toMatchObject({ status: 422, errors: [{ pointer: `/body/${pointer}` }] });
    expect((await giulia.get('/me/settings')).body.version).toBe(1);
  });

  test('that came from elsewhere are shown as they are', async () => {
    const theirs = { profile: { public: true, fields: ['bio'] } };
    await school.database.transaction(() =>
      school.database.run(
        "UPDATE users_usersettings SET theme = 'solarized', privacy_settings = $2 WHERE user_id = $1",
        [giulia.id, theirs],
      ),
    );
    expect((await giulia.get('/me/settings')).body).toMatchObject({ theme: 'solarized', privacySettings: theirs });
  });
});

describe('my password', () => {
  const newPassword = 'boats in the evening sun';
  let person: Registered;
  beforeEach(async () => {
    person = await register(school);
  });
  const change = (currentPassword = goodPassword, next = newPassword) =>
    person.client.put('/me/password', { currentPassword, newPassword: next });
  const stored = async () =>
    (await school.database.row({ password: text }, 'SELECT password FROM users_user WHERE id = $1', [person.id]))!
      .password;

  test('changes, and ends every session but this one', async () => {
    const events = eventsOf(school);
    const other = (await signIn(school, person.username)).body;
    const elsewhere = new Client(school, other.accessToken);
    expect((await elsewhere.get('/me')).status).toBe(200);
    expect((await change()).status).toBe(204);
    expect([(await elsewhere.get('/me')).status, (await person.client.get('/me')).status]).toEqual([401, 200]);
    const refreshed = async (refreshToken: string) =>
      (await school.visitor.post('/auth/refresh', { refreshToken })).status;
    expect([await refreshed(other.refreshToken), await refreshed(person.refreshToken)]).toEqual([401, 200]);
    expect((await signIn(school, person.username)).status).toBe(401);
    expect((await signIn(school, person.username, newPassword)).status).toBe(200);
    expect(events).toEqual([new PasswordChanged({ userId: person.id })]);
  });

  test('does not change for who does not know it', async () => {
    const before = await stored();
    expect((await change('a wrong password')).body).toMatchObject({
      status: 422,
      code: 'PASSWORD_WRONG',
      errors: [{ pointer: '/body/currentPassword' }],
    });
    expect(await stored()).toBe(before);
  });

  test('cannot be guessed with a found access token', async () => {
    later(school, 0);
    for (let i = 0; i < 5; i++) expect((await change('a wrong password')).status).toBe(422);
    expect((await change()).body).toMatchObject({ status: 429, code: 'TOO_MANY_ATTEMPTS' });
    later(school, 1);
    expect((await change()).status).toBe(204);
  });

  test('is asked for again, not counted as wrong, where the change could not be made in time', async () => {
    const hash = jest.spyOn(school.part(Passwords), 'hash').mockImplementation(async () => {
      endRequest();
      return 'late';
    });
    for (let i = 0; i < 6; i++) expect((await change()).body).toMatchObject({ status: 503, code: 'REQUEST_TIMEOUT' });
    hash.mockRestore();
    expect((await change()).status).toBe(204);
  });

  test('of two changes at once the first wins', async () => {
    const answers = await Promise.all([change(), change(goodPassword, 'boats in the morning rain')]);
    expect(statusesOf(answers)).toEqual([204, 422]);
  });

  test.each([
    ['too short', 'nine char', 'VALIDATION_FAILED'],
    ['common', 'password12345', 'PASSWORD_TOO_WEAK'],
  ])('is not changed to what is %s', async (_, next, code) => {
    expect((await change(goodPassword, next)).body).toMatchObject({
      status: 422,
      code,
      errors: [{ pointer: '/body/newPassword' }],
    });
  });

  test('may not hold my name', async () => {
    expect((await change(goodPassword, `it is ${person.username} here`)).body.code).toBe('PASSWORD_TOO_WEAK');
  });

  test('has fifteen characters for an administrator', async () => {
    const admin = await school.admin();
    const answer = await admin.put('/me/password', { currentPassword: 'x', newPassword: 'fourteen fits.' });
    expect(answer.body).toMatchObject({ code: 'PASSWORD_TOO_WEAK', errors: [{ pointer: '/body/newPassword' }] });
  });
});
