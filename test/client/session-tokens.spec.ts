import { memoryTokens, ProblemError, type TokenStore } from 'teoart-client';
import type { Client } from '../support/school';
import { linesOf, ListeningSchool, type ClientFetch, type RecordedClient } from './client-fixtures';

let listening: ListeningSchool;
let anna: Client;
beforeAll(async () => {
  listening = await ListeningSchool.open();
  anna = await listening.school.student();
});
afterAll(() => listening.close());

/** Makes the stored access token one that expires at once, so that the next request refreshes it. */
async function expire(tokens: TokenStore): Promise<void> {
  await tokens.write({ ...(await tokens.read())!, expiresAt: new Date().toISOString() });
}

const refreshesOf = ({ sent }: RecordedClient): number => sent.filter(({ path }) => path === '/auth/refresh').length;

it('ten requests at the same moment share one refresh of an expired access token', async () => {
  const client = await listening.clientOf(anna);
  await expire(client.tokens);
  const people = await Promise.all(Array.from({ length: 10 }, () => client.api.getMe()));
  expect(people.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, () => anna.id));
  expect(refreshesOf(client)).toBe(1);
});

it('ten requests whose access token the server refuses share one refresh, and each is sent again', async () => {
  const client = await listening.clientOf(anna);
  await client.tokens.write({ ...(await client.tokens.read())!, accessToken: 'refused' });
  await Promise.all(Array.from({ length: 10 }, () => client.api.getMe()));
  expect(refreshesOf(client)).toBe(1);
  expect(linesOf(client.sent).filter((line) => line === 'GET /me 401')).toHaveLength(10);
  expect(linesOf(client.sent).filter((line) => line === 'GET /me 200')).toHaveLength(10);
});

it('two tabs that share their tokens do not use a refresh token twice', async () => {
  const first = await listening.clientOf(anna);
  const second = listening.recordedClient({ tokens: first.tokens });
  await first.tokens.write({ ...(await first.tokens.read())!, accessToken: 'refused' });
  await first.api.getMe();
  await second.api.getMe();
  expect([refreshesOf(first), refreshesOf(second)]).toEqual([1, 0]);
});

it('a sign-in stores the tokens, and a sign-out deletes them and ends the session', async () => {
  let endCount = 0;
  const client = listening.recordedClient({ onSessionEnd: () => endCount++ });
  const password = 'boats in the early fog';
  await client.api.register({ body: { username: 'carla', email: 'carla@school.test', password, role: 'student' } });
  const { username } = await client.api.getMe();
  expect(username).toBe('carla');
  const before = (await client.api.session.tokens())!;
  await client.api.signOut();
  expect(await client.api.session.tokens()).toBeNull();
  expect(endCount).toBe(1);
  const late = listening.recordedClient({ tokens: memoryTokens(before) });
  expect(await late.api.getMe.try()).toMatchObject({ ok: false, problem: { code: 'UNAUTHENTICATED' } });
});

it('a session that was ended elsewhere is forgotten once, and the call fails with UNAUTHENTICATED', async () => {
  let endCount = 0;
  const client = await listening.clientOf(anna, { onSessionEnd: () => endCount++ });
  const elsewhere = await listening.clientOf(anna);
  for (const { id, isCurrent } of (await elsewhere.api.listMySessions()).data)
    if (!isCurrent) await elsewhere.api.endSession({ id });
  const outcomes = await Promise.all([client.api.getMe.try(), client.api.getMyCoins.try(), client.api.getMe.try()]);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ ok: false, problem: { code: 'UNAUTHENTICATED' } });
  expect(await client.tokens.read()).toBeNull();
  expect(endCount).toBe(1);
});

it('a refresh that fails with 503 keeps the tokens, and the call reports the problem', async () => {
  const busy = new Response('{"code":"DATABASE_UNAVAILABLE","title":"The database cannot be reached","status":503}', {
    status: 503,
    headers: { 'content-type': 'application/problem+json' },
  });
  const fetchBusy: ClientFetch = async (url, init) => (url.endsWith('/auth/refresh') ? busy.clone() : fetch(url, init));
  const client = await listening.clientOf(anna, { fetch: fetchBusy });
  await expire(client.tokens);
  await expect(client.api.getMe()).rejects.toThrow(ProblemError);
  expect(await client.api.getMe.try()).toMatchObject({ problem: { code: 'DATABASE_UNAVAILABLE' } });
  expect(await client.tokens.read()).not.toBeNull();
});

it('a refresh whose response is lost is asked for again, and the session continues', async () => {
  let lostCount = 0;
  const losingFetch: ClientFetch = async (url, init) => {
    const response = await fetch(url, init);
    if (!url.endsWith('/auth/refresh') || lostCount++ > 0) return response;
    throw new TypeError('The connection was lost');
  };
  const client = await listening.clientOf(anna, { fetch: losingFetch });
  await expire(client.tokens);
  await client.api.getMe();
  expect(refreshesOf(client)).toBe(2);
  await expire(client.tokens);
  await client.api.getMe();
});
