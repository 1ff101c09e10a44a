import { once, EventEmitter } from 'node:events';
import { openGallery, sending, type Gallery } from './gallery';

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery({ REQUEST_TIMEOUT_MS: '300' });
});
afterAll(() => gallery.app.close());
afterEach(() => jest.restoreAllMocks());

test.each([
  ['without a key', {}],
  ['with an Idempotency-Key', { 'idempotency-key': 'slow' }],
])(
  'a request %s that exceeds REQUEST_TIMEOUT_MS gets a 503 and commits nothing afterwards',
  async (title, headers: Record<string, string>) => {
    const weather = new EventEmitter();
    const transaction = jest.spyOn(gallery.database, 'transaction');
    gallery.controller.dry = once(weather, 'sun');
    const hang = () => gallery.ask(sending('POST', '/api/v1/paintings', { title: `slow ${title}` }, headers));
    const response = await hang();
    expect(response.json()).toMatchObject({ status: 503, code: 'REQUEST_TIMEOUT' });
    expect(response.headers['retry-after']).toBe('5');
    weather.emit('sun');
    await expect(transaction.mock.results[0]!.value).rejects.toThrow('same Idempotency-Key');
    expect(await gallery.hung()).not.toContain(`slow ${title}`);
    // A repeated request takes effect, even with the same key.
    gallery.controller.dry = Promise.resolve();
    const again = await hang();
    expect([again.statusCode, again.headers['idempotency-replayed']]).toEqual([201, undefined]);
  },
);
