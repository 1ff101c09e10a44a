import { IdempotencyRecords } from '../../../src/platform/http/idempotency-records';
import { openGallery, sending, type Gallery } from './gallery';

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery.app.close());

const hang = (title: string, key: string, headers: Record<string, string> = {}) =>
  gallery.ask(sending('POST', '/api/v1/paintings', { title }, { 'idempotency-key': key, ...headers }));

describe('a key is good for one effect', () => {
  test('the same request again gets the same answer, and no second effect', async () => {
    const first = await hang('Poppies', 'a');
    const calls = gallery.controller.calls;
    const again = await hang('Poppies', 'a');
    expect([again.statusCode, again.payload]).toEqual([201, first.payload]);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
    expect(gallery.controller.calls).toBe(calls);
    expect(await gallery.hung()).toEqual(['Poppies']);
  });

  test('the order of the members and white space do not make another request', async () => {
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

  test('another body under the same key is refused', async () => {
    await hang('Haystacks', 'b');
    expect((await hang('Cathedral', 'b')).json()).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await gallery.hung()).not.toContain('Cathedral');
  });

  test('another address under the same key is refused', async () => {
    expect((await remove(3, 'h')).statusCode).toBe(204);
    expect((await remove(5, 'h')).json()).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
    expect((await gallery.ask({ url: '/api/v1/paintings/5' })).statusCode).toBe(200);
  });

  test('another person may use the same key', async () => {
    await hang('Sunrise', 'c');
    const answer = await hang('Sunset', 'c', { authorization: '2' });
    expect([answer.statusCode, answer.headers['idempotency-replayed']]).toEqual([201, undefined]);
  });

  test('an answer without a body is replayed too', async () => {
    expect((await remove(4, 'd')).statusCode).toBe(204);
    const again = await remove(4, 'd');
    expect([again.statusCode, again.headers['idempotency-replayed']]).toEqual([204, 'true']);
  });

  test('work that failed leaves nothing and may be tried again', async () => {
    expect((await hang('taken', 'e')).statusCode).toBe(409);
    expect(await gallery.hung()).not.toContain('taken');
    const calls = gallery.controller.calls;
    expect((await hang('taken', 'e')).json().code).toBe('TITLE_TAKEN');
    expect(gallery.controller.calls).toBe(calls + 1);
  });

  test('twenty twins at once: one effect, twenty equal answers', async () => {
    const calls = gallery.controller.calls;
    const answers = await Promise.all(Array.from({ length: 20 }, () => hang('Bridge', 'f')));
    expect(new Set(answers.map((answer) => `${answer.statusCode} ${answer.payload}`)).size).toBe(1);
    expect(answers.filter((answer) => !answer.headers['idempotency-replayed'])).toHaveLength(1);
    expect(gallery.controller.calls).toBe(calls + 1);
  });

  test.each([[''], ['a b'], ['ä'], ['x'.repeat(256)]])('the key %j is refused', async (key) => {
    const answer = await hang('Nothing', key);
    expect(answer.json()).toMatchObject({ status: 422, errors: [{ pointer: '/header/idempotency-key' }] });
  });

  test('a forgotten key is new again', async () => {
    await hang('Garden', 'g');
    const records = gallery.app.get(IdempotencyRecords);
    expect(await records.deleteOlderThan(new Date(Date.now() - 60_000))).toBe(0);
    expect(await records.deleteOlderThan(new Date(Date.now() + 60_000))).toBeGreaterThan(0);
    expect((await hang('Garden again', 'g')).headers['idempotency-replayed']).toBeUndefined();
  });
});
