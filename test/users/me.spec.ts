import { PasswordChanged, Passwords, TimezoneChanged } from '../../src/modules/users';
import { json, text } from '../../src/platform/database/columns';
import { Client, School } from '../support/school';
import {
  passDeadline,
  collectEvents,
  goodPassword,
  advanceClock,
  register,
  signIn,
  statusesOf,
  type Registered,
} from './user-fixtures';

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
  test('GET /me shows the account without the password', async () => {
    const { body, headers } = await giulia.get('/me');
    expect(body).toEqual({
      id: giulia.id,
      username: giulia.username,
      email: `${giulia.username}@school.test`,
      emailVerifiedAt: null,
      firstName: '',
      lastName: '',
      role: 'student',
      isApproved: true,
      teacherStatus: null,
      bio: '',
      profileImage: null,
      balance: 0,
      createdAt: expect.any(String),
      version: 1,
    });
    expect(headers.etag).toMatch(/^"v1-/);
    expect((await giulia.get('/me', { 'if-none-match': headers.etag! })).status).toBe(304);
  });

  test('refuses an anonymous client with 401 on every route of accounts', async () => {
    for (const path of ['/me', '/me/settings', '/me/sessions', '/users', '/users/1', '/teachers'])
      expect((await school.visitor.get(path)).body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test('a change of the profile changes only the given fields', async () => {
    const { body } = await giulia.patch('/me', { firstName: ' Giulia ', lastName: 'Rossi', bio: 'Boats.' });
    expect(body).toMatchObject({ firstName: 'Giulia', lastName: 'Rossi', bio: 'Boats.', version: 2 });
    expect((await giulia.patch('/me', { bio: '' })).body).toMatchObject({ firstName: 'Giulia', bio: '', version: 3 });
    expect((await giulia.get('/me')).body).toMatchObject({ lastName: 'Rossi', bio: '', version: 3 });
  });

  test('a change of the profile costs three statements', async () => {
    await giulia.get('/me');
    const { statements } = await school.statements(() => giulia.patch('/me', { bio: 'Boats.' }));
    expect(statements).toHaveLength(3);
  });

  test('refuses a change of an older version of the profile with 412', async () => {
    const { etag } = (await giulia.get('/me')).headers as { etag: string };
    for (const path of ['/me', '/me/settings'])
      expect((await giulia.patch(path, {}, { 'if-match': '"v999999999999999"' })).status).toBe(412);
    expect((await giulia.patch('/me', { bio: 'first' }, { 'if-match': etag })).status).toBe(200);
    const outdated = await giulia.patch('/me', { bio: 'second' }, { 'if-match': etag });
    expect(outdated.body).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
    expect((await giulia.get('/me')).body.bio).toBe('first');
  });

  test('of three concurrent changes of one version of the profile one succeeds and two get 412', async () => {
    const { etag } = (await giulia.get('/me')).headers as { etag: string };
    const changes = ['one', 'two', 'three'].map((bio) => giulia.patch('/me', { bio }, { 'if-match': etag }));
    expect(statusesOf(await Promise.all(changes))).toEqual([200, 412, 412]);
    expect((await giulia.get('/me')).body.version).toBe(2);
  });

  test.each<[string, Record<string, unknown>]>([
    ['role', { role: 'admin' }],
    ['isApproved', { isApproved: true }],
    ['teacherStatus', { teacherStatus: 'approved' }],
    ['balance', { balance: 1_000 }],
    ['username', { username: 'other' }],
    ['email', { email: 'other@mail.test' }],
    ['id', { id: 1 }],
    ['version', { version: 9 }],
    ['bio', { bio: 'x'.repeat(2_001) }],
    ['firstName', { firstName: null }],
  ])('refuses a change of the profile with the field %s with 422', async (member, change) => {
    const { body } = await giulia.patch('/me', change);
    expect(body).toMatchObject({ status: 422, errors: [{ pointer: `/body/${member}` }] });
    expect((await giulia.get('/me')).body.version).toBe(1);
  });
});

const noChoices = {
  profile: 'classmates',
  progress: 'nobody',
  achievements: 'nobody',
  hideFromLeaderboard: false,
  hideFromLookup: false,
};

describe('my settings', () => {
  test('a change of the settings changes only the given fields', async () => {
    const change = {
      theme: 'dark',
      language: 'pt-BR',
      pushNotifications: false,
    };
    const { body, headers } = await giulia.patch('/me/settings', change);
    expect(body).toMatchObject({ ...change, emailNotifications: true, timezone: 'UTC', version: 2 });
    expect(body.privacySettings).toEqual(noChoices);
    expect(headers.etag).toMatch(/^"v2-/);
    expect((await giulia.get('/me/settings')).body).toEqual(body);
    const next = await giulia.patch('/me/settings', { emailNotifications: false, privacySettings: {} });
    expect(next.body).toMatchObject({ ...change, emailNotifications: false, privacySettings: noChoices, version: 3 });
  });

  test('a change of the privacy settings is merged, also if two arrive at the same moment', async () => {
    const changes = [{ progress: 'everyone' }, { hideFromLookup: true }, { profile: 'nobody' }];
    await Promise.all(changes.map((privacySettings) => giulia.patch('/me/settings', { privacySettings })));
    const { privacySettings } = (await giulia.patch('/me/settings', { privacySettings: { progress: 'nobody' } })).body;
    expect(privacySettings).toEqual({ ...noChoices, hideFromLookup: true, profile: 'nobody' });
  });

  test('TimezoneChanged is published only if the time zone changes', async () => {
    const events = collectEvents(school);
    await giulia.patch('/me/settings', { timezone: 'Asia/Tokyo', theme: 'dark' });
    await giulia.patch('/me/settings', { timezone: 'Asia/Tokyo', theme: 'light' });
    await giulia.patch('/me/settings', { theme: 'system' });
    expect(events).toEqual([new TimezoneChanged({ userId: giulia.id, timezone: 'Asia/Tokyo' })]);
  });

  test('three concurrent changes to one time zone publish TimezoneChanged once', async () => {
    const events = collectEvents(school);
    const moveToLima = () => giulia.patch('/me/settings', { timezone: 'America/Lima' });
    expect((await Promise.all([moveToLima(), moveToLima(), moveToLima()])).map(({ status }) => status)).toEqual([
      200, 200, 200,
    ]);
    expect(events).toHaveLength(1);
  });

  test('a change of an older version of the settings changes nothing and publishes nothing', async () => {
    const { etag } = (await giulia.get('/me/settings')).headers as { etag: string };
    await giulia.patch('/me/settings', { theme: 'dark' }, { 'if-match': etag });
    const events = collectEvents(school);
    const outdated = await giulia.patch('/me/settings', { timezone: 'Asia/Tokyo' }, { 'if-match': etag });
    expect(outdated.body).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
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
    ['privacySettings/profile', { privacySettings: { profile: 'school' } }],
    ['privacySettings/hideFromLookup', { privacySettings: { hideFromLookup: 'yes' } }],
    ['privacySettings/showStreak', { privacySettings: { showStreak: false } }],
    ['userId', { userId: 1 }],
  ])('refuses an invalid value of the setting %s with 422', async (pointer, change) => {
    const { body } = await giulia.patch('/me/settings', change);
    expect(body).toMatchObject({ status: 422, errors: [{ pointer: `/body/${pointer}` }] });
    expect((await giulia.get('/me/settings')).body.version).toBe(1);
  });

  test.each<[string, unknown, object]>([
    ['an unknown key', { showStreak: 1, deep: { a: [1, null] } }, {}],
    [
      'another type',
      { profile: { public: true }, progress: true, hideFromLeaderboard: 'yes', hideFromLookup: null },
      {},
    ],
    ['an array', ['everyone'], {}],
    ['null', null, {}],
    [
      'a text that means true',
      { hideFromLeaderboard: 'true', hideFromLookup: 1 },
      { hideFromLeaderboard: true, hideFromLookup: true },
    ],
  ])('an imported setting with %s has no effect, and stays when another one is changed', async (_, stored, inForce) => {
    await school.database.transaction(() =>
      school.database.run(
        "UPDATE users_usersettings SET theme = 'solarized', privacy_settings = $2 WHERE user_id = $1",
        [giulia.id, JSON.stringify(stored)],
      ),
    );
    expect((await giulia.get('/me/settings')).body).toMatchObject({
      theme: 'solarized',
      privacySettings: { ...noChoices, ...inForce },
    });
    const changed = await giulia.patch('/me/settings', { privacySettings: { achievements: 'classmates' } });
    expect(changed.body.privacySettings).toEqual({ ...noChoices, ...inForce, achievements: 'classmates' });
    const sql = 'SELECT privacy_settings AS stored FROM users_usersettings WHERE user_id = $1';
    const kept = await school.database.row({ stored: json }, sql, [giulia.id]);
    const isObject = stored !== null && !Array.isArray(stored);
    expect(kept!.stored).toEqual({ ...(isObject ? (stored as object) : {}), achievements: 'classmates' });
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
  const readStoredPassword = async (): Promise<string> => {
    const sql = 'SELECT password FROM users_user WHERE id = $1';
    const row = await school.database.row({ password: text }, sql, [person.id]);
    return row!.password;
  };

  test('a change of the password ends every other session of the person', async () => {
    const events = collectEvents(school);
    const otherSession = (await signIn(school, person.username)).body;
    const otherDevice = new Client(school, otherSession.accessToken);
    expect((await otherDevice.get('/me')).status).toBe(200);
    expect((await change()).status).toBe(204);
    expect([(await otherDevice.get('/me')).status, (await person.client.get('/me')).status]).toEqual([401, 200]);
    const refreshStatus = async (refreshToken: string) =>
      (await school.visitor.post('/auth/refresh', { refreshToken })).status;
    expect([await refreshStatus(otherSession.refreshToken), await refreshStatus(person.refreshToken)]).toEqual([
      401, 200,
    ]);
    expect((await signIn(school, person.username)).status).toBe(401);
    expect((await signIn(school, person.username, newPassword)).status).toBe(200);
    expect(events).toEqual([new PasswordChanged({ userId: person.id })]);
  });

  test('refuses a change of the password with a wrong current password with 422', async () => {
    const before = await readStoredPassword();
    expect((await change('a wrong password')).body).toMatchObject({
      status: 422,
      code: 'PASSWORD_WRONG',
      errors: [{ pointer: '/body/currentPassword' }],
    });
    expect(await readStoredPassword()).toBe(before);
  });

  test('refuses the sixth attempt to change the password with 429', async () => {
    advanceClock(school, 0);
    for (let index = 0; index < 5; index++) expect((await change('a wrong password')).status).toBe(422);
    expect((await change()).body).toMatchObject({ status: 429, code: 'TOO_MANY_ATTEMPTS' });
    advanceClock(school, 1);
    expect((await change()).status).toBe(204);
  });

  test('a change of the password that exceeds the deadline is not counted as a failed attempt', async () => {
    const hash = jest.spyOn(school.part(Passwords), 'hash').mockImplementation(async () => {
      passDeadline();
      return 'late';
    });
    for (let index = 0; index < 6; index++)
      expect((await change()).body).toMatchObject({ status: 503, code: 'REQUEST_TIMEOUT' });
    hash.mockRestore();
    expect((await change()).status).toBe(204);
  });

  test('of two concurrent changes of the password one succeeds and one gets 422', async () => {
    const responses = await Promise.all([change(), change(goodPassword, 'boats in the morning rain')]);
    expect(statusesOf(responses)).toEqual([204, 422]);
  });

  test.each([
    ['too short', 'nine char', 'VALIDATION_FAILED'],
    ['common', 'password12345', 'PASSWORD_TOO_WEAK'],
  ])('refuses a new password that is %s with 422', async (_, next, code) => {
    expect((await change(goodPassword, next)).body).toMatchObject({
      status: 422,
      code,
      errors: [{ pointer: '/body/newPassword' }],
    });
  });

  test('refuses a new password that contains the username', async () => {
    expect((await change(goodPassword, `it is ${person.username} here`)).body.code).toBe('PASSWORD_TOO_WEAK');
  });

  test('refuses a new password of 14 characters for an administrator', async () => {
    const admin = await school.admin();
    const response = await admin.put('/me/password', { currentPassword: 'x', newPassword: 'fourteen fits.' });
    expect(response.body).toMatchObject({ code: 'PASSWORD_TOO_WEAK', errors: [{ pointer: '/body/newPassword' }] });
  });
});
