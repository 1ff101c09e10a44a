import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { migrate } from '../../src/platform/database/schema/migrate';
import { type Companion, startCompanion } from './child-script';

const patienceMs = 20_000;

/** A PostgreSQL of one test file's own, that may be stopped, crashed and started again; it ends with this process. */
export class PrivatePostgres {
  private constructor(private readonly supervisor: Companion) {}

  /** With all tables and no rows. */
  static async start(): Promise<PrivatePostgres> {
    const server = new PrivatePostgres(await startCompanion('postgres-supervisor.mjs'));
    await migrate(server.url);
    return server;
  }

  /** A streaming replica of this one. */
  async replica(): Promise<PrivatePostgres> {
    return new PrivatePostgres(await startCompanion('postgres-supervisor.mjs', ['--following', this.url]));
  }

  get url(): string {
    return this.supervisor.announcement;
  }

  async run(sql: string): Promise<any[]> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 1_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** As an operator: every session is told and ended. */
  async stop(): Promise<void> {
    await this.become('stop', false);
  }

  async crash(): Promise<void> {
    await this.become('crash', false);
  }

  async startAgain(): Promise<void> {
    await this.become('start', true);
  }

  end(): Promise<void> {
    return this.supervisor.end();
  }

  private async become(word: 'stop' | 'crash' | 'start', answers: boolean): Promise<void> {
    this.supervisor.say(word);
    for (const deadline = Date.now() + patienceMs; (await this.answers()) !== answers;) {
      if (Date.now() > deadline) throw new Error(`PostgreSQL did not ${word} within ${patienceMs} ms`);
      await sleep(50);
    }
  }

  private async answers(): Promise<boolean> {
    return this.run('SELECT 1').then(
      () => true,
      () => false,
    );
  }
}
