import { setTimeout as sleep } from 'node:timers/promises';
import { Notifier } from '../../src/modules/notifications';
import { NotificationFeed } from '../../src/modules/notifications/feed/notification-feed';
import { Incidents } from '../../src/operations/monitoring/incidents';
import { QueryStatistics } from '../../src/operations/monitoring/queries/query-statistics';
import { testEngine } from '../support/database-url';
import { EventSource, type ReceivedEvent } from '../support/event-source';
import { School, type Client } from '../support/school';

let school: School;
let url: string;
const sources: EventSource[] = [];

beforeAll(async () => {
  school = await School.open();
  await school.app.listen(0, '127.0.0.1');
  url = await school.app.getUrl();
});
afterEach(() => {
  for (const source of sources.splice(0)) source.close();
});
afterAll(() => school.close());

async function listen(person: Client, lastEventId?: number | string): Promise<EventSource> {
  const source = await EventSource.open(url, person.token, lastEventId);
  sources.push(source);
  return source;
}

let notificationCount = 0;
const notify = (person: Client, message: string): Promise<number> =>
  school.database.transaction(() =>
    school
      .part(Notifier)
      .notify([{ userId: person.id, type: 'exercise_graded', message, dedupeKey: `live:${++notificationCount}` }]),
  );

const messagesOf = (events: { data: { message: string } }[]): string[] => events.map(({ data }) => data.message);

it('a stream sends a new notification of its person and none of other people', async () => {
  const [ada, ben] = [await school.student(), await school.student()];
  await notify(ada, 'before');
  const [adasStream, bensStream] = [await listen(ada), await listen(ben)];
  expect(adasStream).toMatchObject({ status: 200, received: [] });
  expect(adasStream.headers.get('content-type')).toBe('text/event-stream');
  await notify(ada, 'Well drawn');
  const [event] = await adasStream.waitFor(1);
  const { data } = (await ada.get('/me/notifications?limit=1')).body;
  expect(event).toEqual({ id: data[0].id, event: 'notification', data: data[0] });
  expect(bensStream.received).toEqual([]);
});

it('the statements of a stream belong to a scope of their own and are not counted as repetitions of a request', async () => {
  const ada = await school.student();
  const adasStream = await listen(ada);
  for (let index = 1; index <= 6; index++) {
    await notify(ada, `notification ${index}`);
    await adasStream.waitFor(index);
  }
  expect([...school.part(Incidents).repetitions.values()].map(({ route }) => route)).toEqual([]);
  const reads = [...school.part(QueryStatistics).statements.values()].filter(
    ({ series, text }) => series.has('live streams') && text.includes('notifications_notification'),
  );
  expect(reads).toHaveLength(1);
});

