import { Accounts, PasswordGuessed, Passwords } from '../../src/modules/users';
import { PasswordVerifier } from '../../src/modules/users/sign-in/password-verifier';
import { PasswordsBusy } from '../../src/modules/users/users.errors';
import { int, text } from '../../src/platform/database/columns';
import { School } from '../support/school';
import { passDeadline, collectEvents, goodPassword, advanceClock, register, signIn } from './user-fixtures';

let school: School;
let passwords: Passwords;
beforeAll(async () => {
  school = await School.open({ environment: { TRUST_PROXY_HOPS: '1' } });
  passwords = school.part(Passwords);
});
afterAll(() => school.close());
afterEach(() => {
  school.clock.stopAt(null);
  jest.restoreAllMocks();
});

interface WithPause {
  pause(delayMs: number): Promise<void>;
}

const headersFrom = (address: string) => ({ 'x-forwarded-for': address });
const updateUser = (id: number, change: string, ...values: (string | boolean)[]) =>
  school.database.transaction(() =>
    school.database.run(`UPDATE users_user SET ${change} WHERE id = $1`, [id, ...values]),
  );
const readStoredPassword = async (id: number) =>
  (await school.database.row({ password: text }, 'SELECT password FROM users_user WHERE id = $1', [id]))!.password;

describe('sign-in with the right password', () => {
  test('a person can sign in with username or e-mail address in any case', async () => {
    const { username, email, id } = await register(school);
    for (const login of [username, username.toUpperCase(), email, email.toUpperCase(), ` ${email} `]) {
      const { status, body } = await signIn(school, login);
      expect([status, body.user?.id]).toEqual([200, id]);
      const me = await school.visitor.get('/me', { authorization: `Bearer ${body.accessToken}` });
      expect(me.body).toEqual(body.user);
    }
  });

  test('a sign-in sets lastLoginAt to its time', async () => {
    const { id, username } = await register(school);
    const admin = await school.admin();
    const readAccount = async () => (await admin.get(`/users?username=${username}`)).body.data[0];
    expect(await readAccount()).toMatchObject({ id, lastLoginAt: null });
    const signInTime = new Date(Date.now() - 3_000);
    school.clock.stopAt(signInTime);
    await signIn(school, username);
    expect(await readAccount()).toMatchObject({ id, lastLoginAt: signInTime.toISOString() });
  });

  test('each sign-in opens a new session', async () => {
    const { username, client } = await register(school);
    await signIn(school, username, goodPassword, { 'user-agent': 'Easel/2' });
    const { body } = await client.get('/me/sessions');
    expect(body.data).toHaveLength(2);
    expect(body.data[0]).toMatchObject({ userAgent: 'Easel/2', isCurrent: false });
  });

  test('if the username of one account is the e-mail address of another, the address has priority', async () => {
    const owner = await register(school);
    const other = await register(school, { password: 'another long password' });
    await updateUser(other.id, 'username = $2', owner.email);
    expect((await signIn(school, owner.email)).body.user.id).toBe(owner.id);
    expect((await signIn(school, owner.email, 'another long password')).status).toBe(401);
  });
});

describe('look-alike letters', () => {
  // Capital I with a dot, the Kelvin sign, full-width letters, long s and sharp s. Some foldings turn them into letters of A to Z.
  const lookalikes: [string, string][] = [
    ['aisha', 'aİsha'],
    ['kelvin', '\u212Aelvin'],
    ['wide', 'ｗｉｄｅ'],
    ['sabine', 'ſabine'],
    ['strasse', 'straße'],
  ];

  test.each(lookalikes)('does not sign in %s with the look-alike login %s', async (start, typed) => {
    const username = `${start}.${Date.now()}`;
    const { id } = await register(school, { username });
    for (const login of [typed, typed.toUpperCase(), typed.toLowerCase()]) {
      if (login.toLowerCase() === start && /^[a-z]+$/i.test(login)) continue;
      expect((await signIn(school, username.replace(start, login))).status).toBe(401);
    }
    expect((await signIn(school, username.toUpperCase())).body.user.id).toBe(id);
  });

  test('an imported username is compared without case only for A to Z, on both engines', async () => {
    const { id } = await register(school);
    await updateUser(id, 'username = $2', 'Ärger-Ｘ-İ');
    expect((await signIn(school, 'Ärger-Ｘ-İ')).status).toBe(200);
    expect((await signIn(school, 'ÄRGER-Ｘ-İ')).status).toBe(200);
    expect((await signIn(school, 'ärger-Ｘ-İ')).status).toBe(401);
    expect((await signIn(school, 'Ärger-ｘ-İ')).status).toBe(401);
    const other = await register(school);
    await updateUser(other.id, 'username = $2', 'ärger-Ｘ-İ');
    const refusal = await updateUser(other.id, 'username = $2', 'ÄRGER-Ｘ-İ').catch((error: unknown) => error);
    expect(school.database.dialect.uniqueViolation(refusal)).toMatch(/username/);
  });
});

