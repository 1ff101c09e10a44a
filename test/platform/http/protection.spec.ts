import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Config } from '../../../src/platform/config/config';
import { School } from '../../support/school';
import { openGallery, sending, TicketsController, type Gallery } from './gallery';

const url = '/api/v1/paintings';
let gallery: Gallery;

describe('security headers', () => {
  beforeAll(async () => {
    gallery = await openGallery({ CORS_ORIGINS: 'https://school.example' });
  });
  afterAll(() => gallery.app.close());

  test.each([[url], ['/api/v1/nowhere'], [`${url}/%zz`]])(
    'the response to %s may load and run nothing in a browser',
    async (address) => {
      const { headers } = await gallery.ask({ url: address });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
    },
  );

  test('CORS allows only the listed origins to read a response', async () => {
    const from = async (origin: string) => (await gallery.ask({ url, headers: { origin } })).headers;
    expect((await from('https://school.example'))['access-control-allow-origin']).toBe('https://school.example');
    expect((await from('https://school.example.evil.example'))['access-control-allow-origin']).toBeUndefined();
  });

  test('a page of another origin may read the headers that a client needs', async () => {
    const { headers } = await gallery.ask({ url, headers: { origin: 'https://school.example' } });
    const exposed = String(headers['access-control-expose-headers']).split(', ');
    const needed = ['Content-Disposition', 'Date', 'ETag', 'Location', 'Retry-After', 'X-Trace-Id'];
    expect(exposed).toEqual(expect.arrayContaining(needed));
  });

  test('X-Forwarded-Proto is ignored when no proxy is trusted', async () => {
    const response = await gallery.ask({ url, headers: { 'x-forwarded-proto': 'https' } });
    expect(response.headers['strict-transport-security']).toBeUndefined();
  });
});

