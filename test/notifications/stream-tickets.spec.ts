import { createHash } from 'node:crypto';
import { Notifier } from '../../src/modules/notifications';
import { text } from '../../src/platform/database/columns';
import { EventSource } from '../support/event-source';
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

const requestTicket = async (person: Client): Promise<string> =>
  (await person.post('/me/notifications/stream-tickets')).body.ticket;

async function open(ticket: string, moreQuery = ''): Promise<EventSource> {
  const source = await EventSource.openWithTicket(url, ticket, moreQuery);
  sources.push(source);
  return source;
}

let notificationCount = 0;
const notify = (person: Client, message: string): Promise<number> =>
  school.database.transaction(() =>
    school
      .part(Notifier)
      .notify([{ userId: person.id, type: 'exercise_graded', message, dedupeKey: `ticket:${++notificationCount}` }]),
  );

it('a ticket opens the stream of its person without an Authorization header', async () => {
  const [ada, ben] = [await school.student(), await school.student()];
  const { status, body, headers } = await ada.post('/me/notifications/stream-tickets');
  expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
  expect(body).toEqual({ ticket: expect.stringMatching(/^[\w-]{43}$/), expiresAt: expect.any(String) });
  const lifetimeMs = new Date(body.expiresAt).getTime() - Date.now();
  expect(lifetimeMs).toBeGreaterThan(55_000);
  expect(lifetimeMs).toBeLessThanOrEqual(60_000);
  const stream = await open(body.ticket);
  await notify(ben, 'for Ben');
  await notify(ada, 'for Ada');
  expect((await stream.waitFor(1)).map(({ data }) => data.message)).toEqual(['for Ada']);
});

it('a ticket is refused with 401 at its second use, after a minute, and if it is unknown', async () => {
  const ada = await school.student();
  const refused = { status: 401, problem: { code: 'UNAUTHENTICATED', detail: expect.stringMatching(/ticket/) } };
  const ticket = await requestTicket(ada);
  expect((await open(ticket)).status).toBe(200);
  expect(await open(ticket)).toMatchObject(refused);
  const late = await requestTicket(ada);
  school.clock.stopAt(new Date(Date.now() + 61_000));
  const lateStream = await open(late);
  school.clock.stopAt(null);
  expect(lateStream).toMatchObject(refused);
  for (const unknown of ['', 'a'.repeat(43), '%00', 'x&ticket=y'])
    expect(await open(unknown)).toMatchObject({ status: 401 });
});

it('of two requests with the same ticket at the same moment, exactly one gets a stream', async () => {
  const ada = await school.student();
  for (let round = 0; round < 5; round++) {
    const ticket = await requestTicket(ada);
    const streams = await Promise.all([open(ticket), open(ticket), open(ticket)]);
    expect(streams.map(({ status }) => status).toSorted()).toEqual([200, 401, 401]);
  }
});

it('a ticket is worthless after its session or its account has ended', async () => {
  const [ada, ben, admin] = [await school.student(), await school.student(), await school.admin()];
  const tickets = [await requestTicket(ada), await requestTicket(ben)];
  expect((await ada.post('/auth/logout')).status).toBe(204);
  expect((await admin.delete(`/users/${ben.id}/activation`)).status).toBe(200);
  for (const ticket of tickets) expect((await open(ticket)).status).toBe(401);
});

it('a stream that a ticket has opened ends with the session of the ticket', async () => {
  const ada = await school.student();
  const stream = await open(await requestTicket(ada));
  await ada.post('/auth/logout');
  await notify(ada, 'after');
  expect(await stream.waitForEnd(2_000)).toEqual([]);
});

it('a stream that a ticket has opened ends when the account is closed', async () => {
  const [ada, admin] = [await school.student(), await school.admin()];
  const stream = await open(await requestTicket(ada));
  await admin.delete(`/users/${ada.id}/activation`);
  expect(await stream.waitForEnd(2_000)).toEqual([]);
});

it('a ticket opens no other route', async () => {
  const ticket = await requestTicket(await school.student());
  for (const path of ['/me', '/me/notifications', '/me/notifications/stream-tickets'])
    expect((await school.app.inject({ url: `/api/v1${path}?ticket=${ticket}` })).statusCode).toBeGreaterThanOrEqual(
      401,
    );
  expect((await open(ticket)).status).toBe(200);
});

it('a request with an access token does not use its ticket, and a wrong token is not saved by a ticket', async () => {
  const ada = await school.student();
  const ticket = await requestTicket(ada);
  const stream = async (token: string): Promise<number> => {
    const abort = new AbortController();
    const address = `${url}/api/v1/me/notifications/stream?ticket=${ticket}`;
    const { status } = await fetch(address, { headers: { authorization: `Bearer ${token}` }, signal: abort.signal });
    abort.abort();
    return status;
  };
  expect([await stream('wrong'), await stream(ada.token!)]).toEqual([401, 200]);
  expect((await open(ticket)).status).toBe(200);
});

it('a stream begins after `lastEventId` of its address, and refuses one that is no id with 422', async () => {
  const ada = await school.student();
  for (const message of ['one', 'two']) await notify(ada, message);
  const { data } = (await ada.get('/me/notifications')).body;
  await school.database.transaction(() =>
    school.database.run('UPDATE notifications_notification SET created_at = $1 WHERE user_id = $2 AND id = $3', [
      new Date('2026-01-01'),
      ada.id,
      data[1].id,
    ]),
  );
  const stream = await open(await requestTicket(ada), `&lastEventId=${data[1].id}`);
  expect((await stream.waitFor(1)).map(({ id }) => id)).toEqual([data[0].id]);
  for (const wrong of ['yesterday', '-1', '9999999999999999', ''])
    expect(await open(await requestTicket(ada), `&lastEventId=${wrong}`)).toMatchObject({
      status: 422,
      problem: { errors: [{ pointer: '/query/lastEventId' }] },
    });
});

it('the database holds only the hash of a ticket, and the job deletes the tickets that were not used in time', async () => {
  const ada = await school.student();
  const ticket = await requestTicket(ada);
  const stored = () => school.database.rows({ hash: text }, 'SELECT hash FROM platform_streamticket');
  const ownHash = { hash: createHash('sha256').update(ticket).digest('hex') };
  expect(await stored()).toContainEqual(ownHash);
  await school.job('platform:expire-stream-tickets');
  expect(await stored()).toContainEqual(ownHash);
  school.clock.stopAt(new Date(Date.now() + 61_000));
  const report = await school.job('platform:expire-stream-tickets');
  school.clock.stopAt(null);
  expect(report).toEqual({ deleted: expect.any(Number) });
  expect(await stored()).toEqual([]);
});

it('a ticket costs one statement to issue', async () => {
  const ada = await school.student();
  await ada.get('/me');
  const { statements } = await school.statements(() => ada.post('/me/notifications/stream-tickets'));
  expect(statements).toEqual([
    expect.stringMatching(/^(BEGIN|START TRANSACTION)/),
    expect.stringMatching(/^INSERT INTO platform_streamticket/),
    'COMMIT',
  ]);
});
