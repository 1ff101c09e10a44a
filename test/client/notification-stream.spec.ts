import { Notifier } from '../../src/modules/notifications';
import type { Client } from '../support/school';
import { collect, ListeningSchool, type RecordedClient } from './client-fixtures';

let listening: ListeningSchool;
let anna: Client;
beforeAll(async () => {
  listening = await ListeningSchool.open();
  anna = await listening.school.student();
});
afterAll(() => listening.close());

let notificationCount = 0;
function notify(...messages: string[]): Promise<unknown> {
  const drafts = messages.map((message) => {
    const dedupeKey = `stream:${++notificationCount}`;
    return { userId: anna.id, type: 'exercise_graded', message, dedupeKey };
  });
  return listening.school.database.transaction(() => listening.school.part(Notifier).notify(drafts));
}

/** The ids that the client sent as Last-Event-ID. */
const resumedFrom = ({ sent }: RecordedClient): number[] =>
  sent.filter(({ path }) => path.endsWith('/stream')).map(({ headers }) => Number(headers.get('last-event-id')));

it('the stream continues after a cut connection, and gives each notification once', async () => {
  const client = await listening.clientOf(anna, { baseUrl: listening.urlOfProxy });
  const stop = new AbortController();
  const messages: string[] = [];
  let connectionCount = 0;
  const onConnect = (): void => {
    connectionCount++;
  };
  await notify('one');
  for await (const event of client.api.streamNotifications({ lastEventId: 0, signal: stop.signal, onConnect })) {
    if (!('message' in event)) throw new Error('The server closed the stream');
    messages.push(event.message);
    if (event.message === 'one') {
      listening.proxy.cutAll();
      await notify('two', 'three');
    }
    if (event.message === 'three') stop.abort();
  }
  expect(messages).toEqual(['one', 'two', 'three']);
  expect(connectionCount).toBe(2);
  const [first, second] = resumedFrom(client);
  expect(first).toBe(0);
  expect(second).toBeGreaterThan(0);
});

it('the stream ends quietly when its signal is aborted before a notification arrives', async () => {
  const client = await listening.clientOf(anna);
  const stop = new AbortController();
  const { data } = await client.api.listMyNotifications();
  const lastEventId = data[0]!.id;
  const stream = client.api.streamNotifications({ lastEventId, signal: stop.signal, onConnect: () => stop.abort() });
  expect(await collect(stream)).toEqual([]);
});

it('a loop that is left ends its connection, so that an older stream is not ended by the limit', async () => {
  const client = await listening.clientOf(anna);
  const { data } = await client.api.listMyNotifications();
  const lastEventId = data[0]!.id;
  const stop = new AbortController();
  let older!: Promise<unknown[]>;
  await new Promise<void>((connected) => {
    older = collect(client.api.streamNotifications({ lastEventId, signal: stop.signal, onConnect: connected }));
  });
  for (let count = 0; count < 7; count++)
    for await (const event of client.api.streamNotifications({ lastEventId: 0 })) {
      expect(event).toMatchObject({ message: 'one' });
      break;
    }
  stop.abort();
  expect(await older).not.toContainEqual({ reason: 'too_many_streams' });
});

it('the oldest of six streams ends with the reason, and does not connect again', async () => {
  const client = await listening.clientOf(anna);
  const { data } = await client.api.listMyNotifications();
  const lastEventId = data[0]!.id;
  const stop = new AbortController();
  const newer: Promise<unknown>[] = [];
  const openNewer = async (): Promise<void> => {
    for (let count = 0; count < 5; count++)
      await new Promise<void>((connected) => {
        newer.push(collect(client.api.streamNotifications({ lastEventId, signal: stop.signal, onConnect: connected })));
      });
  };
  const oldest = collect(client.api.streamNotifications({ lastEventId, onConnect: () => void openNewer() }));
  // The server sends the notifications of the last seconds again.
  expect((await oldest).at(-1)).toEqual({ reason: 'too_many_streams' });
  stop.abort();
  await Promise.all(newer);
  expect(client.sent.filter(({ path }) => path.endsWith('/stream'))).toHaveLength(6);
});

it('the stream of a visitor fails with UNAUTHENTICATED', async () => {
  const { api } = listening.recordedClient();
  const stream = api.streamNotifications({ lastEventId: 0 });
  await expect(collect(stream)).rejects.toMatchObject({ problem: { code: 'UNAUTHENTICATED' } });
});
