import { FactorRemovals } from '../../src/modules/users/factors/factor-removals';
import { int, text } from '../../src/platform/database/columns';
import { Client, School } from '../support/school';
import { endow } from '../rewards/ledger-state';
import {
  addAuthenticator,
  AuthenticatorApp,
  beginSignIn,
  clientOf,
  completeSignIn,
  registerWithFactor,
} from './factor-fixtures';
import { advanceClock, goodPassword, register, signIn, statusesOf } from './user-fixtures';

let school: School;
beforeAll(async () => {
  school = await School.open();
});
afterAll(() => school.close());
// Access tokens expire by the clock of the machine, so the stopped clock shows nearly the same time: the middle of a step.
beforeEach(() => school.clock.stopAt(new Date(Math.floor(Date.now() / 30_000) * 30_000 + 15_000)));
afterEach(() => school.clock.stopAt(null));

const stepSeconds = 30;
const refused = { status: 422, body: { code: 'CODE_REFUSED' } };
const expired = { status: 401, body: { code: 'SIGN_IN_EXPIRED' } };
const needsProof = { status: 403, body: { code: 'REAUTHENTICATION_REQUIRED' } };
const kindsOf = async (client: Client): Promise<string[]> =>
  (await client.get('/me/security-events')).body.data.map(({ kind }: { kind: string }) => kind);
const alertsOf = async (client: Client): Promise<string[]> => {
  await school.settle();
  const { data } = (await client.get('/me/notifications?type=security_alert')).body;
  return data.map(({ message }: { message: string }) => message);
};

describe('adding an authenticator app', () => {
  test('shows the secret once, stores it encrypted, and is confirmed by a code', async () => {
    const { client, username } = await register(school);
    const { body } = await client.post('/me/second-factor/authenticator');
    expect(body.url).toContain(`otpauth://totp/TeoArt%20School:${username}?secret=${body.secret}`);
    const rows = await school.database.rows(
      { sealed: text },
      'SELECT sealed_secret AS sealed FROM users_authenticator',
    );
    expect(JSON.stringify(rows)).not.toContain(body.secret);
    expect((await client.get('/me/second-factor')).body).toMatchObject({ authenticatorAddedAt: null });
    expect((await signIn(school, username)).status).toBe(200);

    const app = new AuthenticatorApp(school, body.secret);
    const path = '/me/second-factor/authenticator/confirmation';
    for (const code of [app.wrongCode(), 'not a code', '１２３４５６'])
      expect(await client.put(path, { code })).toMatchObject(refused);
    const confirmed = await client.put(path, { code: app.code() });
    expect(confirmed.body.recoveryCodes).toHaveLength(10);
    expect(new Set(confirmed.body.recoveryCodes).size).toBe(10);
    const overview = (await client.get('/me/second-factor')).body;
    expect(overview).toEqual({
      isRequired: false,
      authenticatorAddedAt: school.clock.now().toISOString(),
      passkeyCount: 0,
      recoveryCodesLeftCount: 10,
    });
    expect(JSON.stringify(overview)).not.toContain(body.secret);
    expect((await kindsOf(client))[0]).toBe('second_factor_added');
    expect(await alertsOf(client)).toEqual([expect.stringMatching(/^An authenticator app was added/)]);
  });

  test('ends all other sessions, because they were opened without it', async () => {
    const { client, username } = await register(school);
    const other = clientOf(school, await signIn(school, username));
    await addAuthenticator(school, client);
    expect((await other.get('/me')).status).toBe(401);
    expect((await client.get('/me')).status).toBe(200);
  });

  test('a second app needs the removal of the first, and the secret of an unconfirmed one is replaced', async () => {
    const { client } = await register(school);
    const first = (await client.post('/me/second-factor/authenticator')).body.secret;
    const second = (await client.post('/me/second-factor/authenticator')).body.secret;
    const confirm = (secret: string) =>
      client.put('/me/second-factor/authenticator/confirmation', { code: new AuthenticatorApp(school, secret).code() });
    expect(await confirm(first)).toMatchObject(refused);
    expect((await confirm(second)).status).toBe(200);
    expect((await client.post('/me/second-factor/authenticator')).body.code).toBe('SECOND_FACTOR_EXISTS');
  });

  test('needs a recent proof', async () => {
    const { client } = await register(school);
    advanceClock(school, 599);
    expect((await client.post('/me/second-factor/authenticator')).status).toBe(200);
    advanceClock(school, 1);
    expect(await client.post('/me/second-factor/authenticator')).toMatchObject(needsProof);
    expect(await client.put('/me/second-factor/authenticator/confirmation', { code: '123456' })).toMatchObject(
      needsProof,
    );
  });

  test('a sign-in that has verified the password meanwhile gets no session without the factor', async () => {
    const { client, username } = await register(school);
    const [added, ...signIns] = await Promise.all([
      addAuthenticator(school, client),
      signIn(school, username),
      signIn(school, username),
    ]);
    expect(added.recoveryCodes).toHaveLength(10);
    for (const response of signIns.filter(({ status }) => status === 200))
      expect((await clientOf(school, response).get('/me')).status).toBe(401);
  });
});

