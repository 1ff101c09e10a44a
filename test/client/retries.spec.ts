import type { Client } from '../support/school';
import { linesOf, ListeningSchool, type ClientFetch } from './client-fixtures';

let listening: ListeningSchool;
let anna: Client;
let ben: Client;
beforeAll(async () => {
  listening = await ListeningSchool.open();
  const { school } = listening;
  [anna, ben] = [await school.student(), await school.student()];
  const admin = await school.admin();
  await admin.post('/rewards/manual', { userId: anna.id, amount: 100, reason: 'To begin with' });
});
afterAll(() => listening.close());

const balanceOf = async (person: Client): Promise<number> => (await person.get('/me/coins')).body.balance;
const refusal = (status: number, headers: Record<string, string>): Response =>
  new Response(`{"code":"RATE_LIMITED","title":"Too many requests","status":${status}}`, { status, headers });

/** A fetch that gives these responses before it sends a request. */
function respondFirst(...responses: Response[]): ClientFetch {
  return async (url, init) => responses.shift() ?? fetch(url, init);
}

it('a transfer whose connection is cut after the request is sent again with the same key, and is booked once', async () => {
  const { api, sent } = await listening.clientOf(anna, { baseUrl: listening.urlOfProxy });
  let isCut = false;
  listening.proxy.watch = (bytes, from, pair) => {
    if (from === 'client' || isCut || !bytes.toString().startsWith('HTTP/1.1 201')) return true;
    isCut = true;
    pair.client.destroy();
    return false;
  };
  const before = await balanceOf(ben);
  const outcome = await api.transferCoins.try({ body: { recipientId: ben.id, amount: 7 } });
  expect(outcome).toMatchObject({ ok: true, data: { amount: 7 } });
  expect(outcome.ok && outcome.response.headers.get('idempotency-replayed')).toBe('true');
  expect(linesOf(sent)).toEqual(['POST /coins/transfers 0', 'POST /coins/transfers 201']);
  expect(new Set(sent.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
  expect(await balanceOf(ben)).toBe(before + 7);
});

it('a key from an error repeats the same transfer later, after all tries have failed', async () => {
  const lost = await listening.clientOf(anna, { fetch: async () => Promise.reject(new TypeError('no network')) });
  const gift = { body: { recipientId: ben.id, amount: 3 } };
  const outcome = await lost.api.transferCoins.try(gift);
  expect(outcome).toMatchObject({ ok: false, problem: { code: 'NO_RESPONSE', detail: 'no network' } });
  expect(lost.sent).toHaveLength(3);
  const before = await balanceOf(ben);
  const { api } = await listening.clientOf(anna);
  const { idempotencyKey } = (outcome as { error: { idempotencyKey: string } }).error;
  for (let count = 0; count < 2; count++) await api.transferCoins(gift, { idempotencyKey });
  expect(await balanceOf(ben)).toBe(before + 3);
});

it.each([429, 503])(
  'a transfer refused with %i and Retry-After is sent again after this time, with the same key',
  async (status) => {
    const { api, sent } = await listening.clientOf(anna, {
      fetch: respondFirst(refusal(status, { 'retry-after': '1' })),
    });
    const startedAt = Date.now();
    await api.transferCoins({ body: { recipientId: ben.id, amount: 1 } });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    expect(sent.map((request) => request.status)).toEqual([status, 201]);
    expect(sent[0]!.headers.get('idempotency-key')).toBe(sent[1]!.headers.get('idempotency-key'));
  },
);

it('a longer wait than the client accepts is not waited for: the call fails with the problem of the server', async () => {
  const { api, sent } = await listening.clientOf(anna, { fetch: respondFirst(refusal(429, { 'retry-after': '31' })) });
  expect(await api.getMe.try()).toMatchObject({ ok: false, problem: { code: 'RATE_LIMITED' } });
  expect(sent).toHaveLength(1);
});

it('requests that could have an effect twice are not sent again without a response', async () => {
  const { api, sent } = await listening.clientOf(anna, {
    fetch: async () => Promise.reject(new TypeError('no network')),
  });
  await api.updateMe.try({ body: { bio: 'Oil and egg.' } });
  await api.signIn.try({ body: { login: 'anna', password: 'wrong' } });
  expect(linesOf(sent)).toEqual(['PATCH /me 0', 'POST /auth/login 0']);
});

it('a call ends at once with the reason of its signal, also while it waits for the next try', async () => {
  const { api } = await listening.clientOf(anna, { fetch: respondFirst(refusal(429, { 'retry-after': '20' })) });
  const stop = new AbortController();
  const call = api.getMe({}, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('The page was left')), 100);
  await expect(call).rejects.toThrow('The page was left');
});

it('a server that does not answer within the timeout gives NO_RESPONSE', async () => {
  const { api } = await listening.clientOf(anna, { baseUrl: listening.urlOfProxy, retries: { maxTries: 1 } });
  listening.proxy.pause();
  const outcome = await api.getMe.try({}, { timeoutMs: 50 });
  listening.proxy.resume();
  expect(outcome).toMatchObject({ ok: false, problem: { code: 'NO_RESPONSE', status: 0 } });
});
