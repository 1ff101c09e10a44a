import { balanceOf, endow } from '../rewards/ledger-state';
import { int, text } from '../../src/platform/database/columns';
import { PasswordResets } from '../../src/modules/users/recovery/password-resets';
import { Client, School } from '../support/school';
import { advanceClock, goodPassword, register, signIn, statusesOf, type Registered } from './user-fixtures';

const newPassword = 'boats in the evening sun';
const weakPassword = 'password12';

let school: School;
let admin: Client;
beforeEach(async () => {
  school = await School.open();
  admin = await school.admin();
});
afterEach(() => school.close());

const requestLink = async ({ id }: { id: number }, by = admin) => by.post(`/users/${id}/password-reset`);
const tokenFor = async (person: { id: number }): Promise<string> => (await requestLink(person)).body.token;
const reset = (token: string, password = newPassword) =>
  school.visitor.post('/auth/password-reset', { token, newPassword: password });
const kindsOf = async ({ id }: { id: number }): Promise<string[]> =>
  (await admin.get(`/users/${id}/security-events`)).body.data.map(({ kind }: { kind: string }) => kind);
const alertsOf = async (person: Client): Promise<string[]> =>
  (await person.get('/me/notifications?type=security_alert')).body.data.map(
    ({ message }: { message: string }) => message,
  );
const refused = { status: 422, body: { code: 'RESET_TOKEN_REFUSED', title: 'The link is not valid any more' } };

