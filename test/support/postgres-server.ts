import { startChildScript } from './child-script';

export interface PostgresServer {
  /** The account in the URL may create databases. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Returns a PostgreSQL server for tests and measurements. This is the server of `TEST_DATABASE_URL`, which keeps running, or else a
 * temporary server (ready after about a second), which ends at `stop()` or with this process.
 * @throws if no server could be started; the reason is on stderr
 */
export async function startPostgres(): Promise<PostgresServer> {
  const url = process.env.TEST_DATABASE_URL;
  if (url) return { url, stop: () => Promise.resolve() };
  const supervisor = await startChildScript('postgres-supervisor.mjs');
  return { url: supervisor.firstLine, stop: () => supervisor.end() };
}