describe('signing in with a second factor', () => {
  test('a right password gives a challenge, and the challenge with a code gives a session', async () => {
    const { app, username } = await registerWithFactor(school);
    advanceClock(school, stepSeconds);
    const first = await signIn(school, username);
    expect(first).toMatchObject({ status: 401, body: { code: 'SIGN_IN_INCOMPLETE' } });
    expect(JSON.stringify(first.body)).not.toMatch(/accessToken|refreshToken/);
    const second = await completeSignIn(school, first.body.challenge, app.code());
    expect(second).toMatchObject({ status: 200, body: { user: { username } } });
    const client = clientOf(school, second);
    expect((await client.get('/me')).status).toBe(200);
    expect((await kindsOf(client)).slice(0, 2)).toEqual(['signed_in', 'second_factor_asked']);
  });

  test('a wrong password gets the same response as for an account without a factor or no account', async () => {
    const { username } = await registerWithFactor(school);
    const { username: without } = await register(school);
    const bodies = [];
    for (const login of [username, without, 'nobody.here']) {
      const { status, body } = await signIn(school, login, 'not the password');
      bodies.push({ status, ...body, traceId: '' });
    }
    expect(bodies[0]).toMatchObject({ status: 401, code: 'CREDENTIALS_REFUSED' });
    expect(bodies[1]).toEqual(bodies[0]);
    expect(bodies[2]).toEqual(bodies[0]);
  });

  test('a refused sign-in costs the same statements with a factor, without one and without an account', async () => {
    const { username } = await registerWithFactor(school);
    const { username: without } = await register(school);
    const counts = [];
    for (const login of [username, without, 'nobody.either']) {
      const { statements } = await school.statements(() => signIn(school, login, 'not the password'));
      counts.push(statements.length);
    }
    expect(new Set(counts).size).toBe(1);
  });

  test('the challenge opens no route as an access token, a refresh token, a ticket or a link', async () => {
    const { username } = await registerWithFactor(school);
    const challenge = await beginSignIn(school, username);
    const half = new Client(school, challenge);
    expect((await half.get('/me')).status).toBe(401);
    expect((await half.post('/me/second-factor/authenticator')).status).toBe(401);
    expect((await half.post('/auth/reauthentication', { password: goodPassword })).status).toBe(401);
    expect((await school.visitor.post('/auth/refresh', { refreshToken: challenge })).status).toBe(401);
    expect((await school.visitor.get(`/me/notifications/stream?ticket=${challenge}`)).status).toBe(401);
    const link = { token: challenge, newPassword: 'boats in the evening sun' };
    expect((await school.visitor.post('/auth/password-reset', link)).status).toBe(422);
  });

  test('each code is valid once, also the one that confirmed the app, and an earlier one never', async () => {
    const { app, username } = await registerWithFactor(school);
    const challenge = await beginSignIn(school, username);
    expect(await completeSignIn(school, challenge, app.code())).toMatchObject(refused);
    const next = app.code(1);
    expect((await completeSignIn(school, challenge, next)).status).toBe(200);
    const again = await beginSignIn(school, username);
    expect(await completeSignIn(school, again, next)).toMatchObject(refused);
    expect(await completeSignIn(school, again, app.code())).toMatchObject(refused);
    expect(await completeSignIn(school, again, app.code(2))).toMatchObject(refused);
  });

  test('of four concurrent sign-ins with one code one succeeds', async () => {
    const { app, username } = await registerWithFactor(school);
    const challenges = [];
    for (let index = 0; index < 4; index++) challenges.push(await beginSignIn(school, username));
    const code = app.code(1);
    const responses = await Promise.all(challenges.map((challenge) => completeSignIn(school, challenge, code)));
    expect(statusesOf(responses)).toEqual([200, 422, 422, 422]);
  });

  test('of concurrent requests with one challenge one opens a session', async () => {
    const { recoveryCodes, username } = await registerWithFactor(school);
    const challenge = await beginSignIn(school, username);
    const codes = recoveryCodes.slice(0, 4);
    const responses = await Promise.all(codes.map((code) => completeSignIn(school, challenge, code)));
    expect(statusesOf(responses)).toEqual([200, 401, 401, 401]);
    const left = 'SELECT count(*) AS total FROM users_recoverycode WHERE user_id = $1 AND used_at IS NULL';
    const { id } = responses.find(({ status }) => status === 200)!.body.user;
    expect(await school.database.row({ total: int }, left, [id])).toEqual({ total: 9 });
  });

  test('a challenge ends after five minutes, after its use, with a new password and with the account', async () => {
    const { app, username, client, id } = await registerWithFactor(school);
    const admin = await school.admin();
    const late = await beginSignIn(school, username);
    advanceClock(school, 301);
    expect(await completeSignIn(school, late, app.code())).toMatchObject(expired);
    await school.job('users:expire-sessions');

    const used = await beginSignIn(school, username);
    expect((await completeSignIn(school, used, app.code())).status).toBe(200);
    expect(await completeSignIn(school, used, app.code(1))).toMatchObject(expired);

    const older = await beginSignIn(school, username);
    const newPassword = 'boats in the evening sun';
    expect((await client.put('/me/password', { currentPassword: goodPassword, newPassword })).status).toBe(204);
    expect(await completeSignIn(school, older, app.code(1))).toMatchObject(expired);

    const ofClosed = await beginSignIn(school, username, newPassword);
    await admin.delete(`/users/${id}/activation`);
    expect(await completeSignIn(school, ofClosed, app.code(1))).toMatchObject(expired);
    expect(await completeSignIn(school, 'x'.repeat(43), app.code(1))).toMatchObject(expired);
  });

  test('a password reset does not remove the second factor', async () => {
    const { app, username, id } = await registerWithFactor(school);
    const { body } = await (await school.admin()).post(`/users/${id}/password-reset`);
    const newPassword = 'boats under the full moon';
    await school.visitor.post('/auth/password-reset', { token: body.token, newPassword });
    const challenge = await beginSignIn(school, username, newPassword);
    expect((await completeSignIn(school, challenge, app.code(1))).status).toBe(200);
  });
});

