import { Accounts, PasswordGuessed, Passwords } from '../../src/modules/users';
import { PasswordVerifier } from '../../src/modules/users/sign-in/password-verifier';
import { PasswordsBusy } from '../../src/modules/users/users.errors';
import { int, text } from '../../src/platform/database/columns';
import { School } from '../support/school';
import { endRequest, eventsOf, goodPassword, later, register, signIn } from './user-fixtures';

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

interface Slow {
  pause(delayMs: number): Promise<void>;
}

const from = (address: string) => ({ 'x-forwarded-for': address });
const set = (id: number, change: string, ...values: (string | boolean)[]) =>
  school.database.transaction(() =>
    school.database.run(`UPDATE users_user SET ${change} WHERE id = $1`, [id, ...values]),
  );
const stored = async (id: number) =>
  (await school.database.row({ password: text }, 'SELECT password FROM users_user WHERE id = $1', [id]))!.password;

describe('who knows the password', () => {
  test('is let in by username or e-mail address, in any case', async () => {
    const { username, email, id } = await register(school);
    for (const login of [username, username.toUpperCase(), email, email.toUpperCase(), ` ${email} `]) {
      const { status, body } = await signIn(school, login);
      expect([status, body.user?.id]).toEqual([200, id]);
      const me = await school.visitor.get('/me', { authorization: `Bearer ${body.accessToken}` });
      expect(me.body).toEqual(body.user);
    }
  });

  test('has the time of it kept', async () => {
    const { id, username } = await register(school);
    const admin = await school.admin();
    const row = async () => (await admin.get(`/users?username=${username}`)).body.data[0];
    expect(await row()).toMatchObject({ id, lastLogin: null });
    const noon = new Date(Date.now() - 3_000);
    school.clock.stopAt(noon);
    await signIn(school, username);
    expect(await row()).toMatchObject({ id, lastLogin: noon.toISOString() });
  });

  test('has one session more each time', async () => {
    const { username, client } = await register(school);
    await signIn(school, username, goodPassword, { 'user-agent': 'Easel/2' });
    const { body } = await client.get('/me/sessions');
    expect(body.data).toHaveLength(2);
    expect(body.data[0]).toMatchObject({ userAgent: 'Easel/2', isCurrent: false });
  });

  test('of two accounts whose names look alike, the one with the e-mail address is meant', async () => {
    const owner = await register(school);
    const other = await register(school, { password: 'another long password' });
    await set(other.id, 'username = $2', owner.email);
    expect((await signIn(school, owner.email)).body.user.id).toBe(owner.id);
    expect((await signIn(school, owner.email, 'another long password')).status).toBe(401);
  });
});

describe('a name in other letters', () => {
  // Capital I with a dot, the Kelvin sign, full width, long s, sharp s: each is somebody's idea of a letter of A to Z.
  const lookalikes: [string, string][] = [
    ['aisha', 'aİsha'],
    ['kelvin', '\u212Aelvin'],
    ['wide', 'ｗｉｄｅ'],
    ['sabine', 'ſabine'],
    ['strasse', 'straße'],
  ];

  test.each(lookalikes)('signs nobody in as %s when it is %s', async (start, typed) => {
    const username = `${start}.${Date.now()}`;
    const { id } = await register(school, { username });
    for (const login of [typed, typed.toUpperCase(), typed.toLowerCase()]) {
      if (login.toLowerCase() === start && /^[a-z]+$/i.test(login)) continue;
      expect((await signIn(school, username.replace(start, login))).status).toBe(401);
    }
    expect((await signIn(school, username.toUpperCase())).body.user.id).toBe(id);
  });

  test('that came with imported people is folded from A to Z and no further, the same on both engines', async () => {
    const { id } = await register(school);
    await set(id, 'username = $2', 'Ärger-Ｘ-İ');
    expect((await signIn(school, 'Ärger-Ｘ-İ')).status).toBe(200);
    expect((await signIn(school, 'ÄRGER-Ｘ-İ')).status).toBe(200);
    expect((await signIn(school, 'ärger-Ｘ-İ')).status).toBe(401);
    expect((await signIn(school, 'Ärger-ｘ-İ')).status).toBe(401);
    const other = await register(school);
    await set(other.id, 'username = $2', 'ärger-Ｘ-İ');
    const taken = await set(other.id, 'username = $2', 'ÄRGER-Ｘ-İ').catch((error: unknown) => error);
    expect(school.database.dialect.uniqueViolation(taken)).toMatch(/username/);
  });
});

