import type { Pool } from 'pg';
import { meansQueryTimeout } from '../../internals/pg-messages';
import { destroySocket } from '../../internals/pg-socket';

export const pingTimeoutMs = 2_000;

/** The database sent no response within the timeout, and no error either. */
class ResponseTimeout extends Error {
  override name = 'ResponseTimeout';

  constructor(timeoutMs: number) {
    super(`The database did not respond within ${timeoutMs} ms`);
  }
}

/** Detects that the server no longer responds, and then closes the idle connections of the pool. */
export class NetworkCheck {
  private runningPing: Promise<void> | undefined;

  constructor(
    private readonly pool: () => Pool,
    private readonly sendPing: () => Promise<unknown>,
  ) {}

  /** @throws ResponseTimeout, or the error of the server */
  async ping(): Promise<void> {
    try {
      await withTimeout(pingTimeoutMs, this.sendPing());
    } catch (error) {
      if (isResponseTimeout(error)) closeIdleConnections(this.pool());
      throw error;
    }
  }

  /** Called after a statement got no response. A ping shows whether only the statement is slow or the network is broken. */
  start(): void {
    this.runningPing ??= this.ping()
      .catch(() => undefined)
      .finally(() => (this.runningPing = undefined));
  }
}

export const isResponseTimeout = (error: unknown): boolean =>
  error instanceof ResponseTimeout || meansQueryTimeout((error as Error | null)?.message ?? '');

async function withTimeout(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ResponseTimeout(timeoutMs)), timeoutMs);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}

/** Closes idle connections, because they use the same broken network, and each would cause a timeout for its next user. */
function closeIdleConnections(pool: Pool): void {
  const { idleCount } = pool;
  for (let number = 1; number <= idleCount; number++) void closeNextConnection(pool).catch(() => undefined);
}

async function closeNextConnection(pool: Pool): Promise<void> {
  const client = await pool.connect();
  client.release(true);
  // `release` waits until the server closes the connection. On a broken network the socket would stay open for 15 minutes.
  destroySocket(client);
}
