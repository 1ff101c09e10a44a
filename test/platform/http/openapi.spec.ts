import type { InjectOptions } from 'fastify';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { requireDescribedTags } from '../../../src/platform/http/openapi/documented-routes';
import { emitDocument } from '../../../src/platform/http/openapi/openapi';
import { validateResponse, type ReceivedResponse, type Contract } from '../../support/contract';
import { findGaps } from './openapi-gaps';
import { openGallery, tags, type Gallery } from './gallery';

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security?: object[];
  responses: Record<string, { content: Record<string, { examples: object }> }>;
}
interface Document extends Contract {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: {
    responses: Record<string, { content: Record<string, { examples: object }> }>;
    schemas: Record<string, { required?: string[]; additionalProperties?: boolean }>;
  };
}
const alphabetic = (a: string, b: string): number => a.localeCompare(b);

const operationAt = (path: string, method: string): Operation => document.paths[`/api/v1${path}`]![method]!;

let gallery: Gallery;
let document: Document;
beforeAll(async () => {
  gallery = await openGallery();
  document = gallery.document as Document;
});
afterAll(() => gallery.app.close());

describe('the OpenAPI document', () => {
  test('the document is OpenAPI 3.1 and identical each time it is built', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(emitDocument(gallery.app, tags)).toBe(emitDocument(gallery.app, tags));
  });

  test('every operation has a unique operationId, a summary and one tag', () => {
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    expect(operations.map((operation) => operation.operationId).toSorted(alphabetic)).toEqual([
      'befriendGallery',
      'checkLiveness',
      'checkReadiness',
      'createPainting',
      'deletePainting',
      'getPainting',
      'listPaintings',
      'renamePainting',
      'showTicket',
    ]);
    expect(operations.every((operation) => operation.summary && operation.tags.length === 1)).toBe(true);
  });

  test('every $ref in the document resolves', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1]!.split('/'));
    expect(refs.length).toBeGreaterThan(50);
    const resolve = (steps: string[]): unknown =>
      steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], document);
    const unresolved = refs.filter((steps) => resolve(steps) === undefined);
    expect(unresolved).toEqual([]);
  });

  test('a route lists its own errors and the errors of the platform', () => {
    const create = operationAt('/paintings', 'post').responses;
    const one = operationAt('/paintings/{id}', 'get').responses;
    expect(Object.keys(create)).toEqual(['201', '400', '401', '403', '409', '413', '415', '422', '429', '500', '503']);
    expect(Object.keys(one)).toEqual(['200', '304', '400', '401', '403', '404', '422', '429', '500', '503']);
    const { $ref } = create[409] as unknown as { $ref: string };
    const refusals = document.components.responses[$ref.split('/').at(-1)!]!;
    expect(Object.keys(refusals.content['application/problem+json']!.examples)).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
      'TITLE_TAKEN',
    ]);
  });

  test('a public route requires no token in the document', () => {
    expect(operationAt('/tickets', 'post').security).toEqual([]);
    // Its 401 is an error of its own, not that of the guard.
    expect(operationAt('/tickets', 'post').responses[401]).toEqual({
      $ref: '#/components/responses/TicketRefusedProblem',
    });
    expect(operationAt('/paintings', 'get').security).toBeUndefined();
  });

  test('a request schema omits defaults from required, and a response schema requires every member', () => {
    const { NewPainting, Painting } = document.components.schemas;
    expect([NewPainting?.required, NewPainting?.additionalProperties]).toEqual([['title'], false]);
    expect(Painting?.required).toEqual(['id', 'title', 'version']);
  });

  test('the document has no gaps, and a missing example is found', () => {
    expect(findGaps(document)).toEqual([]);
    const bare = structuredClone(document);
    delete (bare.components.schemas.NewPainting as { examples?: unknown }).examples;
    expect(findGaps(bare)).toContain('POST /api/v1/paintings: NewPainting has no example');
  });

  test('a tag without a description stops the start', () => {
    expect(() => requireDescribedTags(gallery.app, { Paintings: 'What hangs' })).toThrow('Tickets');
  });
});

describe('the documentation pages', () => {
  test('/docs loads Swagger UI from files of this server, with a policy that allows no inline script', async () => {
    const page = await gallery.ask({ url: '/docs' });
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(page.payload).not.toMatch(/<script(?![^>]*src=)/);
    const files = [...page.payload.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1]!);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect([file, (await gallery.ask({ url: file })).statusCode]).toEqual([file, 200]);
  });

  test('/docs/problems has an anchor for the type of each problem', async () => {
    const { payload } = await gallery.ask({ url: '/docs/problems' });
    for (const code of ['TITLE_TAKEN', 'ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED', 'HEADERS_TOO_LARGE'])
      expect(payload).toContain(`id="${code}"`);
  });

  test('/openapi.json serves the OpenAPI document', async () => {
    expect((await gallery.ask({ url: '/openapi.json' })).json()).toEqual(JSON.parse(emitDocument(gallery.app, tags)));
  });
});