describe('guessing codes', () => {
  test('the sixth wrong code waits, from all networks together, and a right password does not wait', async () => {
    const { app, username } = await registerWithFactor(school);
    const challenge = await beginSignIn(school, username);
    const statuses = [];
    for (let index = 0; index < 6; index++)
      statuses.push((await completeSignIn(school, challenge, app.wrongCode())).status);
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
    expect(await completeSignIn(school, challenge, app.code(1))).toMatchObject({
      status: 429,
      body: { code: 'TOO_MANY_ATTEMPTS' },
    });
    await beginSignIn(school, username);
    advanceClock(school, 2);
    expect((await completeSignIn(school, challenge, app.code(1))).status).toBe(200);
  });

  test('a stranger without the password cannot make the owner wait', async () => {
    const { app, username } = await registerWithFactor(school);
    for (let index = 0; index < 8; index++) await completeSignIn(school, 'y'.repeat(43), '123456');
    const challenge = await beginSignIn(school, username);
    expect((await completeSignIn(school, challenge, app.code(1))).status).toBe(200);
  });

  test('the owner is told after twenty wrong codes', async () => {
    const { app, username } = await registerWithFactor(school);
    for (let index = 0; index < 20; index++) {
      advanceClock(school, 61);
      expect(await completeSignIn(school, await beginSignIn(school, username), app.wrongCode())).toMatchObject(refused);
    }
    advanceClock(school, 61);
    const response = await completeSignIn(school, await beginSignIn(school, username), app.code());
    expect((await alertsOf(clientOf(school, response)))[0]).toMatch(/^Somebody entered 20 wrong codes/);
  });
});