describe('a one-time link of an administrator', () => {
  test('sets a new password, ends all sessions and tells the person', async () => {
    const noor = await register(school);
    const link = await requestLink(noor);
    expect(link).toMatchObject({ status: 200, body: { url: null, expiresAt: expect.any(String) } });
    expect((await reset(link.body.token)).status).toBe(204);
    expect((await noor.client.get('/me')).status).toBe(401);
    expect((await signIn(school, noor.username)).status).toBe(401);
    expect((await signIn(school, noor.username, newPassword)).status).toBe(200);
    await school.settle();
    expect(await kindsOf(noor)).toEqual(expect.arrayContaining(['password_reset', 'password_reset_created']));
    const alerts = await alertsOf(await school.signedIn(noor));
    expect(alerts[0]).toMatch(/^Your password was set with a one-time link, and all sessions were ended\./);
    expect(alerts[1]).toMatch(/^An administrator created a link/);
  });

  test('is stored as a hash only', async () => {
    const noor = await register(school);
    const token = await tokenFor(noor);
    const rows = await school.database.rows({ hash: text }, 'SELECT token_hash AS hash FROM users_passwordreset');
    expect(rows).toHaveLength(1);
    expect(rows[0]!.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(rows[0]!.hash).not.toContain(token);
  });

  test('with PASSWORD_RESET_URL the link leads to the front end, with the token in the fragment', async () => {
    const other = await School.open({ environment: { PASSWORD_RESET_URL: 'https://school.example/reset' } });
    const [boss, student] = [await other.admin(), await other.student()];
    const { body } = await boss.post(`/users/${student.id}/password-reset`);
    expect(body.url).toBe(`https://school.example/reset#token=${body.token}`);
    await other.close();
  });

  test('a wrong, used, replaced or expired token and a closed account get the same response', async () => {
    const [noor, closed, late] = [await register(school), await register(school), await register(school)];
    const replaced = await tokenFor(noor);
    const used = await tokenFor(noor);
    await reset(used);
    const ofClosed = await tokenFor(closed);
    await admin.delete(`/users/${closed.id}/activation`);
    const expired = await tokenFor(late);
    advanceClock(school, 31 * 60);
    const responses = [];
    for (const token of ['x', 'A'.repeat(43), replaced, used, ofClosed, expired]) responses.push(await reset(token));
    const bodies = responses.map(({ status, body: { traceId: _trace, instance: _instance, ...body } }) => ({
      status,
      body,
    }));
    for (const response of bodies) {
      expect(response).toMatchObject(refused);
      expect(response).toEqual(bodies[0]);
    }
    school.clock.stopAt(null);
  });

  test('five concurrent requests with one token set one password', async () => {
    const noor = await register(school);
    const token = await tokenFor(noor);
    const passwords = [1, 2, 3, 4, 5].map((number) => `${newPassword} ${number}`);
    const responses = await Promise.all(passwords.map((password) => reset(token, password)));
    expect(statusesOf(responses)).toEqual([204, 422, 422, 422, 422]);
    const winner = passwords[responses.findIndex(({ status }) => status === 204)]!;
    expect((await signIn(school, noor.username, winner)).status).toBe(200);
    expect(await kindsOf(noor)).toEqual(['signed_in', 'password_reset', 'password_reset_created', 'signed_up']);
  });

  test('a weak password is refused and does not use up the link', async () => {
    const noor = await register(school);
    const token = await tokenFor(noor);
    expect((await reset(token, weakPassword)).body).toMatchObject({ status: 422, code: 'PASSWORD_TOO_WEAK' });
    expect((await reset(token)).status).toBe(204);
  });

  test('a password that the person changes in another way makes the link invalid', async () => {
    const noor = await register(school);
    const token = await tokenFor(noor);
    await noor.client.put('/me/password', { currentPassword: goodPassword, newPassword });
    expect(await reset(token)).toMatchObject(refused);
  });

  test('the link of an administrator who is removed meanwhile does not work', async () => {
    const [thief, noor] = [await school.admin(), await register(school)];
    const { body } = await requestLink(noor, thief);
    await admin.delete(`/users/${thief.id}/activation`);
    expect(await reset(body.token)).toMatchObject(refused);
    expect((await signIn(school, noor.username)).status).toBe(200);
  });

  test('a teacher who waits for approval gets a link, and a closed account gets 409', async () => {
    const [pending, closed] = [await register(school, { role: 'teacher' }), await register(school)];
    expect((await reset(await tokenFor(pending))).status).toBe(204);
    await admin.delete(`/users/${closed.id}/activation`);
    expect((await requestLink(closed)).body).toMatchObject({ status: 409, code: 'ACCOUNT_CLOSED' });
    expect((await requestLink({ id: 999_999 })).body).toMatchObject({ status: 404, code: 'USER_NOT_FOUND' });
  });

  test('nobody but an administrator creates a link, and none for an administrator or for oneself', async () => {
    const [noor, second] = [await school.student(), await school.admin()];
    for (const caller of [noor, await school.teacher()]) expect((await requestLink(noor, caller)).status).toBe(403);
    for (const target of [second, admin]) expect((await requestLink(target)).status).toBe(403);
    expect(await school.database.rows({ id: int }, 'SELECT id FROM users_passwordreset')).toEqual([]);
  });

  test('wrong tokens from one network are limited like wrong passwords', async () => {
    const strict = await School.open({ environment: { CREDENTIAL_RATE_LIMIT_PER_MINUTE: '3' } });
    const tries = [];
    for (let index = 0; index < 4; index++)
      tries.push(await strict.visitor.post('/auth/password-reset', { token: `guess${index}`, newPassword }));
    expect(tries.map(({ status }) => status)).toEqual([422, 422, 422, 429]);
    await strict.close();
  });
});

describe('the link of an operator', () => {
  test('also works for an administrator, whose password must be long', async () => {
    const link = await school.part(PasswordResets).createByOperator(admin.username.toUpperCase());
    expect((await reset(link.token, 'short words')).body).toMatchObject({ code: 'PASSWORD_TOO_WEAK' });
    expect((await reset(link.token)).status).toBe(204);
    expect((await signIn(school, admin.username, newPassword)).status).toBe(200);
  });

  test('an unknown username is refused', async () => {
    await expect(school.part(PasswordResets).createByOperator('nobody')).rejects.toThrow('There is no such person');
  });
});

describe('the hold of coins after a reset', () => {
  let noor: Registered;
  let friend: Client;
  const transfer = (key?: string) =>
    noor.client.post(
      '/coins/transfers',
      { recipientId: friend.id, amount: 1 },
      key === undefined ? {} : { 'idempotency-key': key },
    );
  const signInAgain = async () => {
    noor = { ...noor, client: await school.signedIn(noor) };
  };
  beforeEach(async () => {
    noor = await register(school);
    friend = await school.student();
    await endow(school, noor.id, 50);
  });

  test('lasts 24 hours, says when it ends, and keeps the coins that the person has', async () => {
    await reset(await tokenFor(noor));
    await signInAgain();
    const { body } = await transfer();
    expect(body).toMatchObject({ status: 409, code: 'COINS_HELD' });
    expect(Date.parse(body.endsAt) - school.clock.now().getTime()).toBeGreaterThan(23.9 * 3_600_000);
    expect(await balanceOf(school, noor.id)).toBe(50);
    expect((await friend.post('/coins/transfers', { recipientId: noor.id, amount: 1 })).body.code).not.toBe(
      'COINS_HELD',
    );
    advanceClock(school, 24 * 3_600 + 1);
    await signInAgain();
    expect((await transfer()).status).toBe(201);
    school.clock.stopAt(null);
  });

  test('a second reset does not shorten it, and the nightly job does not end it', async () => {
    await reset(await tokenFor(noor));
    advanceClock(school, 23 * 3_600);
    const { body: link } = await requestLink(noor, await school.signedIn(admin));
    expect((await reset(link.token, `${newPassword} again`)).status).toBe(204);
    await school.job('users:expire-sessions');
    advanceClock(school, 2 * 3_600);
    await signInAgain();
    expect((await transfer()).body).toMatchObject({ code: 'COINS_HELD' });
    school.clock.stopAt(null);
  });

  test('a transfer that was made before is repeated with its key during the hold', async () => {
    const before = await transfer('before-the-reset');
    await reset(await tokenFor(noor));
    await signInAgain();
    expect(await transfer('before-the-reset')).toMatchObject({ status: 201, body: before.body });
  });
});
