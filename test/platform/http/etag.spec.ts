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

describe('what people edit carries its version', () => {
  test('a reader who has the current copy is told so', async () => {
    const { headers, payload } = await read();
    expect(headers.etag).toMatch(/^"v1-[\w-]{16}"$/);
    const again = await read({ 'if-none-match': `"other", W/${headers.etag}` });
    expect([again.statusCode, again.payload, again.headers.etag]).toEqual([304, '', headers.etag]);
    expect((await read({ 'if-none-match': '"v1-other"' })).payload).toBe(payload);
  });

  test('an edit of what has changed since is refused, an edit of the current version is not', async () => {
    const { etag } = (await read()).headers as { etag: string };
    const renamed = await rename('First', { 'if-match': etag });
    expect(renamed.headers.etag).toMatch(/^"v2-/);
    const late = await rename('Second', { 'if-match': etag });
    expect(late.json()).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
    expect((await read()).json().title).toBe('First');
    expect((await rename('Third', { 'if-match': String(renamed.headers.etag) })).statusCode).toBe(200);
  });

  test('only the version part counts, so that a counter in the body does not spoil an edit', async () => {
    const { version } = (await read()).json();
    expect((await rename('Fourth', { 'if-match': `"v${version}-madeUpHash"` })).statusCode).toBe(200);
  });

  test.each([['"v999999999999999"'], ['"v2147483648-a"'], ['"v0"'], ['"v01"'], ['"other"'], ['""']])(
    'If-Match %j, which is nothing we gave, is a failed precondition',
    async (header) => {
      expect((await rename('Never', { 'if-match': header })).json()).toMatchObject({
        ...{ status: 412, code: 'PRECONDITION_FAILED' },
      });
    },
  );

  test.each([['rubbish'], ['W/"v1-a"'], ['"v1-a", "v2-b"']])('If-Match %j is refused', async (header) => {
    const answer = await rename('Never', { 'if-match': header });
    expect(answer.json()).toMatchObject({ status: 422, errors: [{ pointer: '/header/if-match' }] });
  });

  test('without If-Match, or with *, the last one wins', async () => {
    expect((await rename('Fifth')).statusCode).toBe(200);
    expect((await rename('Sixth', { 'if-match': '*' })).statusCode).toBe(200);
  });
});

describe('every other JSON answer of a GET', () => {
  test('has a weak tag and is kept by its reader only', async () => {
    const { headers } = await read({}, '/api/v1/paintings');
    expect([headers.etag, headers['cache-control']]).toEqual([expect.stringMatching(/^W\/"/), 'private, no-cache']);
    expect((await read({ 'if-none-match': String(headers.etag) }, '/api/v1/paintings')).statusCode).toBe(304);
  });

  test('a HEAD is tagged like its GET', async () => {
    const answer = await gallery.ask({ method: 'HEAD', url });
    expect([answer.payload, answer.headers.etag]).toEqual(['', (await read()).headers.etag]);
  });

  test('an error is neither tagged nor kept', async () => {
    const { headers } = await read({}, '/api/v1/paintings/99');
    expect([headers.etag, headers['cache-control']]).toEqual([undefined, 'no-store']);
  });

  test('a write that has taken effect is never answered 304', async () => {
    expect((await rename('Seventh', { 'if-none-match': '*' })).statusCode).toBe(200);
  });
});
