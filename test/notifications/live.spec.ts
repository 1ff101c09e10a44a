import { setTimeout as sleep } from 'node:timers/promises';
import { Notifier } from '../../src/modules/notifications';
import { NotificationFeed } from '../../src/modules/notifications/feed/notification-feed';
import { Incidents } from '../../src/operations/monitoring/incidents';
import { QueryStatistics } from '../../src/operations/monitoring/query-statistics';
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

let news = 0;
const tell = (person: Client, message: string): Promise<number> =>
  school.database.transaction(() =>
    school
      .part(Notifier)
      .notify([{ userId: person.id, type: 'exercise_graded', message, dedupeKey: `live:${++news}` }]),
  );

const messages = (heard: { data: { message: string } }[]): string[] => heard.map(({ data }) => data.message);

it('tells who listens of what is new, and nobody else', async () => {
  const [ada, ben] = [await school.student(), await school.student()];
  await tell(ada, 'before');
  const [hers, his] = [await listen(ada), await listen(ben)];
  expect(hers).toMatchObject({ status: 200, received: [] });
  expect(hers.headers.get('content-type')).toBe('text/event-stream');
  await tell(ada, 'Well drawn');
  const [event] = await hers.waitFor(1);
  const { data } = (await ada.get('/me/notifications?limit=1')).body;
  expect(event).toEqual({ id: data[0].id, event: 'notification', data: data[0] });
  expect(his.received).toEqual([]);
});

it('looks for its news in a scope of its own: no loop of the request that opened it, nor of one that has news', async () => {
  const ada = await school.student();
  const hers = await listen(ada);
  for (let at = 1; at <= 6; at++) {
    await tell(ada, `news ${at}`);
    await hers.waitFor(at);
  }
  expect([...school.part(Incidents).repetitions.values()].map(({ route }) => route)).toEqual([]);
  const looks = [...school.part(QueryStatistics).statements.values()].filter(
    ({ series, text }) => series.has('live streams') && text.includes('notifications_notification'),
  );
  expect(looks).toHaveLength(1);
});

it('says nothing of what is taken back', async () => {
  const ada = await school.student();
  const hers = await listen(ada);
  await school.database
    .transaction(async () => {
      await tell(ada, 'A slip');
      throw new Error('taken back');
    })
    .catch(() => undefined);
  await tell(ada, 'Meant');
  expect(messages(await hers.waitFor(1))).toEqual(['Meant']);
});

it('reaches everybody with an announcement', async () => {
  const [ada, ben] = [await school.student(), await school.student()];
  const both = [await listen(ada), await listen(ben)];
  const announcement = { title: 'Break', message: 'The studio is closed', audience: 'all' };
  expect((await (await school.admin()).post('/notifications/announcements', announcement)).status).toBe(201);
  for (const source of both) expect(messages(await source.waitFor(1))).toEqual(['The studio is closed']);
});

it('goes on after the last event that arrived, whatever lies before it', async () => {
  const ada = await school.student();
  await school.database.transaction(async () => {
    for (let at = 0; at < 120; at++) await tell(ada, `history ${at}`);
  });
  const hers = await listen(ada);
  await tell(ada, 'one');
  const id = (await hers.waitFor(1))[0]!.id;
  hers.close();
  await school.database.transaction(() =>
    school.database.run("UPDATE notifications_notification SET created_at = $1 WHERE message LIKE 'history%'", [
      new Date('2026-01-01'),
    ]),
  );
  for (const message of ['two', 'three']) await tell(ada, message);
  const again = await listen(ada, id);
  expect(messages(await again.waitFor(2))).toEqual(['two', 'three']);
  await tell(ada, 'four');
  expect(messages(await again.waitFor(3))).toEqual(['two', 'three', 'four']);
});

it('repeats the last seconds rather than lose what was committed late', async () => {
  const ada = await school.student();
  const hers = await listen(ada);
  for (const message of ['one', 'two']) await tell(ada, message);
  const heard = await hers.waitFor(2);
  expect(messages(await (await listen(ada, heard[1]!.id)).waitFor(1))).toEqual(['one']);
});

