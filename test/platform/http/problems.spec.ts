import { parseJsonBody } from '../../../src/platform/http/json-body';
import { translate } from '../../../src/platform/http/translate-error';
import { openGallery, sending, type Gallery } from './gallery';

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery.app.close());

const paintings = '/api/v1/paintings';

describe('a refused request says what is wrong, in one form', () => {
  test('an error of the domain: code, status, detail, its own members, the trace id', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await gallery.ask(sending('POST', paintings, { title: 'taken' }, { traceparent }));
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['x-trace-id']).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(answer.json()).toEqual({
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
    ['half a surrogate pair', '{"title":"\\ud800"}', ['/body/title']],
    ['a poisoned prototype', '{"title":"x","__proto__":{"admin":true}}', ['/body/__proto__']],
    ['a name with a slash', { title: 'x', 'a/b~c': 1 }, ['/body/a~1b~0c']],
    ['nesting without end', `{"title":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, [`/body/title${'/0'.repeat(19)}`]],
    ['members without end', { title: Array.from({ length: 20_000 }, () => 1) }, ['/body']],
    ['many lists of many members', { title: Array.from({ length: 200 }, () => Array(101).fill(1)) }, ['/body']],
  ])('%s is 422 with a pointer', async (_, body, pointers) => {
    const answer = await gallery.ask(sending('POST', paintings, body));
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'VALIDATION_FAILED']);
    expect(answer.json().errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers);
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
  ])('%s is 422 with a pointer', async (address, pointers) => {
    const answer = await gallery.ask({ url: paintings + address });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers);
  });

  test.each(['__proto__', 'constructor', 'prototype'])('the name %s is refused also where names are free', (name) => {
    expect(() => parseJsonBody(`{"answers":[{"${name}":1}]}`)).toThrow('The request is not valid');
  });

  test('at most fifty errors, however much is wrong', async () => {
    const body = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`wrong${i}`, i]));
    expect((await gallery.ask(sending('POST', paintings, body))).json().errors).toHaveLength(50);
  });

  test.each([
    ['JSON that breaks off', 'application/json', '{"title":', 400, 'MALFORMED_JSON'],
    ['bytes that are not UTF-8', 'application/json', Buffer.from([0x22, 0xff, 0x22]), 400, 'MALFORMED_JSON'],
    ['a body over the limit', 'application/json', `{"title":"${'x'.repeat(1_048_577)}"}`, 413, 'BODY_TOO_LARGE'],
    ['a form', 'application/x-www-form-urlencoded', 'title=x', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['plain text', 'text/plain', '{"title":"x"}', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['no media type at all', 'rubbish', 'x', 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('%s', async (_, type, payload, status, code) => {
    const answer = await gallery.ask({ method: 'POST', url: paintings, headers: { 'content-type': type }, payload });
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });

  test('a broken percent-encoding, an unknown address, an unknown method', async () => {
    expect((await gallery.ask({ url: `${paintings}/%zz` })).json()).toMatchObject({
      status: 400,
      code: 'MALFORMED_REQUEST',
    });
    expect((await gallery.ask({ url: '/api/v1/statues' })).json()).toMatchObject({
      status: 404,
      code: 'ROUTE_NOT_FOUND',
    });
    const answer = await gallery.ask({ method: 'PUT', url: `${paintings}/7` });
    expect(answer.json()).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(answer.headers.allow).toBe('DELETE, GET, HEAD, PATCH');
  });

  test('nobody signed in', async () => {
    const answer = await gallery.ask({ url: paintings, headers: { authorization: '' } });
    expect([answer.statusCode, answer.json().code, answer.headers['www-authenticate']]).toEqual([
      401,
      'UNAUTHENTICATED',
      'Bearer',
    ]);
  });

  test('a defect of ours says nothing about itself', async () => {
    const server = gallery.app.getHttpAdapter().getInstance();
    const answer = await server.inject(sending('POST', paintings, { title: 'broken' }, { authorization: '1' }));
    expect(answer.json()).toEqual({
      type: '/docs/problems#INTERNAL',
      title: 'An internal error occurred',
      status: 500,
      code: 'INTERNAL',
      traceId: answer.headers['x-trace-id'],
    });
  });
});

describe('health', () => {
  test('is open, outside the prefix, and says when the database is gone', async () => {
    expect((await gallery.ask({ url: '/health/live', headers: { authorization: '' } })).json()).toEqual({
      status: 'ok',
    });
    expect((await gallery.ask({ url: '/health/ready' })).statusCode).toBe(200);
    const ping = jest.spyOn(gallery.database, 'ping').mockRejectedValueOnce(new Error('connection refused'));
    const answer = await gallery.ask({ url: '/health/ready' });
    expect(answer.json()).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE' });
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.payload).not.toContain('refused');
    ping.mockRestore();
  });

  test('says within two seconds that the database says nothing', async () => {
    const ping = jest.spyOn(gallery.database, 'ping').mockReturnValue(new Promise(() => undefined));
    const started = performance.now();
    const answers = await Promise.all([1, 2].map(() => gallery.ask({ url: '/health/ready' })));
    for (const answer of answers) expect(answer.json()).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE' });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(ping).toHaveBeenCalledTimes(1);
    ping.mockRestore();
  });
});

describe('a caller who goes away', () => {
  test('in the middle of a body is no defect of ours', () => {
    const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 });
    expect(translate(aborted).code).toBe('MALFORMED_REQUEST');
    expect(translate(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })).code).toBe('INTERNAL');
  });
});
