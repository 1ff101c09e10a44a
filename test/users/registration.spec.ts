import { Passwords, PersonRegistered, Registration } from '../../src/modules/users';
import { bool, int, text } from '../../src/platform/database/columns';
import { School } from '../support/school';
import { collectEvents, goodPassword, register, signIn, statusesOf } from './user-fixtures';

let school: School;
beforeAll(async () => {
  school = await School.open();
});
afterAll(() => school.close());

const giulia = {
  username: 'Giulia.R',
  email: 'giulia@mail.test',
  password: goodPassword,
  role: 'student',
  firstName: ' Giulia ',
  lastName: 'Rossi',
  timezone: 'Europe/Rome',
  language: 'it',
};
const signUp = (person: Record<string, unknown>) => school.visitor.post('/auth/register', person);
const countRows = async (fromSql: string): Promise<number> => {
  const row = await school.database.row({ total: int }, `SELECT count(*) AS total FROM ${fromSql}`);
  return row!.total;
};

describe('registration of a student', () => {
  test('a student who registers is signed in and has an account and settings', async () => {
    const events = collectEvents(school);
    const { status, body } = await signUp({ ...giulia, email: ' Giulia@Mail.test ' });
    expect(status).toBe(201);
    expect(body.user).toMatchObject({
      username: 'Giulia.R',
      email: 'giulia@mail.test',
      firstName: 'Giulia',
      lastName: 'Rossi',
      role: 'student',
      isApproved: true,
      teacherStatus: null,
      balance: 0,
      profileImage: null,
      version: 1,
    });
    const authorization = { authorization: `Bearer ${body.accessToken}` };
    expect((await school.visitor.get('/me', authorization)).body).toEqual(body.user);
    expect((await school.visitor.get('/me/settings', authorization)).body).toMatchObject({
      timezone: 'Europe/Rome',
      language: 'it',
      theme: 'light',
      emailNotifications: true,
      privacySettings: {
        profile: 'classmates',
        progress: 'nobody',
        achievements: 'nobody',
        hideFromLeaderboard: false,
        hideFromLookup: false,
      },
    });
    expect(events).toEqual([new PersonRegistered({ userId: body.user.id, role: 'student' })]);
  });

  test('a registration stores the password only as an argon2id hash', async () => {
    const { id } = await register(school);
    const row = await school.database.row({ password: text }, 'SELECT password FROM users_user WHERE id = $1', [id]);
    expect(row?.password).toMatch(/^argon2\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
    expect(row?.password).not.toContain(goodPassword);
  });

  test('the default settings of a new account are UTC and English', async () => {
    const { client } = await register(school);
    expect((await client.get('/me/settings')).body).toMatchObject({ timezone: 'UTC', language: 'en' });
  });
});

describe('registration of a teacher', () => {
  test('a teacher who registers is pending and not approved', async () => {
    const { client } = await register(school, { role: 'teacher' });
    expect((await client.get('/me')).body).toMatchObject({ isApproved: false, teacherStatus: 'pending' });
  });
});

describe('a taken username or e-mail address', () => {
  test.each([
    ['the username in another case', { username: 'gIULIA.r' }, 'USERNAME_TAKEN'],
    ['the e-mail address in another case', { email: 'GIULIA@mail.TEST' }, 'EMAIL_TAKEN'],
  ])('refuses a registration with %s with 409', async (_, taken, code) => {
    const otherPerson = { ...giulia, username: 'somebody', email: 'somebody@mail.test' };
    expect((await signUp({ ...otherPerson, ...taken })).body).toMatchObject({ status: 409, code });
  });

  test('of eight concurrent registrations of one username one succeeds and the others leave no rows', async () => {
    const before = [
      await countRows('users_user'),
      await countRows('users_usersettings'),
      await countRows('users_session'),
    ];
    const person = { ...giulia, username: 'duplicate', email: 'duplicate@mail.test' };
    const responses = await Promise.all(Array.from({ length: 8 }, () => signUp(person)));
    expect(statusesOf(responses)).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
    const after = [
      await countRows('users_user'),
      await countRows('users_usersettings'),
      await countRows('users_session'),
    ];
    expect(after).toEqual(before.map((rowCount) => rowCount + 1));
  });
});

describe('invalid registrations', () => {
  const newPerson = { ...giulia, username: 'fresh', email: 'fresh@mail.test' };

  test.each<[string, Record<string, unknown>, string]>([
    ['the role of an administrator', { role: 'admin' }, '/body/role'],
    ['no role', { role: undefined }, '/body/role'],
    ['the field isApproved', { isApproved: true }, '/body/isApproved'],
    ['the field balance', { balance: 100 }, '/body/balance'],
    ['the field isStaff', { isStaff: true }, '/body/isStaff'],
    ['a username of two characters', { username: 'ab' }, '/body/username'],
    ['a username of 151 characters', { username: 'a'.repeat(151) }, '/body/username'],
    ['a username that could be an e-mail address', { username: 'a@b.example' }, '/body/username'],
    ['a username with a space', { username: 'giulia rossi' }, '/body/username'],
    ['a username with a Cyrillic letter', { username: 'giuliа' }, '/body/username'],
    ['an invalid e-mail address', { email: 'giulia' }, '/body/email'],
    ['an e-mail address that is too long', { email: `${'a'.repeat(250)}@mail.test` }, '/body/email'],
    ['a password of nine characters', { password: 'boats fog' }, '/body/password'],
    ['a password of 257 characters', { password: 'x '.repeat(128) + 'y' }, '/body/password'],
    ['a time zone without an area', { timezone: 'CET' }, '/body/timezone'],
    ['a time zone that does not exist', { timezone: 'Europe/Atlantis' }, '/body/timezone'],
    ['an invalid language tag', { language: 'italiano!' }, '/body/language'],
    ['a first name that is too long', { firstName: 'a'.repeat(151) }, '/body/firstName'],
  ])('refuses a registration with %s with 422', async (_, invalid, pointer) => {
    const { body } = await signUp({ ...newPerson, ...invalid });
    expect(body).toMatchObject({ status: 422, errors: [{ pointer }] });
    expect(await countRows("users_user WHERE username = 'fresh'")).toBe(0);
  });

  test.each([
    ['password12345'],
    ['P@ssw0rd2026!'],
    ['1234567890'],
    ['qwertyuiop'],
    ['aaaaaaaaaaaa'],
    ['correct horse battery staple'],
    ['something FRESHly made'],
  ])('refuses a registration with the easy password %j with 422', async (password) => {
    const { body } = await signUp({ ...newPerson, password });
    expect(body).toMatchObject({ status: 422, code: 'PASSWORD_TOO_WEAK', errors: [{ pointer: '/body/password' }] });
  });

  test('refuses a password that contains the local part of the e-mail address', async () => {
    const { body } = await signUp({ ...newPerson, email: 'rossi.g@mail.test', password: 'the boats of Rossi.G here' });
    expect(body.code).toBe('PASSWORD_TOO_WEAK');
  });
});

describe('passwords are used unchanged', () => {
  test.each([
    ['  spaces around it  '],
    ['pässwörter sind schön'],
    ['🎨🖌️ easel and brush'],
    ['seven herons over the 9 bridges, at noon; ' + ' y '.repeat(71) + 'z'],
  ])('signs in with the registered password %j only if it matches exactly', async (password) => {
    const { username } = await register(school, { password });
    expect((await signIn(school, username, password)).status).toBe(200);
    expect((await signIn(school, username, `${password} `.slice(0, 256))).status).toBe(
      password.length === 256 ? 200 : 401,
    );
    expect((await signIn(school, username, password.trim().toUpperCase())).status).toBe(401);
  });
});

describe('hashing', () => {
  test('a registration hashes the password before its single transaction begins', async () => {
    const passwords = school.part(Passwords);
    const transactionStates: boolean[] = [];
    const hash = jest.spyOn(passwords, 'hash').mockImplementation(async () => {
      transactionStates.push(school.database.inTransaction);
      return '!';
    });
    const { statements } = await school.statements(() => register(school));
    hash.mockRestore();
    expect(transactionStates).toEqual([false]);
    expect(statements.filter((sql) => /^(BEGIN|START)/.test(sql))).toHaveLength(1);
  });
});

describe('Registration.createAdministrator', () => {
  const rosa = { username: 'rosa', email: 'rosa@mail.test', password: 'fifteen is enough' };

  test('createAdministrator makes an administrator who can list people at once', async () => {
    const id = await school.part(Registration).createAdministrator(rosa);
    const row = await school.database.row(
      { staff: bool, superuser: bool, approved: bool, role: text },
      'SELECT is_staff AS staff, is_superuser AS superuser, is_approved AS approved, role FROM users_user WHERE id = $1',
      [id],
    );
    expect(row).toEqual({ staff: true, superuser: true, approved: true, role: 'admin' });
    const { body } = await signIn(school, 'rosa', rosa.password);
    const users = await school.visitor.get('/users', { authorization: `Bearer ${body.accessToken}` });
    expect(users.status).toBe(200);
  });

  test.each([
    ['a password of fourteen characters', { password: 'fourteen fits.' }, 'PASSWORD_TOO_WEAK'],
    ['an invalid username', { username: 'r' }, 'VALIDATION_FAILED'],
    ['an invalid e-mail address', { email: 'rosa' }, 'VALIDATION_FAILED'],
    ['a username that is taken', { username: 'ROSA', email: 'other@mail.test' }, 'USERNAME_TAKEN'],
  ])('createAdministrator fails with %s', async (_, invalid, code) => {
    const account = { ...rosa, username: 'rosa2', email: 'rosa2@mail.test', ...invalid };
    await expect(school.part(Registration).createAdministrator(account)).rejects.toMatchObject({ code });
  });
});