describe('recovery codes', () => {
  test('are ten different ones of 24 characters, which are 120 random bits', async () => {
    const { recoveryCodes } = await registerWithFactor(school);
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}$/);
  });

  test('replace a lost app once each, in any spelling, are stored as hashes, and the person is told', async () => {
    const { recoveryCodes, username } = await registerWithFactor(school);
    const hashes = await school.database.rows({ hash: text }, 'SELECT code_hash AS hash FROM users_recoverycode');
    for (const code of recoveryCodes) expect(JSON.stringify(hashes)).not.toContain(code.replaceAll('-', ''));
    const [code] = recoveryCodes as [string];
    const typed = code.toLowerCase().replaceAll('-', ' ');
    const response = await completeSignIn(school, await beginSignIn(school, username), typed);
    expect(response.status).toBe(200);
    expect(await completeSignIn(school, await beginSignIn(school, username), code)).toMatchObject(refused);
    const client = clientOf(school, response);
    expect((await client.get('/me/second-factor')).body.recoveryCodesLeftCount).toBe(9);
    expect((await alertsOf(client))[0]).toMatch(/^A recovery code of your account was used/);
  });

  test('one code opens one session, also when it is sent twice at once', async () => {
    const { recoveryCodes, username } = await registerWithFactor(school);
    const challenges = [await beginSignIn(school, username), await beginSignIn(school, username)];
    const responses = await Promise.all(
      challenges.map((challenge) => completeSignIn(school, challenge, recoveryCodes[0]!)),
    );
    expect(statusesOf(responses)).toEqual([200, 422]);
  });

  test('of another person are refused', async () => {
    const [noor, vera] = [await registerWithFactor(school), await registerWithFactor(school)];
    const challenge = await beginSignIn(school, noor.username);
    expect(await completeSignIn(school, challenge, vera.recoveryCodes[0]!)).toMatchObject(refused);
    expect(await completeSignIn(school, challenge, vera.app.code(1))).toMatchObject(refused);
  });

  test('are replaced after a recent proof, and the old ones stop working', async () => {
    const { client, app, recoveryCodes, username } = await registerWithFactor(school);
    advanceClock(school, 700);
    expect(await client.post('/me/second-factor/recovery-codes')).toMatchObject(needsProof);
    await client.post('/auth/reauthentication', { code: app.code() });
    const { body } = await client.post('/me/second-factor/recovery-codes');
    expect(body.recoveryCodes).toHaveLength(10);
    const challenge = await beginSignIn(school, username);
    expect(await completeSignIn(school, challenge, recoveryCodes[0]!)).toMatchObject(refused);
    expect((await completeSignIn(school, challenge, body.recoveryCodes[0])).status).toBe(200);
    expect((await (await register(school)).client.post('/me/second-factor/recovery-codes')).status).toBe(404);
  });
});

describe('re-authentication', () => {
  test('a person without a factor sends the password, and the proof is valid for ten minutes in this session', async () => {
    const { client, username } = await register(school);
    const other = clientOf(school, await signIn(school, username));
    advanceClock(school, 600);
    expect(await client.post('/me/second-factor/authenticator')).toMatchObject(needsProof);
    expect(await client.post('/auth/reauthentication', { password: 'not the password' })).toMatchObject({
      status: 422,
      body: { code: 'PASSWORD_WRONG', errors: [{ pointer: '/body/password' }] },
    });
    const { body } = await client.post('/auth/reauthentication', { password: goodPassword });
    expect(Date.parse(body.expiresAt) - school.clock.now().getTime()).toBe(600_000);
    expect((await client.post('/me/second-factor/authenticator')).status).toBe(200);
    expect(await other.post('/me/second-factor/authenticator')).toMatchObject(needsProof);
  });

  test('a person with a factor sends a code, and the password alone proves nothing', async () => {
    const { client, app } = await registerWithFactor(school);
    advanceClock(school, 601);
    expect(await client.post('/auth/reauthentication', { password: goodPassword })).toMatchObject(refused);
    expect(await client.delete('/me/second-factor/authenticator')).toMatchObject(needsProof);
    expect(await client.post('/auth/reauthentication', { code: app.wrongCode() })).toMatchObject(refused);
    expect((await client.post('/auth/reauthentication', { code: app.code() })).status).toBe(200);
    expect((await client.delete('/me/second-factor/authenticator')).status).toBe(204);
  });

  test('either a code or a password is sent, and not both', async () => {
    const { client } = await register(school);
    for (const body of [{}, { code: '123456', password: 'x' }])
      expect((await client.post('/auth/reauthentication', body)).body.code).toBe('VALIDATION_FAILED');
  });

  test('wrong passwords are delayed as at sign-in', async () => {
    const { client } = await register(school);
    const statuses = [];
    for (let index = 0; index < 6; index++)
      statuses.push((await client.post('/auth/reauthentication', { password: 'wrong' })).status);
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
  });
});

