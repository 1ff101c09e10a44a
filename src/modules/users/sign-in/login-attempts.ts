import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { instant, int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { TooManyAttempts } from '../users.errors';

const freeAttempts = 5;
/** Somebody behind the owner's own router costs the owner at most this; a guesser gets 1,440 tries a day from one network. */
const longestWaitSeconds = 60;
const forgetAfterMs = 3_600_000;

/**
 * The back-off of a guesser: per login and network, in the database, so that every process counts the same. Another
 * network has a count of its own, so that a stranger locks nobody out; logins that are nobody's count like any other.
 */
@Injectable()
export class LoginAttempts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts an attempt before it is judged: a hundred at once must not all be judged because none had failed yet.
   * @throws TooManyAttempts while the wait of the attempts before lasts; such an attempt is not counted
   */
  async begin(login: string, network: string): Promise<void> {
    const now = this.clock.now();
    const freeAt = await this.database.transaction(() => this.count([keyOf(login), network], now));
    if (freeAt) throw new TooManyAttempts(Math.max(1, Math.ceil((freeAt.getTime() - now.getTime()) / 1_000)));
  }

  /** After a success; in its transaction. */
  async forget(login: string, network: string): Promise<void> {
    await this.database.run('DELETE FROM users_loginattempt WHERE login_hash = $1 AND network = $2', [
      keyOf(login),
      network,
    ]);
  }

  /** Removes what does not count any more; gives the number of rows. */
  expire(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - forgetAfterMs);
    return this.database.transaction(() =>
      this.database.run('DELETE FROM users_loginattempt WHERE free_at < $1', [before]),
    );
  }

  /** Null when the attempt may be judged, else when the next one may. */
  private async count(key: [string, string], now: Date): Promise<Date | null> {
    const counted = await this.database.row(
      { attempts: int },
      `INSERT INTO users_loginattempt (login_hash, network, attempts, free_at) VALUES ($1, $2, 1, $3)
       ON CONFLICT (login_hash, network) DO UPDATE SET free_at = excluded.free_at,
         attempts = CASE WHEN users_loginattempt.free_at < $4 THEN 1 ELSE users_loginattempt.attempts + 1 END
       WHERE users_loginattempt.free_at <= excluded.free_at RETURNING attempts`,
      [...key, now, new Date(now.getTime() - forgetAfterMs)],
    );
    if (!counted) return this.freeAt(key);
    if (counted.attempts >= freeAttempts) await this.delay(key, new Date(now.getTime() + waitMs(counted.attempts)));
    return null;
  }

  private async delay(key: [string, string], freeAt: Date): Promise<void> {
    await this.database.run('UPDATE users_loginattempt SET free_at = $3 WHERE login_hash = $1 AND network = $2', [
      ...key,
      freeAt,
    ]);
  }

  private async freeAt(key: [string, string]): Promise<Date | null> {
    const row = await this.database.row(
      { freeAt: instant },
      'SELECT free_at AS "freeAt" FROM users_loginattempt WHERE login_hash = $1 AND network = $2',
      key,
    );
    return row?.freeAt ?? null;
  }
}

/** 1, 2, 4 … seconds from the fifth attempt on. */
const waitMs = (attempts: number): number => Math.min(longestWaitSeconds, 2 ** (attempts - freeAttempts)) * 1_000;

const keyOf = (login: string): string => createHash('sha256').update(login.toLowerCase()).digest('hex');