it('a stream does not send a notification whose transaction was rolled back', async () => {
  const ada = await school.student();
  const adasStream = await listen(ada);
  await school.database
    .transaction(async () => {
      await notify(ada, 'A slip');
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  await notify(ada, 'Meant');
  expect(messagesOf(await adasStream.waitFor(1))).toEqual(['Meant']);
});

it('an announcement reaches every open stream', async () => {
  const [ada, ben] = [await school.student(), await school.student()];
  const streams = [await listen(ada), await listen(ben)];
  const announcement = { title: 'Break', message: 'The studio is closed', audience: 'all' };
  expect((await (await school.admin()).post('/notifications/announcements', announcement)).status).toBe(201);
  for (const source of streams) expect(messagesOf(await source.waitFor(1))).toEqual(['The studio is closed']);
});

it('a stream with Last-Event-ID continues after that event and does not send older notifications', async () => {
  const ada = await school.student();
  await school.database.transaction(async () => {
    for (let index = 0; index < 120; index++) await notify(ada, `history ${index}`);
  });
  const adasStream = await listen(ada);
  await notify(ada, 'one');
  const id = (await adasStream.waitFor(1))[0]!.id!;
  adasStream.close();
  await school.database.transaction(() =>
    school.database.run("UPDATE notifications_notification SET created_at = $1 WHERE message LIKE 'history%'", [
      new Date('2026-01-01'),
    ]),
  );
  for (const message of ['two', 'three']) await notify(ada, message);
  const reopenedStream = await listen(ada, id);
  expect(messagesOf(await reopenedStream.waitFor(2))).toEqual(['two', 'three']);
  await notify(ada, 'four');
  expect(messagesOf(await reopenedStream.waitFor(3))).toEqual(['two', 'three', 'four']);
});

it('a stream with Last-Event-ID repeats notifications of the last seconds because one may have been committed late', async () => {
  const ada = await school.student();
  const adasStream = await listen(ada);
  for (const message of ['one', 'two']) await notify(ada, message);
  const events = await adasStream.waitFor(2);
  expect(messagesOf(await (await listen(ada, events[1]!.id!)).waitFor(1))).toEqual(['one']);
});

it('a stream sends a notification that was committed after one with a greater id', async () => {
  if (testEngine() === 'sqlite') return; // SQLite has a single writer, so commits come in the order of the ids.
  const ada = await school.student();
  const adasStream = await listen(ada);
  let allowCommit!: () => void;
  const commitAllowed = new Promise<void>((resolve) => (allowCommit = resolve));
  let reportInsert!: () => void;
  const inserted = new Promise<void>((resolve) => (reportInsert = resolve));
  const olderRow = school.database.transaction(async () => {
    await school.database.run(
      `INSERT INTO notifications_notification (user_id, notification_type, title, message, created_at)
       VALUES ($1, 'exercise_graded', 'Older', 'older', $2)`,
      [ada.id, school.clock.now()],
    );
    reportInsert();
    await commitAllowed;
  });
  await inserted;
  await notify(ada, 'younger');
  expect(messagesOf(await adasStream.waitFor(1))).toEqual(['younger']);
  allowCommit();
  await olderRow;
  await notify(ada, 'youngest');
  expect(messagesOf(await adasStream.waitFor(3))).toEqual(['younger', 'older', 'youngest']);
});

it('the sixth stream of a person ends the oldest with the event `closed`, and the other five continue', async () => {
  const ada = await school.student();
  const streams: EventSource[] = [];
  for (let index = 0; index < 6; index++) streams.push(await listen(ada));
  expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  const [oldest, ...others] = streams;
  const closed = { id: null, event: 'closed', data: { reason: 'too_many_streams' } };
  expect(await oldest!.waitForEnd(2_000)).toEqual([closed]);
  await notify(ada, 'Well drawn');
  for (const stream of others) expect(messagesOf(await stream.waitFor(1))).toEqual(['Well drawn']);
  expect(oldest!.received).toEqual([closed]);
});

it('eight streams of a person that are opened at the same moment leave five open', async () => {
  const ada = await school.student();
  const streams = await Promise.all(Array.from({ length: 8 }, () => listen(ada)));
  expect(streams.map(({ status }) => status)).toEqual(Array(8).fill(200));
  await notify(ada, 'Well drawn');
  const deadlineMs = Date.now() + 5_000;
  while (streams.filter(({ received }) => received.length > 0).length < 8 && Date.now() < deadlineMs) await sleep(10);
  const names = streams.flatMap(({ received }) => received.map(({ event }) => event));
  expect(names.toSorted()).toEqual([...Array(3).fill('closed'), ...Array(5).fill('notification')]);
});

it('refuses an invalid Last-Event-ID with 422 and an invalid token with 401', async () => {
  const ada = await school.student();
  expect(await listen(ada, 'yesterday')).toMatchObject({ status: 422, problem: { code: 'VALIDATION_FAILED' } });
  expect(await EventSource.open(url, 'no token')).toMatchObject({ status: 401 });
});

it('a stream ends as soon as its session ends and sends no later notification', async () => {
  const ada = await school.student();
  const adasStream = await listen(ada);
  await notify(ada, 'before');
  await adasStream.waitFor(1);
  expect((await ada.post('/auth/logout')).status).toBe(204);
  await notify(ada, 'after');
  await adasStream.waitForEnd(2_000);
  expect(messagesOf(adasStream.received)).toEqual(['before']);
});

it('a stream ends as soon as the account is closed', async () => {
  const [ada, admin] = [await school.student(), await school.admin()];
  const adasStream = await listen(ada);
  expect((await admin.delete(`/users/${ada.id}/activation`)).status).toBe(200);
  await adasStream.waitForEnd(2_000);
  expect((await listen(ada)).status).toBe(401);
});

it('refuses a stream with 401 if the session ends while the stream is opened', async () => {
  const ada = await school.student();
  const feed = jest.spyOn(NotificationFeed.prototype, 'startAtLatest').mockImplementationOnce(async () => {
    await ada.post('/auth/logout');
  });
  expect(await listen(ada)).toMatchObject({ status: 401, problem: { code: 'UNAUTHENTICATED' } });
  feed.mockRestore();
});

/** Reconnects like a browser until a stream has sent an event. */
async function reconnectUntilEvent(client: Client, lastId: number): Promise<ReceivedEvent[]> {
  for (;;) {
    const stream = await listen(client, lastId);
    const events = await Promise.race([stream.waitFor(1), stream.waitForEnd()]);
    if (events.length > 0) return events;
  }
}

it('after another session of the person ends, a client can reconnect and receives the events that it missed', async () => {
  const ada = await school.student();
  const otherSession = await school.signedIn(ada);
  const adasStream = await listen(otherSession);
  await notify(ada, 'one');
  const [event] = await adasStream.waitFor(1);
  await ada.post('/auth/logout');
  await adasStream.waitForEnd(2_000);
  await notify(ada, 'two');
  expect(messagesOf(await reconnectUntilEvent(otherSession, event!.id!))).toContain('two');
});

it('the application ends its streams at shutdown and does not wait for the clients', async () => {
  const stopping = await School.open();
  await stopping.app.listen(0, '127.0.0.1');
  const ada = await stopping.student();
  const adasStream = await EventSource.open(await stopping.app.getUrl(), ada.token);
  const startedMs = Date.now();
  await stopping.close();
  await adasStream.waitForEnd(1_000);
  expect(Date.now() - startedMs).toBeLessThan(3_000);
});