describe('everybody else', () => {
  test('gets one answer, after one comparison, whatever is wrong', async () => {
    const [known, closed, blank] = [await register(school), await register(school), await register(school)];
    await set(closed.id, 'is_active = $2', false);
    await set(blank.id, "password = '!'");
    const compared = jest.spyOn(passwords, 'matches');
    const answers = [
      await signIn(school, known.username, 'a wrong password'),
      await signIn(school, 'nobody-at-all', 'a wrong password'),
      await signIn(school, closed.username),
      await signIn(school, blank.username, '!'),
      await signIn(school, "' OR 1=1 --", goodPassword),
    ];
    const told = answers.map(({ body: { traceId: _traceId, ...body } }) => body);
    expect(told[0]).toMatchObject({ status: 401, code: 'CREDENTIALS_REFUSED' });
    expect(new Set(told.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(compared).toHaveBeenCalledTimes(answers.length);
  });

  test('costs the same statements', async () => {
    const { username } = await register(school);
    const of = async (login: string) =>
      (await school.statements(() => signIn(school, login, 'a wrong password'))).statements;
    expect(await of(username)).toEqual(await of('nobody-of-this-name'));
  });

  test.each<[string, unknown, string]>([
    ['no login', { password: 'x' }, '/body/login'],
    ['no password', { login: 'x', password: '' }, '/body/password'],
    ['a password too long to hash', { login: 'x', password: 'x'.repeat(257) }, '/body/password'],
    ['something more', { login: 'x', password: 'x', remember: true }, '/body/remember'],
    ['a list', { login: ['x'], password: 'x' }, '/body/login'],
  ])('is told what cannot be read: %s', async (_, body, pointer) => {
    expect((await school.visitor.post('/auth/login', body)).body).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
});

describe('a guesser', () => {
  // What is counted here is attempts, not the work of each.
  let compared: jest.SpyInstance;
  beforeEach(() => {
    compared = jest.spyOn(passwords, 'matches').mockImplementation(async (given) => given === goodPassword);
  });

  const guess = (login: string, address: string) => signIn(school, login, 'a wrong password', from(address));

  test('waits 1, 2, 4 … seconds from the fifth wrong password on, at most a minute', async () => {
    const { username } = await register(school);
    later(school, 0);
    const waits: number[] = [];
    for (let i = 0; i < 13; i++) {
      expect((await guess(username, '192.0.2.1')).status).toBe(401);
      const { body, headers } = await guess(username, '192.0.2.1');
      if (body.status === 401) continue;
      expect(body).toMatchObject({ status: 429, code: 'TOO_MANY_ATTEMPTS' });
      waits.push(Number(headers['retry-after']));
      later(school, waits.at(-1)!);
    }
    expect(waits.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test('gets the same waits for a name that is nobody’s', async () => {
    later(school, 0);
    for (let i = 0; i < 5; i++) await guess('phantom', '192.0.2.1');
    expect((await guess('PHANTOM', '192.0.2.1')).body.code).toBe('TOO_MANY_ATTEMPTS');
  });

  test('does not keep the owner out, who is elsewhere', async () => {
    const { username } = await register(school);
    for (let i = 0; i < 6; i++) await guess(username, '192.0.2.2');
    expect((await guess(username, '192.0.2.2')).status).toBe(429);
    expect((await signIn(school, username, goodPassword, from('198.51.100.7'))).status).toBe(200);
  });

  test('does not get around it by the addresses of one household', async () => {
    const { username } = await register(school);
    for (let i = 0; i < 5; i++) await guess(username, `2001:db8::${i}`);
    expect((await guess(username, '2001:db8::99')).status).toBe(429);
    expect((await guess(username, '2001:db8:0:1::1')).status).toBe(401);
  });

  test('does not get around it by all the names of one account', async () => {
    const { username, email } = await register(school);
    for (const login of [username, email, username.toUpperCase(), email.toUpperCase(), username])
      expect((await guess(login, '192.0.2.10')).status).toBe(401);
    expect((await guess(email, '192.0.2.10')).status).toBe(429);
  });

  test('does not get around it by 300 networks of one /48', async () => {
    const { username } = await register(school);
    later(school, 0);
    for (let i = 0; i < 300; i++) await guess(username, `2001:db8:77:${i.toString(16)}::1`);
    expect(compared).toHaveBeenCalledTimes(10);
    expect((await signIn(school, username, goodPassword, from('2001:db8:78::1'))).status).toBe(200);
  });

  test('of many networks is slowed and told to the owner, and locks nobody out', async () => {
    const events = eventsOf(school);
    const { id, username } = await register(school);
    const paused = jest.spyOn(school.part(PasswordVerifier) as unknown as Slow, 'pause').mockResolvedValue();
    for (let i = 0; i < 30; i++) expect((await guess(username, `2001:db8:${i.toString(16)}00::1`)).status).toBe(401);
    expect(paused.mock.calls.map(([delayMs]) => delayMs)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => n * 100));
    // All strangers share one turn of the hash queue; who is known has that of their own network.
    expect(compared.mock.calls.at(-1)![2]).toBe(`account ${id}`);
    expect((await signIn(school, username, goodPassword, from('198.51.100.20'))).status).toBe(200);
    expect((await signIn(school, username, goodPassword, from('198.51.100.20'))).status).toBe(200);
    expect(compared.mock.calls.at(-1)![2]).toBe('198.51.100.0/24');
    expect(events.filter((event) => event instanceof PasswordGuessed)).toEqual([
      new PasswordGuessed({ userId: id, failureCount: 20 }),
    ]);
    await school.settle();
    const told = (await (await school.signedIn({ id, username })).get('/me/notifications')).body.data;
    expect(told).toMatchObject([{ type: 'security_alert', message: expect.stringContaining('20 wrong passwords') }]);
  });

  test('is not counted where the password could not be judged, nor where it was right', async () => {
    const { id, username } = await register(school);
    compared.mockRejectedValueOnce(new PasswordsBusy());
    expect((await guess(username, '203.0.113.30')).status).toBe(503);
    expect((await signIn(school, username, goodPassword, from('203.0.113.30'))).status).toBe(200);
    const counts = await school.database.rows(
      { attempts: int },
      'SELECT attempts FROM users_loginattempt WHERE network IN ($1, $2) AND attempts > 0',
      ['203.0.113.30', '203.0.113.0/24'],
    );
    expect([id > 0, counts.length]).toEqual([true, 0]);
  });

  test('is not counted where the time of the request was over before an answer, whatever the password', async () => {
    const { username } = await register(school);
    const address = '203.0.113.31';
    compared.mockImplementation(async (given) => {
      endRequest();
      if (given !== goodPassword) throw new PasswordsBusy();
      return true;
    });
    for (let i = 0; i < 6; i++) {
      expect((await signIn(school, username, goodPassword, from(address))).status).toBe(503);
      expect((await guess(username, address)).status).toBe(503);
    }
    const counts = await school.database.rows(
      { attempts: int },
      'SELECT attempts FROM users_loginattempt WHERE network = $1 AND attempts > 0',
      [address],
    );
    expect(counts).toEqual([]);
  });

  test('who finds the right password of a closed account is counted as for a wrong one', async () => {
    const { id, username } = await register(school);
    await set(id, 'is_active = $2', false);
    later(school, 0);
    const attempt = async () => (await signIn(school, username, goodPassword, from('203.0.113.32'))).status;
    for (let i = 0; i < 5; i++) expect(await attempt()).toBe(401);
    expect(await attempt()).toBe(429);
  });

  test('whose login is “password of 7” does not touch the password change of person 7', async () => {
    const { id, client } = await register(school);
    for (let i = 0; i < 6; i++) await guess(`password of ${id}`, '192.0.2.40');
    const change = { currentPassword: goodPassword, newPassword: 'quattro gatti sul tetto' };
    expect((await client.put('/me/password', change, from('192.0.2.40'))).status).toBe(204);
  });

  test('does not get around it by trying many at once', async () => {
    const { username } = await register(school);
    const answers = await Promise.all(Array.from({ length: 30 }, () => guess(username, '192.0.2.3')));
    expect(compared).toHaveBeenCalledTimes(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(25);
  });

  test('is not believed while the wait lasts, even with the right password', async () => {
    const { username } = await register(school);
    later(school, 0);
    for (let i = 0; i < 5; i++) await guess(username, '192.0.2.4');
    expect((await signIn(school, username, goodPassword, from('192.0.2.4'))).status).toBe(429);
    later(school, 1);
    expect((await signIn(school, username, goodPassword, from('192.0.2.4'))).status).toBe(200);
  });

  test('a success, or an hour, starts the count again', async () => {
    const { username } = await register(school);
    later(school, 0);
    for (let i = 0; i < 4; i++) await guess(username, '192.0.2.5');
    await signIn(school, username, goodPassword, from('192.0.2.5'));
    for (let i = 0; i < 4; i++) expect((await guess(username, '192.0.2.5')).status).toBe(401);
    later(school, 3_601);
    for (let i = 0; i < 5; i++) expect((await guess(username, '192.0.2.5')).status).toBe(401);
    expect((await guess(username, '192.0.2.5')).status).toBe(429);
  });
});

describe('a hash from another time', () => {
  test('is written anew at the first sign-in, and only when it is weaker', async () => {
    const { id, username } = await register(school);
    const old = 'pbkdf2_sha256$1000$vQ3yJ8sKx1$07KebSZU9MbOLxWktOFXbdcx98M2bkg/IOkDV0/siUs=';
    await set(id, 'password = $2', old);
    expect((await signIn(school, username, 'a wrong password')).status).toBe(401);
    expect(await stored(id)).toBe(old);
    expect((await signIn(school, username)).status).toBe(200);
    const anew = await stored(id);
    expect(anew).toMatch(/^argon2\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
    expect((await signIn(school, username)).status).toBe(200);
    expect(await stored(id)).toBe(anew);
  });
});

describe('what changes while a password is being compared', () => {
  const meanwhile = (change: () => Promise<unknown>): void => {
    const matches = passwords.matches.bind(passwords);
    jest.spyOn(passwords, 'matches').mockImplementation(async (...given) => {
      const matched = await matches(...given);
      await change();
      return matched;
    });
  };

  test('a new password: the old one opens nothing any more', async () => {
    const { id, username, client } = await register(school);
    meanwhile(() => set(id, "password = '!'"));
    expect((await signIn(school, username)).body.code).toBe('CREDENTIALS_REFUSED');
    expect((await client.get('/me/sessions')).body.data).toHaveLength(1);
  });

  test('a closed account: nobody gets in', async () => {
    const [{ id, username }, admin] = [await register(school), await school.admin()];
    meanwhile(() => admin.delete(`/users/${id}/activation`));
    expect((await signIn(school, username)).body.code).toBe('CREDENTIALS_REFUSED');
  });
});

test('the demo school and the tests make people without a password, who cannot sign in', async () => {
  const account = { username: 'nopassword', email: 'nopassword@mail.test', password: '!', role: 'student' as const };
  await school.part(Accounts).create(account);
  expect((await signIn(school, 'nopassword', '!')).status).toBe(401);
});
