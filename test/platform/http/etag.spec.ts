import { openGallery, sending, type Gallery } from './gallery';

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery.app.close());

const url = '/api/v1/paintings/1';
const read = (headers: Record<string, string> = {}, address = url) => gallery.ask({ url: address, headers });
const rename = (title: string, headers: Record<string, string> = {}) =>
  gallery.ask(sending('PATCH', url, { title }, headers));

describe('a versioned resource', () => {
  test('a GET with the current ETag gets a 304', async () => {
    const { headers, payload } = await read();
    expect(headers.etag).toMatch(/^"v1-[\w-]{16}"$/);
    const again = await read({ 'if-none-match': `"other", W/${headers.etag}` });
    expect([again.statusCode, again.payload, again.headers.etag]).toEqual([304, '', headers.etag]);
    expect((await read({ 'if-none-match': '"v1-other"' })).payload).toBe(payload);
  });

  test('an edit of an old version is refused with 412, and an edit of the current version succeeds', async () => {
    const { etag } = (await read()).headers as { etag: string };
    const renamed = await rename('First', { 'if-match': etag });
    expect(renamed.headers.etag).toMatch(/^"v2-/);
    const late = await rename('Second', { 'if-match': etag });
    expect(late.json()).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
    expect((await read()).json().title).toBe('First');
    expect((await rename('Third', { 'if-match': String(renamed.headers.etag) })).statusCode).toBe(200);
  });

  test('If-Match compares only the version, so that a changed counter in the body does not refuse an edit', async () => {
    const { version } = (await read()).json();
    expect((await rename('Fourth', { 'if-match': `"v${version}-madeUpHash"` })).statusCode).toBe(200);
  });

  test.each([
    ['"v999999999999999"'],
    ['"v2147483648-a"'],
    ['"v0"'],
    ['"v01"'],
    ['"other"'],
    ['""'],
    ['W/"v1-a"'],
    ['"x", W/"v1"'],
  ])('If-Match %j, which names no version of the resource, is refused with 412', async (header) => {
    expect((await rename('Never', { 'if-match': header })).json()).toMatchObject({
      status: 412,
      code: 'PRECONDITION_FAILED',
    });
  });

  test.each([['rubbish'], ['v1'], ['"v1-a" "v2-b"'], ['"v1-a",']])(
    'If-Match %j, which is not a list of ETags, is refused with 422',
    async (header) => {
      const response = await rename('Never', { 'if-match': header });
      expect(response.json()).toMatchObject({ status: 422, errors: [{ pointer: '/header/if-match' }] });
    },
  );

  test('an edit is accepted if one ETag of a list names the current version', async () => {
    const { version } = (await read()).json();
    expect((await rename('Listed', { 'if-match': `"other", "v${version - 1}-a" , "v${version}-b"` })).statusCode).toBe(
      200,
    );
    expect((await rename('Never', { 'if-match': `"other", "v${version - 1}-a"` })).statusCode).toBe(412);
  });

  test('an edit without If-Match, or with *, overwrites any version', async () => {
    expect((await rename('Fifth')).statusCode).toBe(200);
    expect((await rename('Sixth', { 'if-match': '*' })).statusCode).toBe(200);
  });
});

describe('other JSON responses', () => {
  test('a GET of a list has a weak ETag and may be cached only privately', async () => {
    const { headers } = await read({}, '/api/v1/paintings');
    expect([headers.etag, headers['cache-control']]).toEqual([expect.stringMatching(/^W\/"/), 'private, no-cache']);
    expect((await read({ 'if-none-match': String(headers.etag) }, '/api/v1/paintings')).statusCode).toBe(304);
  });

  test('a HEAD has the same ETag as its GET', async () => {
    const response = await gallery.ask({ method: 'HEAD', url });
    expect([response.payload, response.headers.etag]).toEqual(['', (await read()).headers.etag]);
  });

  test('an error has no ETag and must not be cached', async () => {
    const { headers } = await read({}, '/api/v1/paintings/99');
    expect([headers.etag, headers['cache-control']]).toEqual([undefined, 'no-store']);
  });

  test('a PATCH with If-None-Match takes effect and gets no 304', async () => {
    expect((await rename('Seventh', { 'if-none-match': '*' })).statusCode).toBe(200);
  });
});
