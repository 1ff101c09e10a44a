import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../src/platform/events/domain-event';
import { DomainEvent } from '../../../src/platform/events/domain-event';
import { EventBus } from '../../../src/platform/events/event-bus';
import { AfterCommit } from '../../../src/platform/events/handlers';
import { int } from '../../../src/platform/database/columns';
import { Job, type JobReport, type RunnableJob } from '../../../src/platform/jobs/job';
import { Notifier } from '../../../src/modules/notifications';
import { EventSource } from '../../support/event-source';
import { PrivatePostgres } from '../../support/private-postgres';
import { School, type Client } from '../../support/school';

class CanvasHung extends DomainEvent<{ wall: number }> {
  static override type = 'test.canvas-hung.v1';
}

@Injectable()
@AfterCommit(CanvasHung)
class CountWalls implements AfterCommitHandler<CanvasHung> {
  readonly walls: number[] = [];
  async handle(event: CanvasHung): Promise<void> {
    this.walls.push(event.payload.wall);
  }
}

@Injectable()
@Job({ name: 'test:each-second', cron: '* * * * * *', leaseMs: 2_000, summary: 'Ticks' })
class EachSecond implements RunnableJob {
  runs = 0;
  async run(): Promise<JobReport> {
    this.runs++;
    return {};
  }
}

@Module({ providers: [CountWalls, EachSecond] })
class GalleryModule {}

let server: PrivatePostgres;
let school: School;
let ada: Client;
beforeAll(async () => {
  server = await PrivatePostgres.start();
  const environment = { WORKER: 'on', DATABASE_POOL_WAIT_MS: '1000' };
  school = await School.open({ url: server.url, environment, extensions: [{ module: GalleryModule }] });
  ada = await school.student();
}, 120_000);
afterAll(async () => {
  await school?.close();
  await server?.end();
});

const hang = (wall: number): Promise<void> =>
  school.database.transaction(() => school.part(EventBus).publish(new CanvasHung({ wall })));

/** Waits with a timeout, so that a test fails with a message instead of hanging. */
async function until(what: string, condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  for (const deadline = Date.now() + withinMs; !(await condition());) {
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await sleep(50);
  }
}

for (const way of ['stop', 'crash'] as const)
  it(`requests get a 503 while PostgreSQL is down (${way}), and work again when it is up`, async () => {
    await server[way]();
    for (const path of ['//health/ready', '/courses', '/me', '/me/notifications']) {
      const started = Date.now();
      const { status, headers, body } = await ada.get(path);
      expect([path, status, body.code]).toEqual([path, 503, 'DATABASE_UNAVAILABLE']);
      expect(headers).toMatchObject({ 'content-type': expect.stringMatching('problem'), 'retry-after': '2' });
      expect(Date.now() - started).toBeLessThan(3_000);
    }
    expect((await ada.patch('/me', { bio: 'Not now' })).status).toBe(503);
    expect((await ada.get('//health/live')).status).toBe(200);
    await server.restart();
    await until('ready', async () => (await ada.get('//health/ready')).status === 200);
    expect((await ada.patch('/me', { bio: `After ${way}` })).body.bio).toBe(`After ${way}`);
  });

it('after a restart of PostgreSQL earlier events are delivered and jobs run again', async () => {
  const { runs } = school.part(EachSecond);
  const walls = Array.from({ length: 20 }, (_, index) => index);
  const published = new Set<number>();
  const publishing = (async () => {
    for (const wall of walls) {
      // The client retries, as the response header Retry-After says.
      for (;;)
        try {
          await hang(wall);
          break;
        } catch {
          await sleep(100);
        }
      published.add(wall);
      await sleep(30);
    }
  })();
  await sleep(150);
  await server.stop();
  await server.restart();
  await publishing;
  expect(published.size).toBe(20);
  const heard = school.part(CountWalls).walls;
  await until('every wall', () => walls.every((wall) => heard.includes(wall)));
  await until('a tick', () => school.part(EachSecond).runs > runs + 1);
  const left = await school.database.row({ left: int }, 'SELECT count(*) AS left FROM platform_outbox');
  expect(left!.left).toBe(0);
});

it('a stream of events stays open during a restart of PostgreSQL and then sends what it missed', async () => {
  await school.app.listen(0, '127.0.0.1');
  const hers = await EventSource.open(await school.app.getUrl(), ada.token);
  await server.stop();
  await server.restart();
  await until('ready', async () => (await ada.get('//health/ready')).status === 200);
  await school.database.transaction(() =>
    school
      .part(Notifier)
      .notify([{ userId: ada.id, type: 'exercise_graded', message: 'Still here', dedupeKey: 'restart:1' }]),
  );
  const [event] = await hers.waitFor(1, 15_000);
  expect(event!.data.message).toBe('Still here');
  hers.close();
});
