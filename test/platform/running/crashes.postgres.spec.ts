import { setTimeout as sleep } from 'node:timers/promises';
import { CrashLoad } from '../../support/crash-load';
import { freshDatabaseUrl } from '../../support/database-url';
import { PrivatePostgres } from '../../support/private-postgres';
import { School } from '../../support/school';
import { Server } from '../../support/server';
import { cut, TcpProxy, type Pair } from '../../support/tcp-proxy';

/** A small number for the usual test run, or the number of the design with TEST_LONG=1. */
const [stops, commits] = process.env.TEST_LONG ? [20, 600] : [1, 20];
const patienceMs = 180_000 + stops * 45_000;

const nothing = { lost: [], doubled: [], violations: 0 };
const tell = (what: string, load: CrashLoad): void =>
  console.log(`${what}: none lost and none doubled of ${load.summary}`);

it(
  `no acknowledged change is lost when PostgreSQL is stopped immediately ${stops} times under load`,
  async () => {
    const database = await PrivatePostgres.start();
    // The other test servers do not flush commits to disk; this one must.
    await database.run('ALTER DATABASE postgres SET synchronous_commit = on');
    const school = await School.open({ url: database.url });
    const load = await CrashLoad.start(school);
    const server = await Server.start(database.url, { DATABASE_POOL_WAIT_MS: '1000' });
    for (let index = 0; index < stops; index++) {
      await load.signIn();
      let isBack = false;
      const under = load.run(server.url, () => isBack);
      await load.waitForRandomMoment();
      await database.crash();
      await database.restart();
      isBack = true;
      await under;
      expect({ index, ...(await reckoned(load)) }).toEqual({ index, ...nothing });
    }
    await load.finish(server.url);
    await server.stop();
    await school.settle();
    expect(await load.verify()).toEqual(nothing);
    expect(await load.countMissingNotifications()).toBe(0);
    tell(`${stops} immediate stops`, load);
    await school.close();
    await database.end();
  },
  patienceMs,
);

/** The pool of the witness finds out first that its connections are gone. */
async function reckoned(load: CrashLoad): ReturnType<CrashLoad['verify']> {
  for (let left = 50; ; left--)
    try {
      return await load.verify();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(100);
    }
}

/** Cuts the connection at every third COMMIT: alternately before the server gets it, and after it is done but before the response arrives. */
class CommitCutter {
  before = 0;
  after = 0;
  private seen = 0;
  private readonly doomed = new WeakSet<Pair>();

  constructor(
    proxy: TcpProxy,
    private readonly most: number,
  ) {
    proxy.watch = (bytes, from, pair) => (from === 'client' ? this.asks(bytes, pair) : this.answers(pair));
  }

  get isDone(): boolean {
    return this.before + this.after >= this.most;
  }

  private asks(bytes: Buffer, pair: Pair): boolean {
    if (this.isDone || !bytes.includes('COMMIT\0') || this.seen++ % 3 > 0) return true;
    if (this.seen % 2 === 0) {
      this.before++;
      cut(pair);
      return false;
    }
    this.after++;
    this.doomed.add(pair);
    return true;
  }

  private answers(pair: Pair): boolean {
    if (!this.doomed.has(pair)) return true;
    cut(pair);
    return false;
  }
}

it(
  `${commits} COMMITs whose answer never comes are repeated by their callers, and nothing is lost or done twice`,
  async () => {
    const url = await freshDatabaseUrl();
    const proxy = await TcpProxy.inFrontOf(url);
    const witness = await School.open({ url });
    const load = await CrashLoad.start(witness);
    const school = await School.open({ url: proxy.urlThrough(url), environment: { WORKER: 'on' } });
    await school.app.listen(0, '127.0.0.1');
    const address = await school.app.getUrl();
    const cutter = new CommitCutter(proxy, commits);
    while (!cutter.isDone) {
      const goal = Math.min(commits, cutter.before + cutter.after + 20);
      await load.signIn();
      await load.run(address, () => cutter.before + cutter.after >= goal);
      expect(await load.verify()).toEqual(nothing);
    }
    await load.finish(address);
    await school.close();
    await proxy.stop();
    await witness.settle();
    expect(await load.verify()).toEqual(nothing);
    expect(await load.countMissingNotifications()).toBe(0);
    tell(`${cutter.before} COMMITs lost on the way there, ${cutter.after} on the way back`, load);
    await witness.close();
  },
  180_000 + commits * 2_000,
);