describe('with an https PUBLIC_URL', () => {
  let port: number;
  beforeAll(async () => {
    gallery = await openGallery({ PUBLIC_URL: 'https://school.example' });
    await gallery.app.listen(0, '127.0.0.1');
    ({ port } = gallery.app.getHttpServer().address() as AddressInfo);
  });
  afterAll(() => gallery.app.close());

  async function exchange(head: string, body = ''): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.end(`${head.replaceAll('\n', '\r\n')}\r\n\r\n${body}`);
    return text(socket);
  }

  test.each([[url], ['/api/v1/nowhere'], [`${url}/%zz`]])(
    'the response to %s has the HSTS header, also if the proxy does not forward the protocol',
    async (address) => {
      const { headers } = await gallery.ask({ url: address });
      expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    },
  );

  test('TRACE is refused and repeats nothing of the request', async () => {
    const response = await exchange(`TRACE ${url} HTTP/1.1\nHost: a\nConnection: close\nX-Secret: from-a-proxy`);
    expect(response).toMatch(/^HTTP\/1\.1 405 /);
    expect(response).not.toContain('from-a-proxy');
  });

  test.each([
    ['both a length and chunks', 'Content-Length: 4\nTransfer-Encoding: chunked'],
    ['two lengths', 'Content-Length: 4\nContent-Length: 5'],
    ['an encoding that is not the last', 'Transfer-Encoding: chunked, identity'],
    ['a space before the colon', 'Transfer-Encoding : chunked'],
  ])('a request with %s is refused as a whole, so that no second request hides in it', async (_, headers) => {
    const hidden = `0\r\n\r\nGET ${url} HTTP/1.1\r\nHost: a\r\n\r\n`;
    const response = await exchange(
      `POST ${url} HTTP/1.1\nHost: a\nContent-Type: application/json\n${headers}`,
      hidden,
    );
    expect(response.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 400']);
    expect(response).toMatch(/\r\nx-content-type-options: nosniff\r\n/);
    expect(response).toMatch(/\r\nstrict-transport-security: max-age=31536000/);
    expect(response).toMatch(/\r\n\r\n\{.*"code":"MALFORMED_REQUEST"/);
  });
});

describe('CORS without CORS_ORIGINS', () => {
  const isListed = (environment: Record<string, string>, origin: string): boolean => {
    const { corsOrigins } = new Config(environment);
    return corsOrigins.some((allowed) => (typeof allowed === 'string' ? allowed === origin : allowed.test(origin)));
  };
  const production = {
    ...{ NODE_ENV: 'production', AUTH_SECRET: 'm8Ywq3Zr0KpX5uTnE7vBcLsD2fGhJk9a', TRUST_PROXY_HOPS: '0' },
    ...{ PUBLIC_URL: 'https://school.example' },
  };

  test.each([
    ['development', {}, 'http://localhost:5173', true],
    ['development', {}, 'http://127.0.0.1:8080', true],
    ['development', {}, 'https://localhost.evil.example', false],
    ['development', {}, 'http://evil.example', false],
    ['development with a list', { CORS_ORIGINS: 'https://a.example' }, 'http://localhost:5173', false],
    ['production', production, 'http://localhost:5173', false],
  ])(
    'the origins of CORS in %s with %j contain %s: %s',
    (_, environment: Record<string, string>, origin, isAllowed) => {
      expect(isListed(environment, origin)).toBe(isAllowed);
    },
  );

  test('in development the server lets a page of another port of this machine read a response', async () => {
    const local = await openGallery({ NODE_ENV: 'development' });
    const headers = { origin: 'http://localhost:5173', 'access-control-request-method': 'PATCH' };
    const { statusCode, headers: received } = await local.app
      .getHttpAdapter()
      .getInstance()
      .inject({ method: 'OPTIONS', url, headers });
    expect([statusCode, received['access-control-allow-origin']]).toEqual([204, 'http://localhost:5173']);
    await local.app.close();
  });
});

describe('OPTIONS', () => {
  const preflight = { origin: 'https://front.example', 'access-control-request-method': 'PATCH' };
  const corsHeaders = (headers: object): string[] =>
    Object.keys(headers).filter((name) => name.startsWith('access-control-'));
  afterEach(() => gallery.app.close());
  const options = (address: string, headers = {}) =>
    gallery.app.getHttpAdapter().getInstance().inject({ method: 'OPTIONS', url: address, headers });

  test('without an allowed origin, a preflight request gets 204 with the methods of the path and no CORS header', async () => {
    gallery = await openGallery();
    for (const headers of [preflight, {}]) {
      const response = await options(`${url}/7`, headers);
      expect([response.statusCode, response.headers.allow]).toEqual([204, 'DELETE, GET, HEAD, PATCH, OPTIONS']);
      expect([response.payload, corsHeaders(response.headers)]).toEqual(['', []]);
    }
    const unknown = await options('/api/v1/nowhere', preflight);
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'ROUTE_NOT_FOUND']);
  });

  test('with an allowed origin, its preflight request gets the CORS headers, and another request gets none', async () => {
    gallery = await openGallery({ CORS_ORIGINS: 'https://front.example' });
    const { headers, statusCode } = await options(`${url}/7`, {
      ...preflight,
      'access-control-request-headers': 'authorization,idempotency-key,if-match',
    });
    expect(statusCode).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://front.example',
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'authorization,idempotency-key,if-match',
      'access-control-max-age': '600',
    });
    const other = await options(`${url}/7`, { ...preflight, origin: 'https://other.example' });
    expect([other.statusCode, other.headers['access-control-allow-origin']]).toEqual([204, undefined]);
    const plain = await options(`${url}/7`);
    expect([plain.statusCode, plain.headers.allow]).toEqual([204, 'DELETE, GET, HEAD, PATCH, OPTIONS']);
  });
});