it('finds a row whose commit came after that of a younger one', async () => {
  if (testEngine() === 'sqlite') return; // One writer: commits come in the order of ids.
  const ada = await school.student();
  const hers = await listen(ada);
  let commit!: () => void;
  const committed = new Promise<void>((resolve) => (commit = resolve));
  let written!: () => void;
  const isWritten = new Promise<void>((resolve) => (written = resolve));
  const elder = school.database.transaction(async () => {
    await school.database.run(
      `INSERT INTO notifications_notification (user_id, notification_type, title, message, created_at)
       VALUES ($1, 'exercise_graded', 'Elder', 'elder', $2)`,
      [ada.id, school.clock.now()],
    );
    written();
    await committed;
  });
  await isWritten;
  await tell(ada, 'younger');
  expect(messages(await hers.waitFor(1))).toEqual(['younger']);
  commit();
  await elder;
  await tell(ada, 'youngest');
  expect(messages(await hers.waitFor(3))).toEqual(['younger', 'elder', 'youngest']);
});

it('gives a person five streams, and a new one when one is closed', async () => {
  const ada = await school.student();
  const five = await Promise.all(Array.from({ length: 5 }, () => listen(ada)));
  expect(five.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const refused = await listen(ada);
  expect(refused).toMatchObject({ status: 429, problem: { code: 'TOO_MANY_STREAMS' } });
  expect(refused.headers.get('retry-after')).toBe('30');
  five[0]!.close();
  let another = refused;
  for (const deadline = Date.now() + 5_000; another.status === 429 && Date.now() < deadline; await sleep(10))
    another = await listen(ada);
  expect(another.status).toBe(200);
});

it('refuses a last event id that is none, and a stranger', async () => {
  const ada = await school.student();
  expect(await listen(ada, 'yesterday')).toMatchObject({ status: 422, problem: { code: 'VALIDATION_FAILED' } });
  expect(await EventSource.open(url, 'no token')).toMatchObject({ status: 401 });
});

it('ends at once with its session, and delivers nothing that comes after', async () => {
  const ada = await school.student();
  const hers = await listen(ada);
  await tell(ada, 'before');
  await hers.waitFor(1);
  expect((await ada.post('/auth/logout')).status).toBe(204);
  await tell(ada, 'after');
  await hers.waitForEnd(2_000);
  expect(messages(hers.received)).toEqual(['before']);
});

it('ends at once when the account is closed', async () => {
  const [ada, admin] = [await school.student(), await school.admin()];
  const hers = await listen(ada);
  expect((await admin.delete(`/users/${ada.id}/activation`)).status).toBe(200);
  await hers.waitForEnd(2_000);
  expect((await listen(ada)).status).toBe(401);
});

it('whose session was ended while it was being opened is refused', async () => {
  const ada = await school.student();
  const feed = jest.spyOn(NotificationFeed.prototype, 'startHere').mockImplementationOnce(async () => {
    await ada.post('/auth/logout');
  });
  expect(await listen(ada)).toMatchObject({ status: 401, problem: { code: 'UNAUTHENTICATED' } });
  feed.mockRestore();
});

/** As a browser does: a stream that ends before it has told anything is asked for again. */
async function reconnecting(client: Client, lastId: number): Promise<ReceivedEvent[]> {
  for (;;) {
    const stream = await listen(client, lastId);
    const heard = await Promise.race([stream.waitFor(1), stream.waitForEnd()]);
    if (heard.length > 0) return heard;
  }
}

it('goes on in another session of the person, who reconnects', async () => {
  const ada = await school.student();
  const other = await school.signedIn(ada);
  const hers = await listen(other);
  await tell(ada, 'one');
  const [event] = await hers.waitFor(1);
  await ada.post('/auth/logout');
  await hers.waitForEnd(2_000);
  await tell(ada, 'two');
  expect(messages(await reconnecting(other, event!.id))).toContain('two');
});

it('ends its streams when it stops, and does not wait for their listeners', async () => {
  const stopping = await School.open();
  await stopping.app.listen(0, '127.0.0.1');
  const ada = await stopping.student();
  const hers = await EventSource.open(await stopping.app.getUrl(), ada.token);
  const started = Date.now();
  await stopping.close();
  await hers.waitForEnd(1_000);
  expect(Date.now() - started).toBeLessThan(3_000);
});
