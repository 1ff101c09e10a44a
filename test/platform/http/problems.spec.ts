import { gzipSync } from 'node:zlib';
import { parseJsonBody } from '../../../src/platform/http/server/json-body';
import { translate } from '../../../src/platform/http/problems/translate-error';
import { openGallery, sending, type Gallery } from './gallery';

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery.app.close());

const paintings = '/api/v1/paintings';

describe('a refused request', () => {
  test('a domain error is sent with its code, status, detail, own members and trace id', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const response = await gallery.ask(sending('POST', paintings, { title: 'taken' }, { traceparent }));
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.headers['x-trace-id']).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(response.json()).toEqual({
      type: '/docs/problems#TITLE_TAKEN',
      title: 'Another painting has this title',
      status: 409,
      code: 'TITLE_TAKEN',
      detail: 'Choose another.',
      takenBy: [1],
      traceId: '0af7651916cd43dd8448eb211c80319c',
    });
  });

  test.each([
    ['a body that breaks its schema', { title: '', year: 1.5, price: 3 }, ['/body/title', '/body/year', '/body/price']],
    ['a number beyond the safe integers', '{"title":"x","year":9007199254740993}', ['/body/year']],
    ['a list instead of an object', [], ['/body']],
    ['no body', '', ['/body']],
    ['U+0000 in a text', { title: 'a\0b' }, ['/body/title']],
    ['U+0000 in a name', { 'a\0': 1 }, ['/body/a\0']],
    ['a lone surrogate', '{"title":"\\ud800"}', ['/body/title']],
    ['the name __proto__', '{"title":"x","__proto__":{"admin":true}}', ['/body/__proto__']],
    ['a name with a slash', { title: 'x', 'a/b~c': 1 }, ['/body/a~1b~0c']],
    ['too deep nesting', `{"title":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, [`/body/title${'/0'.repeat(19)}`]],
    ['too many members in one list', { title: Array.from({ length: 20_000 }, () => 1) }, ['/body']],
    ['too many members in many lists', { title: Array.from({ length: 200 }, () => Array(101).fill(1)) }, ['/body']],
  ])('a request with %s gets a 422 with a pointer', async (_, body, pointers) => {
    const response = await gallery.ask(sending('POST', paintings, body));
    expect([response.statusCode, response.json().code]).toEqual([422, 'VALIDATION_FAILED']);
    expect(response.json().errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers);
  });

  test.each([
    ['?limit=0&colour=red&withTotal=yes', ['/query/limit', '/query/withTotal', '/query/colour']],
    ['?limit=1&limit=2', ['/query/limit']],
    ['?title=%00', ['/query/title']],
    ['?cursor=rubbish', ['/query/cursor']],
    ['/07', ['/path/id']],
    ['/7e0', ['/path/id']],
    ['/9007199254740993', ['/path/id']],
    ['/%00', ['/path']],
    [`/${'9'.repeat(300)}`, ['/path']],
  ])('GET /paintings%s gets a 422 with a pointer', async (address, pointers) => {
    const response = await gallery.ask({ url: paintings + address });
    expect(response.statusCode).toBe(422);
    expect(response.json().errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers);
  });

  test.each(['__proto__', 'constructor', 'prototype'])(
    'a body with the member name %s is refused at any depth',
    (name) => {
      expect(() => parseJsonBody(`{"answers":[{"${name}":1}]}`)).toThrow('The request is not valid');
    },
  );

  test('a response lists at most fifty errors', async () => {
    const body = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`wrong${i}`, i]));
    expect((await gallery.ask(sending('POST', paintings, body))).json().errors).toHaveLength(50);
  });

  test.each([
    ['incomplete JSON', 'application/json', '{"title":', 400, 'MALFORMED_JSON'],
    ['bytes that are not UTF-8', 'application/json', Buffer.from([0x22, 0xff, 0x22]), 400, 'MALFORMED_JSON'],
    ['a body over the limit', 'application/json', `{"title":"${'x'.repeat(1_048_577)}"}`, 413, 'BODY_TOO_LARGE'],
    ['a form', 'application/x-www-form-urlencoded', 'title=x', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['plain text', 'text/plain', '{"title":"x"}', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['no media type at all', 'rubbish', 'x', 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('a request with %s is refused', async (_, type, payload, status, code) => {
    const response = await gallery.ask({ method: 'POST', url: paintings, headers: { 'content-type': type }, payload });
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
  });

  test('a compressed body is not read, because a small one could become very large', async () => {
    const payload = gzipSync('{"title":"x"}');
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const response = await gallery.ask({ method: 'POST', url: paintings, headers, payload });
    expect(response.json()).toMatchObject({ status: 400, code: 'MALFORMED_JSON' });
  });

  test('an invalid percent-encoding gets a 400, an unknown path a 404, and an unsupported method a 405', async () => {
    expect((await gallery.ask({ url: `${paintings}/%zz` })).json()).toMatchObject({
      status: 400,
      code: 'MALFORMED_REQUEST',
    });
    expect((await gallery.ask({ url: '/api/v1/statues' })).json()).toMatchObject({
      status: 404,
      code: 'ROUTE_NOT_FOUND',
    });
    const response = await gallery.ask({ method: 'PUT', url: `${paintings}/7` });
    expect(response.json()).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(response.headers.allow).toBe('DELETE, GET, HEAD, PATCH');
  });

  test('a request without a token gets a 401', async () => {
    const response = await gallery.ask({ url: paintings, headers: { authorization: '' } });
    expect([response.statusCode, response.json().code, response.headers['www-authenticate']]).toEqual([
      401,
      'UNAUTHENTICATED',
      'Bearer',
    ]);
  });

  test('an internal error does not reveal its cause', async () => {
    const server = gallery.app.getHttpAdapter().getInstance();
    const response = await server.inject(sending('POST', paintings, { title: 'broken' }, { authorization: '1' }));
    expect(response.json()).toEqual({
      type: '/docs/problems#INTERNAL',
      title: 'An internal error occurred',
      status: 500,
      code: 'INTERNAL',
      traceId: response.headers['x-trace-id'],
    });
  });
});

describe('health', () => {
  test('the health checks are public, have no prefix, and respond 503 when the database is unreachable', async () => {
    expect((await gallery.ask({ url: '/health/live', headers: { authorization: '' } })).json()).toEqual({
      status: 'ok',
    });
    expect((await gallery.ask({ url: '/health/ready' })).statusCode).toBe(200);
    const ping = jest.spyOn(gallery.database, 'ping').mockRejectedValueOnce(new Error('connection refused'));
    const response = await gallery.ask({ url: '/health/ready' });
    expect(response.json()).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE' });
    expect(response.headers['retry-after']).toBe('2');
    expect(response.payload).not.toContain('refused');
    ping.mockRestore();
  });

  test('/health/ready responds 503 within two seconds when the database does not respond', async () => {
    const ping = jest.spyOn(gallery.database, 'ping').mockReturnValue(new Promise(() => undefined));
    const started = performance.now();
    const responses = await Promise.all([1, 2].map(() => gallery.ask({ url: '/health/ready' })));
    for (const response of responses)
      expect(response.json()).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE' });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(ping).toHaveBeenCalledTimes(1);
    ping.mockRestore();
  });
});

describe('a client that disconnects', () => {
  test('a client that disconnects in the middle of a body causes no internal error', () => {
    const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 });
    expect(translate(aborted).code).toBe('MALFORMED_REQUEST');
    expect(translate(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })).code).toBe('INTERNAL');
  });
});