describe('behind one proxy', () => {
  beforeAll(async () => {
    gallery = await openGallery({
      ...{ TRUST_PROXY_HOPS: '1', CREDENTIAL_RATE_LIMIT_PER_MINUTE: '2', REGISTRATION_LIMIT_PER_HOUR: '30' },
    });
  });
  afterAll(() => gallery.app.close());

  const ask = async (path: string, from: string, login: string, password: string) =>
    gallery.ask(sending('POST', `/api/v1/tickets${path}`, { login, password }, { 'x-forwarded-for': from }));
  const show = async (from: string, login = 'stranger', password = 'guessed') =>
    (await ask('', from, login, password)).statusCode;
  const befriend = async (from: string, password = 'right') =>
    (await ask('/season', from, 'friend', password)).statusCode;

  test('one trusted proxy: only the address that the proxy appended is used', async () => {
    expect([await show('203.0.113.1'), await show('203.0.113.1')]).toEqual([401, 401]);
    const refused = await ask('', '203.0.113.1', 'stranger', 'guessed');
    expect(refused.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(await show('203.0.113.2')).toBe(401);
    // The caller's own value stands left of the proxy's value and must not count as another client.
    expect(await show('198.51.100.77, 203.0.113.1')).toBe(429);
  });

  test('a request that reached the proxy by HTTPS gets the HSTS header', async () => {
    const response = await gallery.ask({ url, headers: { 'x-forwarded-proto': 'https' } });
    expect(response.headers['strict-transport-security']).toMatch(/^max-age=/);
  });

  test('the addresses of one IPv6 /64 are counted together', async () => {
    expect([await show('2001:db8::1'), await show('2001:db8::2'), await show('2001:db8::3')]).toEqual([401, 401, 429]);
  });

  test('the networks of one IPv6 /48 together have ten times the limit of one network', async () => {
    const statuses = [];
    for (let network = 0; network < 30; network++) statuses.push(await show(`2001:db8:48:${network}::1`));
    expect(statuses).toEqual([...Array<number>(20).fill(401), ...Array<number>(10).fill(429)]);
    expect(await show('2001:db8:49::1')).toBe(401);
  });

  test('thirty successful sign-ins from one address are not counted, and a wrong password is', async () => {
    for (let pupil = 0; pupil < 30; pupil++) expect(await show('192.0.2.7', `pupil${pupil}`, 'right')).toBe(204);
    expect(await show('192.0.2.7')).toBe(401);
  });

  test('concurrent guesses pass no more often than sequential ones, and correct passwords are not counted', async () => {
    const atOnce = (password: string) =>
      Promise.all(Array.from({ length: 10 }, (_, index) => ask('', '192.0.2.9', `burst${index}`, password)));
    const right = await atOnce('right');
    expect(right.map(({ statusCode }) => statusCode).toSorted()).toEqual([204, 204, ...Array<number>(8).fill(429)]);
    expect(right.find(({ statusCode }) => statusCode === 429)!.headers['retry-after']).toBe('1');
    const wrong = (await atOnce('guessed')).map(({ statusCode }) => statusCode);
    // Two of the names have signed in from here by now, so that they are not limited.
    expect(wrong.toSorted()).toEqual([...Array<number>(4).fill(401), ...Array<number>(6).fill(429)]);
    expect(await show('192.0.2.9')).toBe(429);
  });

  test('a known name is recognised in any ASCII letter case, and other letters do not match', async () => {
    expect(await show('192.0.2.10', 'Kelvin', 'right')).toBe(204);
    for (let guess = 0; guess < 2; guess++) await show('192.0.2.10', `nonsense${guess}`);
    expect([await show('192.0.2.10', 'kELVIN', 'right'), await show('192.0.2.10', '\u212Aelvin', 'right')]).toEqual([
      204, 429,
    ]);
  });

  test('wrong guesses do not limit a user who has signed in from the same network before', async () => {
    expect(await show('192.0.2.8', 'giulia', 'right')).toBe(204);
    for (let guess = 0; guess < 3; guess++) await show('192.0.2.8', `nonsense${guess}`);
    expect(await show('192.0.2.8', 'Giulia', 'right')).toBe(204);
    expect(await show('192.0.2.8', 'somebody else', 'right')).toBe(429);
  });

  test('thirty concurrent registrations from one network pass, further ones are refused, and a failed one is not counted', async () => {
    expect(await befriend('192.0.2.30', 'wrong')).toBe(401);
    const statuses = await Promise.all(Array.from({ length: 40 }, () => befriend('192.0.2.30')));
    expect(statuses.filter((status) => status === 204)).toHaveLength(30);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    const refused = await ask('/season', '192.0.2.30', 'friend', 'right');
    expect(refused.json().detail).toMatch(/^Too many registrations from this network within an hour\./);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3_000);
  });
});

