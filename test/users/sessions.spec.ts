import { createHash } from 'node:crypto';
import { sign } from 'jsonwebtoken';
import { SessionReuseDetected, Sessions } from '../../src/modules/users';
import { int, text } from '../../src/platform/database/columns';
import { Client, School } from '../support/school';
import { collectEvents, goodPassword, advanceClock, register, signIn, statusesOf } from './user-fixtures';

let school: School;
beforeAll(async () => {
  school = await School.open({ environment: { TRUST_PROXY_HOPS: '1' } });
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const refresh = (refreshToken: string, headers: Record<string, string> = {}) =>
  school.visitor.post('/auth/refresh', { refreshToken }, headers);
const isAccepted = async (accessToken: string) =>
  (await school.visitor.get('/me', { authorization: `Bearer ${accessToken}` })).status === 200;
const sessionOf = (refreshToken: string) => refreshToken.split('.')[0]!;
const endReasonOf = async (refreshToken: string): Promise<string | undefined> => {
  const sql = 'SELECT revoked_why AS reason FROM users_session WHERE id = $1';
  const session = await school.database.row({ reason: text }, sql, [sessionOf(refreshToken)]);
  return session?.reason;
};
/** Creates a student without a password, which these tests do not need, and opens a session. */
const openSession = async () => {
  const client = await school.student();
  return { client, ...(await school.part(Sessions).open(client.id)) };
};

describe('a refresh token', () => {
  test('each refresh replaces the refresh token with a new valid one', async () => {
    let { refreshToken } = await openSession();
    for (let index = 0; index < 3; index++) {
      const { status, body } = await refresh(refreshToken);
      expect([status, await isAccepted(body.accessToken)]).toEqual([200, true]);
      expect(body.refreshToken).not.toBe(refreshToken);
      expect(sessionOf(body.refreshToken)).toBe(sessionOf(refreshToken));
      refreshToken = body.refreshToken;
      advanceClock(school, 60);
    }
  });

  test('the database stores only hashes of refresh tokens', async () => {
    const { refreshToken } = await openSession();
    const next = (await refresh(refreshToken)).body.refreshToken;
    const row = await school.database.row(
      { hash: text, previous: text },
      'SELECT secret_hash AS hash, previous_hash AS previous FROM users_session WHERE id = $1',
      [sessionOf(refreshToken)],
    );
    expect([row?.hash, row?.previous]).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
    for (const token of [refreshToken, next]) expect(JSON.stringify(row)).not.toContain(token.split('.')[1]);
  });

  test('a refresh costs one statement in a transaction', async () => {
    const { refreshToken } = await openSession();
    const { statements } = await school.statements(() => refresh(refreshToken));
    expect(statements).toHaveLength(3);
  });

  test('eight concurrent refreshes with one token get the same new tokens', async () => {
    const { refreshToken } = await openSession();
    const responses = await Promise.all(Array.from({ length: 8 }, () => refresh(refreshToken)));
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
    expect(new Set(responses.map(({ body }) => body.refreshToken)).size).toBe(1);
    for (const { body } of responses) expect(await isAccepted(body.accessToken)).toBe(true);
    advanceClock(school, 3_600);
    expect((await refresh(responses[0]!.body.refreshToken)).status).toBe(200);
  });

  test('a refresh token is accepted from the same device for two seconds after its use', async () => {
    const { refreshToken } = await openSession();
    advanceClock(school, 0);
    const first = await refresh(refreshToken);
    advanceClock(school, 2);
    const again = await refresh(refreshToken);
    expect([again.status, again.body.refreshToken]).toEqual([200, first.body.refreshToken]);
    expect(await endReasonOf(refreshToken)).toBe('');
  });

  test.each([
    ['another network', { 'x-forwarded-for': '198.51.100.9' }],
    ['another program', { 'user-agent': 'Thief/1' }],
  ])('a refresh with the same token from %s ends the session within the two seconds, too', async (_, thiefHeaders) => {
    const { refreshToken } = await openSession();
    const ownerHeaders: Record<string, string> = { 'x-forwarded-for': '192.0.2.1', 'user-agent': 'Easel/2' };
    advanceClock(school, 0);
    expect((await refresh(refreshToken, ownerHeaders)).status).toBe(200);
    expect((await refresh(refreshToken, { ...ownerHeaders, ...thiefHeaders })).status).toBe(401);
    expect(await endReasonOf(refreshToken)).toBe('reuse');
  });

  test('a forged refresh token with a known session id is refused and does not end the session', async () => {
    const { refreshToken, accessToken } = await openSession();
    const { sid } = JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString());
    for (const secret of [
      'a'.repeat(43),
      refreshToken.split('.')[1]!.replace(/^./, (character) => (character === 'A' ? 'B' : 'A')),
    ])
      expect((await refresh(`${sid}.${secret}`)).body.code).toBe('REFRESH_TOKEN_REFUSED');
    expect([await isAccepted(accessToken), (await refresh(refreshToken)).status]).toEqual([true, 200]);
  });

  test('a refresh token without a seal from an earlier release is accepted once, and its reuse ends the session', async () => {
    const { refreshToken } = await openSession();
    const secret = 'old-secret-without-a-seal'.padEnd(43, '-');
    const oldToken = `${sessionOf(refreshToken)}.${secret}`;
    await school.database.transaction(() =>
      school.database.run('UPDATE users_session SET secret_hash = $2 WHERE id = $1', [
        sessionOf(refreshToken),
        createHash('sha256').update(secret).digest('hex'),
      ]),
    );
    advanceClock(school, 0);
    const { body } = await refresh(oldToken);
    expect(body.refreshToken).toEqual(expect.any(String));
    advanceClock(school, 10);
    expect((await refresh(oldToken)).status).toBe(401);
    expect(await endReasonOf(refreshToken)).toBe('reuse');
  });

  test('the reuse of a refresh token after two seconds ends the session and publishes one event', async () => {
    const events = collectEvents(school);
    const { client, refreshToken, accessToken } = await openSession();
    advanceClock(school, 0);
    const { body } = await refresh(refreshToken);
    expect(await isAccepted(accessToken)).toBe(true);
    advanceClock(school, 11);
    const reuseResponses = await Promise.all([refresh(refreshToken), refresh(refreshToken), refresh(refreshToken)]);
    for (const response of reuseResponses)
      expect(response.body).toMatchObject({ status: 401, code: 'REFRESH_TOKEN_REFUSED' });
    expect((await refresh(body.refreshToken)).body.code).toBe('REFRESH_TOKEN_REFUSED');
    expect([await isAccepted(accessToken), await isAccepted(body.accessToken)]).toEqual([false, false]);
    expect(await endReasonOf(refreshToken)).toBe('reuse');
    const reuseEvents = events.filter((event) => event instanceof SessionReuseDetected);
    expect(reuseEvents).toEqual([new SessionReuseDetected({ userId: client.id, sessionId: sessionOf(refreshToken) })]);
    expect((await client.get('/me')).status).toBe(200);
  });

  test('a refresh token from two rotations ago ends the session at once', async () => {
    const { refreshToken } = await openSession();
    const second = (await refresh(refreshToken)).body.refreshToken;
    const third = (await refresh(second)).body.refreshToken;
    expect((await refresh(refreshToken)).status).toBe(401);
    expect((await refresh(third)).status).toBe(401);
  });

  test('a session ends 30 days after sign-in, even if it is refreshed', async () => {
    const { refreshToken } = await openSession();
    let currentToken = refreshToken;
    for (const days of [10, 10, 9]) {
      advanceClock(school, days * 86_400);
      currentToken = (await refresh(currentToken)).body.refreshToken;
    }
    advanceClock(school, 86_400 - 5);
    const last = await refresh(currentToken);
    expect(last.status).toBe(200);
    advanceClock(school, 10);
    expect((await refresh(last.body.refreshToken)).body.code).toBe('REFRESH_TOKEN_REFUSED');
    expect(await endReasonOf(refreshToken)).toBe('');
  });

  test('a session that is not refreshed for 14 days ends and is no longer listed', async () => {
    const { client, refreshToken } = await openSession();
    advanceClock(school, 14 * 86_400 - 5);
    const { body } = await refresh(refreshToken);
    expect(body.refreshToken).toEqual(expect.any(String));
    advanceClock(school, 14 * 86_400);
    expect((await refresh(body.refreshToken)).body.code).toBe('REFRESH_TOKEN_REFUSED');
    const signedIn = await school.signedIn(client);
    expect((await signedIn.get('/me/sessions')).body.data).toHaveLength(1);
  });

  test.each([
    ['an empty text', ''],
    ['a text of another format', 'rubbish'],
    ['a token of an unknown session', `00000000-0000-4000-8000-000000000000.${'a'.repeat(43)}`],
    ['SQL', "' OR 1=1 --.x"],
  ])('refuses %s as a refresh token with REFRESH_TOKEN_REFUSED', async (_, token) => {
    expect((await refresh(token)).body).toMatchObject({ status: 401, code: 'REFRESH_TOKEN_REFUSED' });
  });

  test('refuses a refresh token with the id of one session and the secret of another', async () => {
    const [first, second] = [await openSession(), await openSession()];
    const mixedToken = `${sessionOf(first.refreshToken)}.${second.refreshToken.split('.')[1]}`;
    expect((await refresh(mixedToken)).status).toBe(401);
    expect((await refresh(first.refreshToken)).status).toBe(200);
    expect((await refresh(second.refreshToken)).status).toBe(200);
  });

  test('refuses a refresh token as an access token, and an access token as a refresh token', async () => {
    const { accessToken, refreshToken } = await openSession();
    expect(await isAccepted(refreshToken)).toBe(false);
    expect((await refresh(accessToken)).status).toBe(401);
  });
});

describe('an access token', () => {
  const secret = 'a secret for tests that is long enough';
  const forgeToken = (change: object, typ = 'at+jwt') => {
    const now = Math.floor(Date.now() / 1_000);
    const validClaims = { iss: 'teoart', aud: 'teoart-api', iat: now, exp: now + 600 };
    return sign(JSON.parse(JSON.stringify({ ...validClaims, ...change })), secret, { header: { alg: 'HS256', typ } });
  };

  test('an access token contains its issuer, audience, type and expiry', async () => {
    const { accessToken } = await openSession();
    const [header, claims] = accessToken
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    expect(header).toMatchObject({ alg: 'HS256', typ: 'at+jwt' });
    expect(claims).toMatchObject({ iss: 'teoart', aud: 'teoart-api', exp: expect.any(Number) });
  });

  test.each<[string, object, string]>([
    ['another audience', { aud: 'somebody-else' }, 'at+jwt'],
    ['no audience', { aud: undefined }, 'at+jwt'],
    ['another issuer', { iss: 'somebody-else' }, 'at+jwt'],
    ['no expiry', { exp: undefined }, 'at+jwt'],
    ['an expiry in the past', { exp: 1 }, 'at+jwt'],
    ['another type', {}, 'JWT'],
  ])('an access token with %s is refused even if it has a valid signature', async (_, change, typ) => {
    const { client, refreshToken } = await openSession();
    const identity = { sub: String(client.id), sid: sessionOf(refreshToken) };
    expect(await isAccepted(forgeToken(identity))).toBe(true);
    expect(await isAccepted(forgeToken({ ...identity, ...change }, typ))).toBe(false);
  });

  test.each(['none', 'HS384', 'HS512'] as const)('an access token with the algorithm %s is refused', async (alg) => {
    const { client, refreshToken } = await openSession();
    const claims = { sub: String(client.id), sid: sessionOf(refreshToken), iss: 'teoart', aud: 'teoart-api' };
    const key = alg === 'none' ? '' : secret;
    const token = sign(claims, key, { algorithm: alg, expiresIn: 600, header: { alg, typ: 'at+jwt' } });
    expect(await isAccepted(token)).toBe(false);
  });
});

describe('authentication', () => {
  test('authentication costs one statement for the first request and none for ten seconds', async () => {
    const { accessToken } = await openSession();
    const client = new Client(school, accessToken);
    const first = await school.statements(() => client.get('/me'));
    const second = await school.statements(() => client.get('/me'));
    const settings = await school.statements(() => client.get('/me/settings'));
    expect([first, second, settings].map(({ statements }) => statements.length)).toEqual([2, 1, 1]);
  });

  test('sign-out ends the current session at once and no other session', async () => {
    const { client, accessToken, refreshToken } = await openSession();
    expect(await isAccepted(accessToken)).toBe(true);
    const response = await new Client(school, accessToken).post('/auth/logout');
    expect([response.status, await isAccepted(accessToken)]).toEqual([204, false]);
    expect((await refresh(refreshToken)).status).toBe(401);
    expect(await endReasonOf(refreshToken)).toBe('logout');
    expect((await client.get('/me')).status).toBe(200);
    expect((await new Client(school, accessToken).post('/auth/logout')).status).toBe(401);
  });

  test('a concurrent refresh and sign-out leave the session ended', async () => {
    for (let index = 0; index < 5; index++) {
      const { accessToken, refreshToken } = await openSession();
      const [refreshed] = await Promise.all([
        refresh(refreshToken),
        new Client(school, accessToken).post('/auth/logout'),
      ]);
      expect(await isAccepted(accessToken)).toBe(false);
      if (refreshed.status === 200) expect((await refresh(refreshed.body.refreshToken)).status).toBe(401);
    }
  });
});

describe('the list of my sessions', () => {
  test('the list pages through the sessions, newest first, without ended ones', async () => {
    const client = await school.student();
    const ids: string[] = [];
    for (let index = 1; index <= 4; index++) {
      advanceClock(school, index);
      ids.unshift(
        sessionOf((await school.part(Sessions).open(client.id, { userAgent: `Easel/${index}` })).refreshToken),
      );
    }
    await school.part(Sessions).end(client.id, ids[1]!, 'revoked');
    const first = await client.get('/me/sessions?limit=2&withTotal=true');
    expect(first.body.data.map(({ id }: { id: string }) => id)).toEqual([ids[0], ids[2]]);
    expect(first.body.page).toMatchObject({ hasMore: true, total: 4 });
    const second = await client.get(`/me/sessions?limit=2&cursor=${first.body.page.nextCursor}`);
    expect(second.body.data.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toEqual([false, true]);
    expect(second.body.page).toEqual({ hasMore: false, nextCursor: null });
  });

  test('the list shows the user agent and the address of a session', async () => {
    const { username } = await register(school);
    const { body } = await signIn(school, username, goodPassword, { 'user-agent': 'x'.repeat(300) });
    const list = await school.visitor.get('/me/sessions', { authorization: `Bearer ${body.accessToken}` });
    expect(list.body.data[0]).toMatchObject({ isCurrent: true, userAgent: 'x'.repeat(200), address: '127.0.0.1' });
  });

  test('only the owner can end a session, and a second attempt gets 404', async () => {
    const [{ client, accessToken, refreshToken }, other] = [await openSession(), await school.student()];
    expect(await isAccepted(accessToken)).toBe(true);
    const path = `/me/sessions/${sessionOf(refreshToken)}`;
    expect((await other.delete(path)).body).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
    expect(await isAccepted(accessToken)).toBe(true);
    const responses = await Promise.all([client.delete(path), client.delete(path)]);
    expect(statusesOf(responses)).toEqual([204, 404]);
    expect([await isAccepted(accessToken), (await refresh(refreshToken)).status]).toEqual([false, 401]);
    expect((await client.delete(path)).status).toBe(404);
  });

  test.each([['7'], ['not-a-uuid'], ['00000000-0000-4000-8000-00000000000']])(
    'refuses %s as the id of a session with 422',
    async (id) => {
      const client = await school.student();
      expect((await client.delete(`/me/sessions/${id}`)).body).toMatchObject({
        status: 422,
        errors: [{ pointer: '/path/id' }],
      });
    },
  );
});

describe('users:expire-sessions', () => {
  const countSessions = async (userId: number): Promise<number> => {
    const sql = 'SELECT count(*) AS total FROM users_session WHERE user_id = $1';
    const row = await school.database.row({ total: int }, sql, [userId]);
    return row!.total;
  };

  test('users:expire-sessions removes only sign-in attempts that are older than an hour', async () => {
    const countAttempts = async (): Promise<number> => {
      const row = await school.database.row({ total: int }, 'SELECT count(*) AS total FROM users_loginattempt');
      return row!.total;
    };
    await signIn(school, 'nobody', 'a wrong password');
    await school.job('users:expire-sessions');
    expect(await countAttempts()).toBeGreaterThan(0);
    advanceClock(school, 3_700);
    await school.job('users:expire-sessions');
    expect(await countAttempts()).toBe(0);
  });

  test('users:expire-sessions removes only sessions that ended at least 30 days ago', async () => {
    const client = await school.student();
    const sessions = school.part(Sessions);
    const { refreshToken } = await sessions.open(client.id);
    await sessions.end(client.id, sessionOf(refreshToken), 'logout');
    advanceClock(school, 30 * 86_400 - 60);
    await sessions.open(client.id);
    await school.job('users:expire-sessions');
    expect(await countSessions(client.id)).toBe(3);
    advanceClock(school, 120);
    expect(await school.job('users:expire-sessions')).toMatchObject({ sessions: expect.any(Number) });
    expect(await countSessions(client.id)).toBe(2);
    advanceClock(school, 30 * 86_400);
    await school.job('users:expire-sessions');
    expect(await countSessions(client.id)).toBe(1);
  });
});

describe('sessions as devices', () => {
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
  const from = (address: string) => ({ 'x-forwarded-for': address, 'user-agent': firefox });

  test('a session shows the browser, the system, and the address of the last refresh', async () => {
    const { username } = await register(school);
    const { body } = await signIn(school, username, goodPassword, from('192.0.2.7'));
    const client = new Client(school, body.accessToken);
    const current = async () =>
      (await client.get('/me/sessions')).body.data.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
    expect(await current()).toMatchObject({
      name: 'Firefox on Linux',
      address: '192.0.2.7',
      lastAddress: '192.0.2.7',
    });
    await refresh(body.refreshToken, from('198.51.100.4'));
    expect(await current()).toMatchObject({ address: '192.0.2.7', lastAddress: '198.51.100.4' });
  });

  test('a person names their sessions and nobody else does', async () => {
    const { client } = await register(school);
    const other = await school.student();
    const [{ id }] = (await client.get('/me/sessions')).body.data;
    expect((await client.patch(`/me/sessions/${id}`, { name: ' Studio tablet ' })).body.name).toBe('Studio tablet');
    expect((await other.patch(`/me/sessions/${id}`, { name: 'Mine' })).body.code).toBe('SESSION_NOT_FOUND');
    expect((await client.get('/me/sessions')).body.data[0].name).toBe('Studio tablet');
    expect((await client.patch(`/me/sessions/${id}`, { name: '' })).body.name).not.toBe('Studio tablet');
    expect((await client.patch(`/me/sessions/${id}`, { name: 'x'.repeat(61) })).status).toBe(422);
    await client.post('/auth/logout');
  });
});
