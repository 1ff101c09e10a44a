import { CrashLoad } from '../../support/crash-load';
import { freshDatabaseUrl, testEngine } from '../../support/database-url';
import { School } from '../../support/school';
import { Server } from '../../support/server';

/** A small number for the usual test run, or the number of the design with TEST_LONG=1. */
const kills = process.env.TEST_LONG ? { sqlite: 100, postgres: 40 } : { sqlite: 3, postgres: 2 };
const times = kills[testEngine()];
/** Starts are slow on a machine that is busy with other tests. */
const patienceMs = 180_000 + times * 45_000;

let school: School;
let load: CrashLoad;
beforeAll(async () => {
  school = await School.open({ url: await freshDatabaseUrl(), environment: { DATABASE_POOL_WAIT_MS: '60000' } });
  load = await CrashLoad.start(school);
}, 120_000);
afterAll(() => school?.close());

it(
  `a server that is killed ${times} times under load loses nothing it has acknowledged, and does nothing twice`,
  async () => {
    for (let index = 0; index < times; index++) {
      await load.signIn();
      const server = await Server.start(school.url);
      const under = load.run(server.url);
      await load.waitForRandomMoment();
      await server.kill();
      await under;
      const { lost, doubled, violations } = await load.verify();
      expect({ index, lost, doubled, violations }).toEqual({ index, lost: [], doubled: [], violations: 0 });
    }
    const last = await Server.start(school.url, { WORKER: 'off' });
    await load.signIn();
    await load.finish(last.url);
    await last.stop();
    await school.settle();
    expect(await load.verify()).toEqual({ lost: [], doubled: [], violations: 0 });
    expect(await load.countMissingNotifications()).toBe(0);
    console.log(`${times} kills (${testEngine()}), none lost and none doubled of ${load.summary}`);
  },
  patienceMs,
);
