import type { Pool, PoolClient } from 'pg';

export const pingLimitMs = 2_000;

/** No answer within the limit, and no error either. */
export class Silence extends Error {
  override name = 'Silence';

  constructor(limitMs: number) {
    super(`The database did not answer within ${limitMs} ms`);
  }
}

/** Detects that the network to the server has gone silent, and drops the idle connections of the pool. */
export class SilenceWatch {
  private asked: Promise<void> | undefined;

  constructor(
    private readonly pool: () => Pool,
    private readonly ask: () => Promise<unknown>,
  ) {}

  /** @throws Silence, or what the server answered */
  async ping(): Promise<void> {
    try {
      await within(pingLimitMs, this.ask());
    } catch (error) {
      if (isSilence(error)) dropIdle(this.pool());
      throw error;
    }
  }

  /** After a statement without an answer: a ping tells a slow statement from a broken network. One ping serves all that ask meanwhile. */
  suspect(): void {
    this.asked ??= this.ping()
      .catch(() => undefined)
      .finally(() => (this.asked = undefined));
  }
}

export const isSilence = (error: unknown): boolean =>
  error instanceof Silence || /Query read timeout/.test((error as Error | null)?.message ?? '');

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Silence(limitMs)), limitMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}

/** Idle connections use the same network: each would make its next user wait as long as the first. */
function dropIdle(pool: Pool): void {
  for (let left = pool.idleCount; left > 0; left--) void dropOne(pool).catch(() => undefined);
}

async function dropOne(pool: Pool): Promise<void> {
  const client = (await pool.connect()) as Wired;
  client.release(true);
  // `release` sends a termination message and waits for the server to close: on a silent network the socket would stay for a quarter of an hour.
  client.connection.stream.destroy();
}

type Wired = PoolClient & { connection: { stream: { destroy(): void } } };
