import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { migrations } from '../../migrations';
import { migrate } from '../../src/platform/database/schema/migrate';
import { type ChildScript, startChildScript } from './child-script';

const stateTimeoutMs = 20_000;

/** A PostgreSQL for one test file, which can be stopped, crashed and restarted. It ends with this process. */
export class PrivatePostgres {
  private constructor(private readonly supervisor: ChildScript) {}

  /** Starts a server with all tables and no rows. */
  static async start(): Promise<PrivatePostgres> {
    const server = new PrivatePostgres(await startChildScript('postgres-supervisor.mjs'));
    await migrate(server.url, migrations);
    return server;
  }

  /** Starts a streaming replica of this server. */
  async startReplica(): Promise<PrivatePostgres> {
    return new PrivatePostgres(await startChildScript('postgres-supervisor.mjs', ['--following', this.url]));
  }

  get url(): string {
    return this.supervisor.firstLine;
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

  /** Stops the server as an operator does: every session is ended with a message. */
  async stop(): Promise<void> {
    await this.changeState('stop', false);
  }

  async crash(): Promise<void> {
    await this.changeState('crash', false);
  }

  async restart(): Promise<void> {
    await this.changeState('start', true);
  }

  end(): Promise<void> {
    return this.supervisor.end();
  }

  private async changeState(command: 'stop' | 'crash' | 'start', isReachable: boolean): Promise<void> {
    this.supervisor.writeLine(command);
    const deadlineMs = Date.now() + stateTimeoutMs;
    while ((await this.isReachable()) !== isReachable) {
      if (Date.now() > deadlineMs) throw new Error(`PostgreSQL did not ${command} within ${stateTimeoutMs} ms`);
      await sleep(50);
    }
  }

  private async isReachable(): Promise<boolean> {
    return this.run('SELECT 1').then(
      () => true,
      () => false,
    );
  }
}
