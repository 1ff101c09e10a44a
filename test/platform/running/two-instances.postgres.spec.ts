import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { emptyDatabaseUrl, freshDatabaseUrl } from '../../support/database-url';
import { EventSource } from '../../support/event-source';
import { School } from '../../support/school';
import { Server } from '../../support/server';
import { migrations } from '../../../migrations';

const patienceMs = 120_000;

async function asked(url: string, sql: string): Promise<any[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

it(
  'two instances that start together on an empty database migrate it once',
  async () => {
    const url = await emptyDatabaseUrl();
    const both = await Promise.all([Server.start(url), Server.start(url)]);
    const [migrated] = await asked(
      url,
      'SELECT count(*)::int AS all, count(DISTINCT name)::int AS each FROM platform_migration',
    );
    expect(migrated).toEqual({ all: migrations.length, each: migrations.length });
    expect(await Promise.all(both.map((server) => server.stop()))).toEqual([0, 0]);
  },
  patienceMs,
);

it(
  'a session that ends at one instance ends at every instance, together with its streams',
  async () => {
    const url = await freshDatabaseUrl();
    const school = await School.open({ url });
    const [ada, ben, admin] = [await school.student(), await school.student(), await school.admin()];
    await school.close();
    const [one, other] = await Promise.all([Server.start(url), Server.start(url)]);
    const at = (server: Server, { token }: { token: string | null }) => server.caller(() => token);
    const hers = await EventSource.open(one.url, ada.token);
    for (const person of [ada, ben]) expect((await at(one, person).get('/me')).status).toBe(200);
    const started = Date.now();
    await at(other, ada).post('/auth/logout');
    await at(other, admin).delete(`/users/${ben.id}/activation`);
    await hers.waitForEnd(5_000);
    // Far less than the ten seconds for which an actor is remembered.
    for (const person of [ada, ben])
      while ((await at(one, person).get('/me')).status === 200 && Date.now() - started < 20_000) await sleep(20);
    expect(Date.now() - started).toBeLessThan(8_000);
    expect(await Promise.all([one.stop(), other.stop()])).toEqual([0, 0]);
  },
  patienceMs,
);

it(
  'a stream at one instance receives the event of a change at another instance',
  async () => {
    const url = await freshDatabaseUrl();
    const school = await School.open({ url });
    const [ada, admin] = [await school.student(), await school.admin()];
    await school.close();
    const [one, other] = await Promise.all([Server.start(url), Server.start(url)]);
    const hers = await EventSource.open(one.url, ada.token);
    const announcement = { title: 'Open day', message: 'Come and see', audience: 'all' };
    const sent = await other.caller(() => admin.token).post('/notifications/announcements', announcement);
    expect(sent.status).toBe(201);
    const [event] = await hers.waitFor(1, 5_000);
    expect(event!.data).toMatchObject({ title: 'Open day', message: 'Come and see' });
    // The stream ends with its instance, and the client reconnects to the other one.
    expect(await one.stop()).toBe(0);
    await hers.waitForEnd();
    const again = await EventSource.open(other.url, ada.token, event!.id!);
    await other.caller(() => admin.token).post('/notifications/announcements', { ...announcement, title: 'Again' });
    expect((await again.waitFor(1)).map(({ data }) => data.title)).toEqual(['Again']);
    again.close();
    await other.stop();
  },
  patienceMs,
);

it(
  'a ticket of one instance opens a stream at another, and of two instances that get it at once only one does',
  async () => {
    const url = await freshDatabaseUrl();
    const school = await School.open({ url });
    const ada = await school.student();
    await school.close();
    const [one, other] = await Promise.all([Server.start(url), Server.start(url)]);
    const requestTicket = async (): Promise<string> =>
      (await one.caller(() => ada.token).post('/me/notifications/stream-tickets')).body.ticket;
    const ticket = await requestTicket();
    const streams = [await EventSource.openWithTicket(other.url, ticket)];
    streams.push(await EventSource.openWithTicket(one.url, ticket));
    expect(streams.map(({ status }) => status)).toEqual([200, 401]);
    for (let round = 0; round < 10; round++) {
      const shared = await requestTicket();
      const both = await Promise.all([one, other].map((server) => EventSource.openWithTicket(server.url, shared)));
      expect(both.map(({ status }) => status).toSorted()).toEqual([200, 401]);
      streams.push(...both);
    }
    for (const stream of streams) stream.close();
    expect(await Promise.all([one.stop(), other.stop()])).toEqual([0, 0]);
  },
  patienceMs,
);