describe('a client that disconnects', () => {
  beforeAll(async () => {
    gallery = await openGallery({ REGISTRATION_LIMIT_PER_HOUR: '3' });
    await gallery.app.listen(0, '127.0.0.1');
  });
  afterAll(() => gallery.app.close());

  test('a registration counts even if the client disconnects before the response', async () => {
    const { waiting } = gallery.app.get(TicketsController);
    const server = gallery.app.getHttpServer();
    const { port } = server.address() as AddressInfo;
    const body = JSON.stringify({ login: 'waits at the door', password: 'right' });
    const request = `POST /api/v1/tickets/season HTTP/1.1\r\nhost: gallery\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const callers = [1, 2, 3].map(() => connect(port, '127.0.0.1').on('error', () => undefined));
    for (const caller of callers) caller.write(request);
    await until(() => waiting.length === 3);
    const left = Promise.all(callers.map((caller) => once(caller, 'close')));
    for (const caller of callers) caller.destroy();
    await left;
    await until(async () => (await promisify(server.getConnections.bind(server))()) === 0);
    for (const enter of waiting) enter();
    await new Promise(setImmediate);
    const response = await gallery.ask(sending('POST', '/api/v1/tickets/season', { login: 'next', password: 'right' }));
    expect(response.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(3_000);
  });
});

/** Within ten seconds. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await isSo()); await sleep(5))
    if (Date.now() > end) throw new Error('It did not come to that');
}

describe('the general rate limit', () => {
  beforeAll(async () => {
    gallery = await openGallery({ RATE_LIMIT_PER_MINUTE: '3' });
  });
  afterAll(() => gallery.app.close());

  test('the general limit counts down in the headers, then refuses, and counts health checks separately', async () => {
    const left = async () => (await gallery.ask({ url })).headers['ratelimit-remaining'];
    expect([await left(), await left(), await left()]).toEqual(['2', '1', '0']);
    expect((await gallery.ask({ url })).statusCode).toBe(429);
    for (let i = 0; i < 3; i++) expect((await gallery.ask({ url: '/health/ready' })).statusCode).toBe(200);
    expect((await gallery.ask({ url: '/health/ready' })).statusCode).toBe(429);
  });
});

describe('users behind one address', () => {
  let school: School;
  beforeAll(async () => {
    school = await School.open({ environment: { RATE_LIMIT_PER_MINUTE: '3' } });
  });
  afterAll(() => school.close());

  const read = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await school.app.inject({ url: '/api/v1/courses', headers })).statusCode;
  };

  test('each signed-in user has a limit of their own, and a forged token counts as an anonymous client', async () => {
    const [first, second] = [await school.student(), await school.student()];
    expect([await read(), await read('Bearer made.up.token'), await read(), await read()]).toEqual([
      200, 401, 200, 429,
    ]);
    expect(await read(`Bearer ${first.token}x`)).toBe(429);
    for (const { token } of [first, second])
      expect([await read(`Bearer ${token}`), await read(`bearer  ${token}`), await read(`Bearer ${token}`)]).toEqual([
        200, 200, 200,
      ]);
    expect(await read(`Bearer ${first.token}`)).toBe(429);
  });
});

describe('a school with documentation and operations pages turned off', () => {
  test.each([
    ['/docs'],
    ['/docs/problems'],
    ['/docs/start.js'],
    ['/openapi.json'],
    ['/operations'],
    ['/operations/page.js'],
  ])('%s responds 404 when the pages are turned off', async (page) => {
    school ??= await School.open({ environment: { DOCS_PAGE: 'off', OPERATIONS_PAGE: 'off' } });
    expect((await school.app.inject(page)).json()).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
    expect((await school.app.inject('/api/v1/courses')).statusCode).toBe(200);
  });
  let school: School | undefined;
  afterAll(() => school?.close());
});
