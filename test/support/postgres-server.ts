import { startCompanion } from './child-script';

export interface PostgresServer {
  /** Of an account that may create databases. */
  url: string;
  stop(): Promise<void>;
}

/**
 * A PostgreSQL for tests and measurements: the server of `TEST_DATABASE_URL`, which is left running, or a throw-away
 * one (about a second to ready) that ends at `stop()` or with this process, whichever comes first.
 * @throws when no server could be started; its own message is on stderr
 */
export async function startPostgres(): Promise<PostgresServer> {
  const url = process.env.TEST_DATABASE_URL;
  if (url) return { url, stop: () => Promise.resolve() };
  const supervisor = await startCompanion('postgres-supervisor.mjs');
  return { url: supervisor.announcement, stop: () => supervisor.end() };
}
