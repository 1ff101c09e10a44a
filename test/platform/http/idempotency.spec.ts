import { IdempotencyRecords } from '../../../src/platform/http/idempotency/idempotency-records';
import { openGallery, sending, type Gallery } from './gallery';

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery.app.close());

const hang = (title: string, key: string, headers: Record<string, string> = {}) =>
  gallery.ask(sending('POST', '/api/v1/paintings', { title }, { 'idempotency-key': key, ...headers }));

describe('an Idempotency-Key', () => {
  test('a repeated request with the same key gets the same response and has no second effect', async () => {
    const first = await hang('Poppies', 'a');
    const calls = gallery.controller.calls;
    const again = await hang('Poppies', 'a');
    expect([again.statusCode, again.payload]).toEqual([201, first.payload]);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
    expect(gallery.controller.calls).toBe(calls);
    expect(await gallery.hung()).toEqual(['Poppies']);
  });

  test('a body with other white space or member order counts as the same request', async () => {
    const first = await gallery.ask(
      sending('POST', '/api/v1/paintings', '{"title":"Barn","year":1}', { 'idempotency-key': 'o' }),
    );
    const again = await gallery.ask(
      sending('POST', '/api/v1/paintings', '{ "year":1, "title":"Barn" }', { 'idempotency-key': 'o' }),
    );
    expect(again.payload).toBe(first.payload);
  });

  const remove = (id: number, key: string) =>
    gallery.ask({ method: 'DELETE', url: `/api/v1/paintings/${id}`, headers: { 'idempotency-key': key } });

  test('a request with the same key and another body is refused with 409', async () => {
    await hang('Haystacks', 'b');
    expect((await hang('Cathedral', 'b')).json()).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await gallery.hung()).not.toContain('Cathedral');
  });

  test('a request with the same key and another URL is refused with 409', async () => {
    expect((await remove(3, 'h')).statusCode).toBe(204);
    expect((await remove(5, 'h')).json()).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
    expect((await gallery.ask({ url: '/api/v1/paintings/5' })).statusCode).toBe(200);
  });

  test('two users can use the same Idempotency-Key for different requests', async () => {
    await hang('Sunrise', 'c');
    const response = await hang('Sunset', 'c', { authorization: '2' });
    expect([response.statusCode, response.headers['idempotency-replayed']]).toEqual([201, undefined]);
  });

  test('a response without a body is replayed too', async () => {
    expect((await remove(4, 'd')).statusCode).toBe(204);
    const again = await remove(4, 'd');
    expect([again.statusCode, again.headers['idempotency-replayed']]).toEqual([204, 'true']);
  });

  test('a failed request leaves no data and can be repeated with the same key', async () => {
    expect((await hang('taken', 'e')).statusCode).toBe(409);
    expect(await gallery.hung()).not.toContain('taken');
    const calls = gallery.controller.calls;
    expect((await hang('taken', 'e')).json().code).toBe('TITLE_TAKEN');
    expect(gallery.controller.calls).toBe(calls + 1);
  });

  test('twenty concurrent duplicates have one effect and get twenty equal responses', async () => {
    const calls = gallery.controller.calls;
    const responses = await Promise.all(Array.from({ length: 20 }, () => hang('Bridge', 'f')));
    expect(new Set(responses.map((response) => `${response.statusCode} ${response.payload}`)).size).toBe(1);
    expect(responses.filter((response) => !response.headers['idempotency-replayed'])).toHaveLength(1);
    expect(gallery.controller.calls).toBe(calls + 1);
  });

  test.each([[''], ['a b'], ['ä'], ['x'.repeat(256)]])('the Idempotency-Key %j is refused with 422', async (key) => {
    const response = await hang('Nothing', key);
    expect(response.json()).toMatchObject({ status: 422, errors: [{ pointer: '/header/idempotency-key' }] });
  });

  test('a key can be used for a new request after its record is deleted', async () => {
    await hang('Garden', 'g');
    const records = gallery.app.get(IdempotencyRecords);
    expect(await records.deleteOlderThan(new Date(Date.now() - 60_000))).toBe(0);
    expect(await records.deleteOlderThan(new Date(Date.now() + 60_000))).toBeGreaterThan(0);
    expect((await hang('Garden again', 'g')).headers['idempotency-replayed']).toBeUndefined();
  });
});