describe('checking a response against the contract', () => {
  const good: ReceivedResponse = {
    method: 'GET',
    url: '/api/v1/paintings/7?x=1',
    status: 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-trace-id': 'a',
      'ratelimit-limit': '1',
      'ratelimit-remaining': '1',
      'ratelimit-reset': '1',
      etag: '"v1-a"',
    },
    body: { id: 7, title: 'x', version: 1 },
  };
  const problem = {
    type: '/docs/problems#PAINTING_NOT_FOUND',
    title: 'There is no such painting',
    status: 404,
    code: 'PAINTING_NOT_FOUND',
    traceId: 'a',
  };
  const refusal = { status: 404, headers: { ...good.headers, 'content-type': 'application/problem+json' } };
  const check = (change: Partial<ReceivedResponse>) => () => validateResponse(document, { ...good, ...change });

  test('a response that matches the document passes the contract check', () => {
    expect(check({})).not.toThrow();
    expect(check({ ...refusal, body: problem })).not.toThrow();
  });

  test.each<[string, Partial<ReceivedResponse>, string]>([
    ['an undocumented route', { url: '/api/v1/statues' }, 'route is not documented'],
    ['an undocumented method', { method: 'PUT' }, 'route is not documented'],
    ['an undocumented status', { status: 202 }, 'status is not documented'],
    ['a status that is always a bug', { status: 500 }, 'always a bug'],
    ['another media type', { headers: { ...good.headers, 'content-type': 'text/html' } }, 'media type'],
    ['a missing header', { headers: { ...good.headers, etag: undefined } }, 'ETag'],
    ['an undocumented member', { body: { ...(good.body as object), secret: 1 } }, 'secret'],
    ['a missing member', { body: { id: 7, title: 'x' } }, 'version'],
    ['a member of another type', { body: { id: '7', title: 'x', version: 1 } }, '/id'],
    ['no body', { body: undefined }, 'must be object'],
    ['an error code that the route does not list', { ...refusal, body: { ...problem, code: 'TITLE_TAKEN' } }, '/code'],
    ['a problem with an undocumented member', { ...refusal, body: { ...problem, sql: 'SELECT' } }, 'unevaluated'],
  ])('the contract check finds %s', (_, change, fault) => {
    expect(check(change)).toThrow(fault);
  });
});

describe('the documentation of a school', () => {
  const inject = (request: InjectOptions) => gallery.app.getHttpAdapter().getInstance().inject(request);

  test.each([['/'], ['/docs/']])('%s leads to the documentation', async (url) => {
    const response = await inject({ url });
    expect([response.statusCode, response.headers.location]).toEqual([302, '/docs']);
  });

  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('/openapi.json is sent compressed with %s to a client that accepts it', async (encoding, decompress) => {
    const plain = await inject({ url: '/openapi.json' });
    const response = await inject({ url: '/openapi.json', headers: { 'accept-encoding': encoding } });
    expect(response.headers.vary).toContain('accept-encoding');
    expect([response.headers['content-encoding'], plain.headers['content-encoding']]).toEqual([encoding, undefined]);
    expect(response.headers.etag).toBe(plain.headers.etag);
    expect(response.rawPayload.length * 3).toBeLessThan(plain.rawPayload.length);
    expect(decompress(response.rawPayload).toString()).toBe(plain.payload);
  });

  test('HEAD of a compressed response has no length, because the length of the text would be wrong', async () => {
    const head = (headers = {}) => inject({ method: 'HEAD', url: '/openapi.json', headers });
    const compressed = await head({ 'accept-encoding': 'gzip, br' });
    expect([compressed.statusCode, compressed.payload]).toEqual([200, '']);
    expect(compressed.headers).toMatchObject({ vary: 'accept-encoding', etag: expect.any(String) });
    expect(compressed.headers).not.toHaveProperty('content-length');
    const plain = await inject({ url: '/openapi.json' });
    for (const headers of [{}, { 'accept-encoding': 'identity' }])
      expect((await head(headers)).headers['content-length']).toBe(plain.headers['content-length']);
  });

  test('a HEAD with the ETag of a short response gets 304, and not an error', async () => {
    const paintings = { url: '/api/v1/paintings', headers: { authorization: '1' } };
    const { etag } = (await inject(paintings)).headers;
    const headers = { ...paintings.headers, 'if-none-match': String(etag) };
    const response = await inject({ ...paintings, method: 'HEAD', headers });
    expect([response.statusCode, response.headers.etag, response.payload]).toEqual([304, etag, '']);
  });

  test('a 304 has the Vary header of the 200, and a short response has none', async () => {
    const { etag, vary } = (await inject({ url: '/openapi.json' })).headers;
    for (const method of ['GET', 'HEAD'] as const) {
      const unchanged = await inject({ method, url: '/openapi.json', headers: { 'if-none-match': String(etag) } });
      expect([unchanged.statusCode, unchanged.headers.vary, vary]).toEqual([304, 'accept-encoding', 'accept-encoding']);
      expect(unchanged.headers).not.toHaveProperty('content-length');
    }
    const short = await inject({ url: '/health/live', headers: { 'accept-encoding': 'br' } });
    expect([short.statusCode, short.headers.vary]).toEqual([200, undefined]);
  });
});
