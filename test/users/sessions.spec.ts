import { createHash } from 'node:crypto';
import { sign } from 'jsonwebtoken';
import { SessionReuseDetected, Sessions } from '../../src/modules/users';
import { int, text } from '../../src/platform/database/columns';
import { Client, School } from '../support/school';
import { eventsOf, goodPassword, later, register, signIn, statusesOf } from './user-fixtures';

let school: School;
beforeAll(async () => {
  school = await School.open({ environment: { TRUST_PROXY_HOPS: '1' } });
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const refresh = (refreshToken: string, headers: Record<string, string> = {}) =>
  school.visitor.post('/auth/refresh', { refreshToken }, headers);
const works = async (accessToken: string) =>
  (await school.visitor.get('/me', { authorization: `Bearer ${accessToken}` })).status === 200;
const sessionOf = (refreshToken: string) => refreshToken.split('.')[0]!;
const whyEnded = async (refreshToken: string) =>
  (
    await school.database.row({ why: text }, 'SELECT revoked_why AS why FROM users_session WHERE id = $1', [
      sessionOf(refreshToken),
    ])
  )?.why;
/** A person with a session, without a password: nothing here is about passwords. */
const person = async () => {
  const client = await school.student();
  return { client, ...(await school.part(Sessions).open(client.id)) };
};

describe('a refresh token', () => {
  test('is replaced at each use, by one that works', async () => {
    let { refreshToken } = await person();
    for (let i = 0; i < 3; i++) {
      const { status, body } = await refresh(refreshToken);
      expect([status, await works(body.accessToken)]).toEqual([200, true]);
      expect(body.refreshToken).not.toBe(refreshToken);
      expect(sessionOf(body.refreshToken)).toBe(sessionOf(refreshToken));
      refreshToken = body.refreshToken;
      later(school, 60);
    }
  });

  test('is nowhere in the database', async () => {
    const { refreshToken } = await person();
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

  test('costs one statement in its transaction', async () => {
    const { refreshToken } = await person();
    const { statements } = await school.statements(() => refresh(refreshToken));
    expect(statements).toHaveLength(3);
  });

  test('used by two at the same moment gives both the same working tokens', async () => {
    const { refreshToken } = await person();
    const twins = await Promise.all(Array.from({ length: 8 }, () => refresh(refreshToken)));
    expect(twins.map(({ status }) => status)).toEqual(twins.map(() => 200));
    expect(new Set(twins.map(({ body }) => body.refreshToken)).size).toBe(1);
    for (const { body } of twins) expect(await works(body.accessToken)).toBe(true);
    later(school, 3_600);
    expect((await refresh(twins[0]!.body.refreshToken)).status).toBe(200);
  });

  test('whose answer was lost is honoured two seconds more for the same device', async () => {
    const { refreshToken } = await person();
    later(school, 0);
    const first = await refresh(refreshToken);
    later(school, 2);
    const again = await refresh(refreshToken);
    expect([again.status, again.body.refreshToken]).toEqual([200, first.body.refreshToken]);
    expect(await whyEnded(refreshToken)).toBe('');
  });

  test.each([
    ['another network', { 'x-forwarded-for': '198.51.100.9' }],
    ['another program', { 'user-agent': 'Thief/1' }],
  ])('copied by a thief who refreshes beside the owner, with %s, ends the session at once', async (_, thief) => {
    const { refreshToken } = await person();
    const owner: Record<string, string> = { 'x-forwarded-for': '192.0.2.1', 'user-agent': 'Easel/2' };
    later(school, 0);
    expect((await refresh(refreshToken, owner)).status).toBe(200);
    expect((await refresh(refreshToken, { ...owner, ...thief })).status).toBe(401);
    expect(await whyEnded(refreshToken)).toBe('reuse');
  });

  test('that was never issued ends nothing, though the id of the session is known', async () => {
    const { refreshToken, accessToken } = await person();
    const { sid } = JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString());
    for (const secret of [
      'a'.repeat(43),
      refreshToken.split('.')[1]!.replace(/^./, (one) => (one === 'A' ? 'B' : 'A')),
    ])
      expect((await refresh(`${sid}.${secret}`)).body.code).toBe('REFRESH_TOKEN_REFUSED');
    expect([await works(accessToken), (await refresh(refreshToken)).status]).toEqual([true, 200]);
  });

  test('of a release whose tokens had no seal is honoured once more, and its reuse is seen', async () => {
    const { refreshToken } = await person();
    const secret = 'old-secret-without-a-seal'.padEnd(43, '-');
    const old = `${sessionOf(refreshToken)}.${secret}`;
    await school.database.transaction(() =>
      school.database.run('UPDATE users_session SET secret_hash = $2 WHERE id = $1', [
        sessionOf(refreshToken),
        createHash('sha256').update(secret).digest('hex'),
      ]),
    );
    later(school, 0);
    const { body } = await refresh(old);
    expect(body.refreshToken).toEqual(expect.any(String));
    later(school, 10);
    expect((await refresh(old)).status).toBe(401);
    expect(await whyEnded(refreshToken)).toBe('reuse');
  });

  test('used again after that ends the session, for the thief and the owner, and is told once', async () => {
    const events = eventsOf(school);
    const { client, refreshToken, accessToken } = await person();
    later(school, 0);
    const { body } = await refresh(refreshToken);
    expect(await works(accessToken)).toBe(true);
    later(school, 11);
    const stolen = await Promise.all([refresh(refreshToken), refresh(refreshToken), refresh(refreshToken)]);
    for (const answer of stolen) expect(answer.body).toMatchObject({ status: 401, code: 'REFRESH_TOKEN_REFUSED' });
    expect((await refresh(body.refreshToken)).body.code).toBe('REFRESH_TOKEN_REFUSED');
    expect([await works(accessToken), await works(body.accessToken)]).toEqual([false, false]);
    expect(await whyEnded(refreshToken)).toBe('reuse');
    const told = events.filter((event) => event instanceof SessionReuseDetected);
    expect(told).toEqual([new SessionReuseDetected({ userId: client.id, sessionId: sessionOf(refreshToken) })]);
    expect((await client.get('/me')).status).toBe(200);
  });

  test('from two rotations ago ends the session at once', async () => {
    const { refreshToken } = await person();
    const second = (await refresh(refreshToken)).body.refreshToken;
    const third = (await refresh(second)).body.refreshToken;
    expect((await refresh(refreshToken)).status).toBe(401);
    expect((await refresh(third)).status).toBe(401);
  });

  test('is good for 30 days after the sign-in, however often it was used', async () => {
    const { refreshToken } = await person();
    let next = refreshToken;
    for (const days of [10, 10, 9]) {
      later(school, days * 86_400);
      next = (await refresh(next)).body.refreshToken;
    }
    later(school, 86_400 - 5);
    const last = await refresh(next);
    expect(last.status).toBe(200);
    later(school, 10);
    expect((await refresh(last.body.refreshToken)).body.code).toBe('REFRESH_TOKEN_REFUSED');
    expect(await whyEnded(refreshToken)).toBe('');
  });

  test('that nobody used for fourteen days is good for nothing, and neither listed', async () => {
    const { client, refreshToken } = await person();
    later(school, 14 * 86_400 - 5);
    const { body } = await refresh(refreshToken);
    expect(body.refreshToken).toEqual(expect.any(String));
    later(school, 14 * 86_400);
    expect((await refresh(body.refreshToken)).body.code).toBe('REFRESH_TOKEN_REFUSED');
    const signedIn = await school.signedIn(client);
    expect((await signedIn.get('/me/sessions')).body.data).toHaveLength(1);
  });

  test.each([
    ['nothing', ''],
    ['rubbish', 'rubbish'],
    ['a session that never was', `00000000-0000-4000-8000-000000000000.${'a'.repeat(43)}`],
    ['SQL', "' OR 1=1 --.x"],
  ])('that is %s is refused with the same code', async (_, token) => {
    expect((await refresh(token)).body).toMatchObject({ status: 401, code: 'REFRESH_TOKEN_REFUSED' });
  });

  test('of another session does not open this one', async () => {
    const [one, other] = [await person(), await person()];
    const mixed = `${sessionOf(one.refreshToken)}.${other.refreshToken.split('.')[1]}`;
    expect((await refresh(mixed)).status).toBe(401);
    expect((await refresh(one.refreshToken)).status).toBe(200);
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });

  test('is no access token, and the other way round', async () => {
    const { accessToken, refreshToken } = await person();
    expect(await works(refreshToken)).toBe(false);
    expect((await refresh(accessToken)).status).toBe(401);
  });
});

describe('an access token', () => {
  const secret = 'a secret for tests that is long enough';
  const forged = (change: object, typ = 'at+jwt') => {
    const now = Math.floor(Date.now() / 1_000);
    const usual = { iss: 'teoart', aud: 'teoart-api', iat: now, exp: now + 600 };
    return sign(JSON.parse(JSON.stringify({ ...usual, ...change })), secret, { header: { alg: 'HS256', typ } });
  };

  test('names its issuer, its audience, its type and its end', async () => {
    const { accessToken } = await person();
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
    ['no end', { exp: undefined }, 'at+jwt'],
    ['an end that is past', { exp: 1 }, 'at+jwt'],
    ['another type', {}, 'JWT'],
  ])('with %s is refused, though our key signed it', async (_, change, typ) => {
    const { client, refreshToken } = await person();
    const who = { sub: String(client.id), sid: sessionOf(refreshToken) };
    expect(await works(forged(who))).toBe(true);
    expect(await works(forged({ ...who, ...change }, typ))).toBe(false);
  });
});

describe('authentication', () => {
  test('costs one statement, and none again within ten seconds', async () => {
    const { accessToken } = await person();
    const client = new Client(school, accessToken);
    const first = await school.statements(() => client.get('/me'));
    const second = await school.statements(() => client.get('/me'));
    const settings = await school.statements(() => client.get('/me/settings'));
    expect([first, second, settings].map(({ statements }) => statements.length)).toEqual([2, 1, 1]);
  });

  test('signing out ends the session at once, and only this one', async () => {
    const { client, accessToken, refreshToken } = await person();
    expect(await works(accessToken)).toBe(true);
    const answer = await new Client(school, accessToken).post('/auth/logout');
    expect([answer.status, await works(accessToken)]).toEqual([204, false]);
    expect((await refresh(refreshToken)).status).toBe(401);
    expect(await whyEnded(refreshToken)).toBe('logout');
    expect((await client.get('/me')).status).toBe(200);
    expect((await new Client(school, accessToken).post('/auth/logout')).status).toBe(401);
  });

  test('a refresh that meets a sign-out leaves the session ended', async () => {
    for (let i = 0; i < 5; i++) {
      const { accessToken, refreshToken } = await person();
      const [refreshed] = await Promise.all([
        refresh(refreshToken),
        new Client(school, accessToken).post('/auth/logout'),
      ]);
      expect(await works(accessToken)).toBe(false);
      if (refreshed.status === 200) expect((await refresh(refreshed.body.refreshToken)).status).toBe(401);
    }
  });
});

describe('where I am signed in', () => {
  test('is listed, the newest first, page by page, without what has ended', async () => {
    const client = await school.student();
    const ids: string[] = [];
    for (let i = 1; i <= 4; i++) {
      later(school, i);
      ids.unshift(sessionOf((await school.part(Sessions).open(client.id, { userAgent: `Easel/${i}` })).refreshToken));
    }
    await school.part(Sessions).end(client.id, ids[1]!, 'revoked');
    const first = await client.get('/me/sessions?limit=2&withTotal=true');
    expect(first.body.data.map(({ id }: { id: string }) => id)).toEqual([ids[0], ids[2]]);
    expect(first.body.page).toMatchObject({ hasMore: true, total: 4 });
    const second = await client.get(`/me/sessions?limit=2&cursor=${first.body.page.nextCursor}`);
    expect(second.body.data.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toEqual([false, true]);
    expect(second.body.page).toEqual({ hasMore: false, nextCursor: null });
  });

  test('tells the device', async () => {
    const { username } = await register(school);
    const { body } = await signIn(school, username, goodPassword, { 'user-agent': 'x'.repeat(300) });
    const list = await school.visitor.get('/me/sessions', { authorization: `Bearer ${body.accessToken}` });
    expect(list.body.data[0]).toMatchObject({ isCurrent: true, userAgent: 'x'.repeat(200), address: '127.0.0.1' });
  });

  test('can be ended there, by its owner only', async () => {
    const [{ client, accessToken, refreshToken }, other] = [await person(), await school.student()];
    expect(await works(accessToken)).toBe(true);
    const path = `/me/sessions/${sessionOf(refreshToken)}`;
    expect((await other.delete(path)).body).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
    expect(await works(accessToken)).toBe(true);
    const twins = await Promise.all([client.delete(path), client.delete(path)]);
    expect(statusesOf(twins)).toEqual([204, 404]);
    expect([await works(accessToken), (await refresh(refreshToken)).status]).toEqual([false, 401]);
    expect((await client.delete(path)).status).toBe(404);
  });

  test.each([['7'], ['not-a-uuid'], ['00000000-0000-4000-8000-00000000000']])('%s is no id', async (id) => {
    const client = await school.student();
    expect((await client.delete(`/me/sessions/${id}`)).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/path/id' }],
    });
  });
});

describe('the job that clears up', () => {
  const sessions = async (userId: number) =>
    (await school.database.row({ n: int }, 'SELECT count(*) AS n FROM users_session WHERE user_id = $1', [userId]))!.n;

  test('forgets old attempts to sign in, and only those', async () => {
    const attempts = async () =>
      (await school.database.row({ n: int }, 'SELECT count(*) AS n FROM users_loginattempt'))!.n;
    await signIn(school, 'nobody', 'a wrong password');
    await school.job('users:expire-sessions');
    expect(await attempts()).toBeGreaterThan(0);
    later(school, 3_700);
    await school.job('users:expire-sessions');
    expect(await attempts()).toBe(0);
  });

  test('removes what ended 30 days ago, and leaves what stands or ended since', async () => {
    const client = await school.student();
    const all = school.part(Sessions);
    await all.end(client.id, sessionOf((await all.open(client.id)).refreshToken), 'logout');
    later(school, 30 * 86_400 - 60);
    await all.open(client.id);
    await school.job('users:expire-sessions');
    expect(await sessions(client.id)).toBe(3);
    later(school, 120);
    expect(await school.job('users:expire-sessions')).toMatchObject({ sessions: expect.any(Number) });
    expect(await sessions(client.id)).toBe(2);
    later(school, 30 * 86_400);
    await school.job('users:expire-sessions');
    expect(await sessions(client.id)).toBe(1);
  });
});
