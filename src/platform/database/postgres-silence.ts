import type { Pool, PoolClient } from 'pg';

export const pingLimitMs = 2_000;

/** Nothing came back: no error either, only time has passed. */
export class Silence extends Error {
  override name = 'Silence';

  constructor(limitMs: number) {
    super(`The database did not answer within ${limitMs} ms`);
  }
}

/** Finds out that the way to the server fell silent, and forgets the connections that took it. */
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

  /** After a statement nobody answered: a slow one, or a broken way? One question for all who want to know. */
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

/** They took the same way: each would keep somebody waiting for as long as the first. */
function dropIdle(pool: Pool): void {
  for (let left = pool.idleCount; left > 0; left--) void dropOne(pool).catch(() => undefined);
}

async function dropOne(pool: Pool): Promise<void> {
  const client = (await pool.connect()) as Wired;
  client.release(true);
  // The goodbye that `release` says would never be answered either, and its socket stay for a quarter of an hour.
  client.connection.stream.destroy();
}

type Wired = PoolClient & { connection: { stream: { destroy(): void } } };
