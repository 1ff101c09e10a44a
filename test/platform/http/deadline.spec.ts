import { once } from 'node:events';
import { EventEmitter } from 'node:events';
import { openGallery, sending, type Gallery } from './gallery';

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery({ REQUEST_TIMEOUT_MS: '150' });
});
afterAll(() => gallery.app.close());
afterEach(() => jest.restoreAllMocks());

const paintings = '/api/v1/paintings';

test.each([[{}], [{ 'idempotency-key': 'slow' }]])(
  'a request whose time is over is answered 503 and, with the headers %j, commits nothing afterwards',
  async (headers: Record<string, string>) => {
    const weather = new EventEmitter();
    const failed = jest.spyOn(gallery.database, 'transaction');
    gallery.controller.dry = once(weather, 'sun');
    const answer = await gallery.ask(sending('POST', paintings, { title: 'slow' }, headers));
    expect(answer.json()).toMatchObject({ status: 503, code: 'REQUEST_TIMEOUT' });
    expect(answer.headers['retry-after']).toBe('5');
    weather.emit('sun');
    await Promise.allSettled(failed.mock.results.map(({ value }) => value as Promise<unknown>));
    gallery.controller.dry = Promise.resolve();
    // Its key is free again: the next try takes effect.
    const again = await gallery.ask(sending('POST', paintings, { title: 'slow' }, { 'idempotency-key': 'slow' }));
    expect([again.statusCode, again.headers['idempotency-replayed']]).toEqual([201, undefined]);
  },
);
