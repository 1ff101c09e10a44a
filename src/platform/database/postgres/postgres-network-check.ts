import type { Pool } from 'pg';
import { meansQueryTimeout } from '../../internals/pg-messages';
import { destroySocket } from '../../internals/pg-socket';

export const pingTimeoutMs = 2_000;

/** The database sent no response within the timeout, and no error either. */
export class ResponseTimeout extends Error {
  override name = 'ResponseTimeout';

  constructor(timeoutMs: number) {
    super(`The database did not respond within ${timeoutMs} ms`);
  }
}

/** Detects that the server sends no more responses, and then closes the idle connections of the pool. */
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

  /** Called after a statement without a response. A ping distinguishes a slow statement from a broken network. One ping at a time is enough. */
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

/** Idle connections use the same broken network, so each of them would cause its next user another timeout. */
function closeIdleConnections(pool: Pool): void {
  for (let left = pool.idleCount; left > 0; left--) void closeOneConnection(pool).catch(() => undefined);
}

async function closeOneConnection(pool: Pool): Promise<void> {
  const client = await pool.connect();
  client.release(true);
  // `release` waits until the server closes the connection. On a broken network the socket would stay open for 15 minutes.
  destroySocket(client);
}