describe('removing a second factor', () => {
  test('the person signs in with the password again, and is told', async () => {
    const { client, username, recoveryCodes } = await registerWithFactor(school);
    expect((await client.delete('/me/second-factor/authenticator')).status).toBe(204);
    expect((await client.delete('/me/second-factor/authenticator')).status).toBe(404);
    expect((await signIn(school, username)).status).toBe(200);
    expect((await client.get('/me/second-factor')).body.recoveryCodesLeftCount).toBe(0);
    expect((await client.post('/auth/reauthentication', { code: recoveryCodes[0] })).status).toBe(422);
    expect((await alertsOf(client))[0]).toMatch(/^The authenticator app was removed/);
  });

  test('an administrator removes it with a reason: sessions end, coins are held for a day, the person is told', async () => {
    const [admin, friend] = [await school.admin(), await school.student()];
    const noor = await registerWithFactor(school);
    await endow(school, noor.id, 50);
    const path = `/users/${noor.id}/second-factor`;
    expect((await admin.delete(path, {})).status).toBe(422);
    expect((await admin.delete(path, { reason: 'Lost the phone' })).status).toBe(204);
    expect((await admin.delete(path, { reason: 'Lost the phone' })).body.code).toBe('SECOND_FACTOR_NOT_FOUND');
    expect((await noor.client.get('/me')).status).toBe(401);
    const client = clientOf(school, await signIn(school, noor.username));
    const transfer = () => client.post('/coins/transfers', { recipientId: friend.id, amount: 1 });
    expect((await transfer()).body.code).toBe('COINS_HELD');
    const { data } = (await admin.get(`/users/${noor.id}/security-events`)).body;
    expect(data).toContainEqual(
      expect.objectContaining({ kind: 'second_factor_removed', actorId: admin.id, note: 'Lost the phone' }),
    );
    expect((await alertsOf(client))[0]).toMatch(/^An administrator removed the second factor/);
  });

  test('nobody removes the factor of an administrator but an operator', async () => {
    const [admin, second, student] = [await school.admin(), await school.admin(), await school.student()];
    await addAuthenticator(school, second);
    const body = { reason: 'Lost the phone' };
    expect((await admin.delete(`/users/${second.id}/second-factor`, body)).status).toBe(403);
    expect((await second.delete(`/users/${second.id}/second-factor`, body)).status).toBe(403);
    expect((await student.delete(`/users/${admin.id}/second-factor`, body)).status).toBe(403);
    await school.part(FactorRemovals).removeByOperator(second.username.toUpperCase());
    expect((await second.get('/me')).status).toBe(401);
    expect((await (await school.signedIn(second)).get('/me/second-factor')).body.authenticatorAddedAt).toBeNull();
    await expect(school.part(FactorRemovals).removeByOperator('nobody')).rejects.toThrow('There is no such person');
  });
});

describe('a school that requires a second factor of administrators', () => {
  let strict: School;
  beforeAll(async () => {
    strict = await School.open({ environment: { ADMIN_SECOND_FACTOR: 'required' } });
  });
  afterAll(() => strict.close());

  test('an administrator without one can only add one, and then has all rights at once', async () => {
    const admin = await strict.admin();
    const required = { status: 403, body: { code: 'SECOND_FACTOR_REQUIRED' } };
    for (const path of ['/users', '/operations/database', '/courses', '/me/coins', '/me/notifications'])
      expect(await admin.get(path)).toMatchObject(required);
    expect((await admin.get('/me')).status).toBe(200);
    expect((await admin.get('/me/second-factor')).body).toMatchObject({ isRequired: true });
    await addAuthenticator(strict, admin);
    expect((await admin.get('/users')).status).toBe(200);
    await admin.delete('/me/second-factor/authenticator');
    expect(await admin.get('/users')).toMatchObject(required);
  });

  test('students and teachers are not asked', async () => {
    expect((await (await strict.student()).get('/me/coins')).status).toBe(200);
    expect((await (await strict.teacher()).get('/courses')).status).toBe(200);
  });
});

test('after a change of AUTH_SECRET codes are refused without counting as guesses, a recovery code still opens a session, and a finding says so', async () => {
  const admin = await school.admin();
  const kindsOfFindings = async (): Promise<string[]> =>
    (await admin.get('/operations/database')).body.findings.map(({ kind }: { kind: string }) => kind);
  const { username, app, recoveryCodes } = await registerWithFactor(school);
  expect(await kindsOfFindings()).not.toContain('unreadable-authenticators');
  await school.database.transaction(() =>
    school.database.run(
      `UPDATE users_authenticator SET sealed_secret = 'sealed with another secret, which nobody can open'`,
    ),
  );
  const challenge = await beginSignIn(school, username);
  for (let tries = 0; tries < 12; tries++)
    expect(await completeSignIn(school, challenge, app.code(1))).toMatchObject({
      status: 409,
      body: { code: 'AUTHENTICATOR_UNREADABLE' },
    });
  expect((await completeSignIn(school, challenge, recoveryCodes[0]!)).status).toBe(200);
  expect(await kindsOfFindings()).toContain('unreadable-authenticators');
});