describe('sign-in with wrong credentials', () => {
  test('every kind of wrong credentials gets the same response after one comparison', async () => {
    const [known, inactive, withoutPassword] = [await register(school), await register(school), await register(school)];
    await updateUser(inactive.id, 'is_active = $2', false);
    await updateUser(withoutPassword.id, "password = '!'");
    const isCorrectSpy = jest.spyOn(passwords, 'isCorrect');
    const responses = [
      await signIn(school, known.username, 'a wrong password'),
      await signIn(school, 'nobody-at-all', 'a wrong password'),
      await signIn(school, inactive.username),
      await signIn(school, withoutPassword.username, '!'),
      await signIn(school, "' OR 1=1 --", goodPassword),
    ];
    const bodies = responses.map(({ body: { traceId: _traceId, ...body } }) => body);
    expect(bodies[0]).toMatchObject({ status: 401, code: 'CREDENTIALS_REFUSED' });
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(isCorrectSpy).toHaveBeenCalledTimes(responses.length);
  });

  test('a sign-in with a wrong password executes the same statements for known and unknown logins', async () => {
    const { username } = await register(school);
    const statementsFor = async (login: string) =>
      (await school.statements(() => signIn(school, login, 'a wrong password'))).statements;
    expect(await statementsFor(username)).toEqual(await statementsFor('nobody-of-this-name'));
  });

  test.each<[string, unknown, string]>([
    ['no login', { password: 'x' }, '/body/login'],
    ['no password', { login: 'x', password: '' }, '/body/password'],
    ['a password too long to hash', { login: 'x', password: 'x'.repeat(257) }, '/body/password'],
    ['an unknown field', { login: 'x', password: 'x', remember: true }, '/body/remember'],
    ['a list as the login', { login: ['x'], password: 'x' }, '/body/login'],
  ])('refuses a sign-in with %s with 422', async (_, body, pointer) => {
    expect((await school.visitor.post('/auth/login', body)).body).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
});

describe('guessed passwords', () => {
  // The comparison is replaced because these tests only count attempts, and hashing is slow.
  let isCorrectSpy: jest.SpyInstance;
  beforeEach(() => {
    isCorrectSpy = jest.spyOn(passwords, 'isCorrect').mockImplementation(async (password) => password === goodPassword);
  });

  const signInWithWrongPassword = (login: string, address: string) =>
    signIn(school, login, 'a wrong password', headersFrom(address));

  test('after the fifth wrong password a network must wait 1, 2, 4 … seconds, at most 60', async () => {
    const { username } = await register(school);
    advanceClock(school, 0);
    const waitSeconds: number[] = [];
    for (let index = 0; index < 13; index++) {
      expect((await signInWithWrongPassword(username, '192.0.2.1')).status).toBe(401);
      const { body, headers } = await signInWithWrongPassword(username, '192.0.2.1');
      if (body.status === 401) continue;
      expect(body).toMatchObject({ status: 429, code: 'TOO_MANY_ATTEMPTS' });
      waitSeconds.push(Number(headers['retry-after']));
      advanceClock(school, waitSeconds.at(-1)!);
    }
    expect(waitSeconds.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test('an unknown login must wait after the fifth wrong password, too', async () => {
    advanceClock(school, 0);
    for (let index = 0; index < 5; index++) await signInWithWrongPassword('phantom', '192.0.2.1');
    expect((await signInWithWrongPassword('PHANTOM', '192.0.2.1')).body.code).toBe('TOO_MANY_ATTEMPTS');
  });

  test('wrong passwords from one network do not lock out the owner in another network', async () => {
    const { username } = await register(school);
    for (let index = 0; index < 6; index++) await signInWithWrongPassword(username, '192.0.2.2');
    expect((await signInWithWrongPassword(username, '192.0.2.2')).status).toBe(429);
    expect((await signIn(school, username, goodPassword, headersFrom('198.51.100.7'))).status).toBe(200);
  });

  test('wrong passwords from one /64 network are counted together', async () => {
    const { username } = await register(school);
    for (let index = 0; index < 5; index++) await signInWithWrongPassword(username, `2001:db8::${index}`);
    expect((await signInWithWrongPassword(username, '2001:db8::99')).status).toBe(429);
    expect((await signInWithWrongPassword(username, '2001:db8:0:1::1')).status).toBe(401);
  });

  test('wrong passwords for the username and the e-mail address of one account are counted together', async () => {
    const { username, email } = await register(school);
    for (const login of [username, email, username.toUpperCase(), email.toUpperCase(), username])
      expect((await signInWithWrongPassword(login, '192.0.2.10')).status).toBe(401);
    expect((await signInWithWrongPassword(email, '192.0.2.10')).status).toBe(429);
  });

  test('of 300 attempts from 300 networks of one /48 only ten are compared', async () => {
    const { username } = await register(school);
    advanceClock(school, 0);
    for (let index = 0; index < 300; index++)
      await signInWithWrongPassword(username, `2001:db8:77:${index.toString(16)}::1`);
    expect(isCorrectSpy).toHaveBeenCalledTimes(10);
    expect((await signIn(school, username, goodPassword, headersFrom('2001:db8:78::1'))).status).toBe(200);
  });

  test('guessing from many networks is delayed, notifies the owner once and does not lock the owner out', async () => {
    const events = collectEvents(school);
    const { id, username } = await register(school);
    const pauseSpy = jest.spyOn(school.part(PasswordVerifier) as unknown as WithPause, 'pause').mockResolvedValue();
    for (let index = 0; index < 30; index++)
      expect((await signInWithWrongPassword(username, `2001:db8:${index.toString(16)}00::1`)).status).toBe(401);
    expect(pauseSpy.mock.calls.map(([delayMs]) => delayMs)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((step) => step * 100),
    );
    // Unknown networks share one group of the hash queue. A known network has a group of its own.
    expect(isCorrectSpy.mock.calls.at(-1)![2]).toBe(`account ${id}`);
    expect((await signIn(school, username, goodPassword, headersFrom('198.51.100.20'))).status).toBe(200);
    expect((await signIn(school, username, goodPassword, headersFrom('198.51.100.20'))).status).toBe(200);
    expect(isCorrectSpy.mock.calls.at(-1)![2]).toBe('198.51.100.0/24');
    expect(events.filter((event) => event instanceof PasswordGuessed)).toEqual([
      new PasswordGuessed({ userId: id, failureCount: 20 }),
    ]);
    await school.settle();
    const notifications = (await (await school.signedIn({ id, username })).get('/me/notifications')).body.data;
    expect(notifications).toMatchObject([
      { type: 'security_alert', message: expect.stringContaining('20 wrong passwords') },
    ]);
  });

  test('an attempt with the right password or without a verification is not counted', async () => {
    const { id, username } = await register(school);
    isCorrectSpy.mockRejectedValueOnce(new PasswordsBusy());
    expect((await signInWithWrongPassword(username, '203.0.113.30')).status).toBe(503);
    expect((await signIn(school, username, goodPassword, headersFrom('203.0.113.30'))).status).toBe(200);
    const counts = await school.database.rows(
      { attempts: int },
      'SELECT attempts FROM users_loginattempt WHERE network IN ($1, $2) AND attempts > 0',
      ['203.0.113.30', '203.0.113.0/24'],
    );
    expect([id > 0, counts.length]).toEqual([true, 0]);
  });

  test('an attempt that exceeds the deadline of the request is not counted', async () => {
    const { username } = await register(school);
    const address = '203.0.113.31';
    isCorrectSpy.mockImplementation(async (password) => {
      passDeadline();
      if (password !== goodPassword) throw new PasswordsBusy();
      return true;
    });
    for (let index = 0; index < 6; index++) {
      expect((await signIn(school, username, goodPassword, headersFrom(address))).status).toBe(503);
      expect((await signInWithWrongPassword(username, address)).status).toBe(503);
    }
    const counts = await school.database.rows(
      { attempts: int },
      'SELECT attempts FROM users_loginattempt WHERE network = $1 AND attempts > 0',
      [address],
    );
    expect(counts).toEqual([]);
  });

  test('the right password of a closed account is counted like a wrong one', async () => {
    const { id, username } = await register(school);
    await updateUser(id, 'is_active = $2', false);
    advanceClock(school, 0);
    const attempt = async () => (await signIn(school, username, goodPassword, headersFrom('203.0.113.32'))).status;
    for (let index = 0; index < 5; index++) expect(await attempt()).toBe(401);
    expect(await attempt()).toBe(429);
  });

  test('the login “password of 7” does not share a counter with the password change of person 7', async () => {
    const { id, client } = await register(school);
    for (let index = 0; index < 6; index++) await signInWithWrongPassword(`password of ${id}`, '192.0.2.40');
    const change = { currentPassword: goodPassword, newPassword: 'quattro gatti sul tetto' };
    expect((await client.put('/me/password', change, headersFrom('192.0.2.40'))).status).toBe(204);
  });

  test('of 30 concurrent wrong passwords only five are compared', async () => {
    const { username } = await register(school);
    const responses = await Promise.all(
      Array.from({ length: 30 }, () => signInWithWrongPassword(username, '192.0.2.3')),
    );
    expect(isCorrectSpy).toHaveBeenCalledTimes(5);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(25);
  });

  test('refuses even the right password with 429 while the network must wait', async () => {
    const { username } = await register(school);
    advanceClock(school, 0);
    for (let index = 0; index < 5; index++) await signInWithWrongPassword(username, '192.0.2.4');
    expect((await signIn(school, username, goodPassword, headersFrom('192.0.2.4'))).status).toBe(429);
    advanceClock(school, 1);
    expect((await signIn(school, username, goodPassword, headersFrom('192.0.2.4'))).status).toBe(200);
  });

  test('a successful sign-in or an hour resets the count of wrong passwords', async () => {
    const { username } = await register(school);
    advanceClock(school, 0);
    for (let index = 0; index < 4; index++) await signInWithWrongPassword(username, '192.0.2.5');
    await signIn(school, username, goodPassword, headersFrom('192.0.2.5'));
    for (let index = 0; index < 4; index++)
      expect((await signInWithWrongPassword(username, '192.0.2.5')).status).toBe(401);
    advanceClock(school, 3_601);
    for (let index = 0; index < 5; index++)
      expect((await signInWithWrongPassword(username, '192.0.2.5')).status).toBe(401);
    expect((await signInWithWrongPassword(username, '192.0.2.5')).status).toBe(429);
  });
});

describe('stored hashes', () => {
  test('a sign-in replaces a weak hash with a new one and keeps a strong hash', async () => {
    const { id, username } = await register(school);
    const weakHash = 'pbkdf2_sha256$1000$vQ3yJ8sKx1$07KebSZU9MbOLxWktOFXbdcx98M2bkg/IOkDV0/siUs=';
    await updateUser(id, 'password = $2', weakHash);
    expect((await signIn(school, username, 'a wrong password')).status).toBe(401);
    expect(await readStoredPassword(id)).toBe(weakHash);
    expect((await signIn(school, username)).status).toBe(200);
    const rehashed = await readStoredPassword(id);
    expect(rehashed).toMatch(/^argon2\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
    expect((await signIn(school, username)).status).toBe(200);
    expect(await readStoredPassword(id)).toBe(rehashed);
  });
});

describe('changes while a password is compared', () => {
  const changeDuringComparison = (change: () => Promise<unknown>): void => {
    const compare = passwords.isCorrect.bind(passwords);
    jest.spyOn(passwords, 'isCorrect').mockImplementation(async (...parameters) => {
      const isCorrect = await compare(...parameters);
      await change();
      return isCorrect;
    });
  };

  test('a sign-in fails if the password changes while it is compared', async () => {
    const { id, username, client } = await register(school);
    changeDuringComparison(() => updateUser(id, "password = '!'"));
    expect((await signIn(school, username)).body.code).toBe('CREDENTIALS_REFUSED');
    expect((await client.get('/me/sessions')).body.data).toHaveLength(1);
  });

  test('a sign-in fails if the account is closed while the password is compared', async () => {
    const [{ id, username }, admin] = [await register(school), await school.admin()];
    changeDuringComparison(() => admin.delete(`/users/${id}/activation`));
    expect((await signIn(school, username)).body.code).toBe('CREDENTIALS_REFUSED');
  });
});

test('a person without a password cannot sign in', async () => {
  const account = { username: 'nopassword', email: 'nopassword@mail.test', password: '!', role: 'student' as const };
  await school.part(Accounts).create(account);
  expect((await signIn(school, 'nopassword', '!')).status).toBe(401);
});
