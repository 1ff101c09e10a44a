import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { instant, int, nullable, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { withoutDeadline } from '../../../platform/database/deadline';
import { fold } from '../../../platform/database/case-folding';
import { Clock } from '../../../platform/time/clock';
import { TooManyAttempts } from '../users.errors';
import type { RemoteDevice } from './device';

/** Whose password somebody says they know, and for what: each use of a password has counters of its own. */
export interface Claim {
  purpose: 'sign-in' | 'password-change';
  /** The account that was found; 0 where there is none. */
  accountId: number;
  /** What was typed; counts only where no account was found, so that one account has one count under all of its names. */
  login: string;
}

/** An attempt that was counted and is not judged yet. */
export interface Attempt {
  claim: Claim;
  network: string;
  widerNetwork: string;
  /** At this account, from everywhere, this one included. */
  totalCount: number;
}

/** The pseudo-network of all networks together. */
const everywhere = '*';
const freeAttempts = 5;
/** Of all networks of one /48 or /24 together: a household guesses from one of them, a guesser from all. */
const freeInWiderNetwork = 10;
/** Somebody behind the owner's own router costs the owner at most this; a guesser gets 1,440 tries a day from one network. */
const maxWaitSeconds = 60;
const forgetAfterMs = 3_600_000;

/**
 * The counts of a guesser: per account and network, per account and wider network, and per account, in the database, so that
 * every process counts the same. The first two make an attempt wait; the last one never does, or a stranger could lock
 * the owner out. Logins that are nobody's count like any other.
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
  async begin(claim: Claim, { network, widerNetwork }: RemoteDevice): Promise<Attempt> {
    // In one order, so that attempts at once queue for the rows instead of deadlocking.
    const networks = [...new Set([everywhere, network, widerNetwork])].toSorted();
    return this.database.transaction(async () => {
      const now = this.clock.now();
      const counted = await this.count(keyOf(claim), networks, now);
      // Thrown in here, so that the counts of the other networks are taken back.
      if (counted.size < networks.length) throw await this.tooMany(keyOf(claim), networks, now);
      await this.delay(keyOf(claim), network, waitMs(counted.get(network)! - freeAttempts), now);
      await this.delay(keyOf(claim), widerNetwork, waitMs(counted.get(widerNetwork)! - freeInWiderNetwork), now);
      return { claim, network, widerNetwork, totalCount: counted.get(everywhere)! };
    });
  }

  /** After a success, in its transaction: only failures count, and the network has shown that it knows the password. */
  async succeed(attempt: Attempt): Promise<void> {
    const key = keyOf(attempt.claim);
    await this.database.run('DELETE FROM users_loginattempt WHERE login_hash = $1 AND network = $2', [
      key,
      attempt.network,
    ]);
    await this.uncount(key, [attempt.widerNetwork, everywhere]);
  }

  /** For an attempt that could not be judged, also where the request's time was over before it was. */
  async takeBack({ claim, network, widerNetwork }: Attempt): Promise<void> {
    const networks = [network, widerNetwork, everywhere];
    await withoutDeadline(() => this.database.transaction(() => this.uncount(keyOf(claim), networks)));
  }

  /** Removes what does not count any more; gives the number of rows. */
  expire(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - forgetAfterMs);
    return this.database.transaction(() =>
      this.database.run('DELETE FROM users_loginattempt WHERE free_at < $1', [before]),
    );
  }

  /** The counts of the networks that need not wait. */
  private async count(key: string, networks: readonly string[], now: Date): Promise<Map<string, number>> {
    const values = networks.map((_, index) => `($1, $${index + 4}, 1, $2)`).join(', ');
    const counted = await this.database.rows(
      { network: text, attempts: int },
      `INSERT INTO users_loginattempt (login_hash, network, attempts, free_at) VALUES ${values}
       ON CONFLICT (login_hash, network) DO UPDATE SET free_at = excluded.free_at,
         attempts = CASE WHEN users_loginattempt.free_at < $3 THEN 1 ELSE users_loginattempt.attempts + 1 END
       WHERE users_loginattempt.free_at <= excluded.free_at OR users_loginattempt.network = '${everywhere}'
       RETURNING network, attempts`,
      [key, now, new Date(now.getTime() - forgetAfterMs), ...networks],
    );
    return new Map(counted.map(({ network, attempts }) => [network, attempts]));
  }

  private async delay(key: string, network: string, delayMs: number, now: Date): Promise<void> {
    if (delayMs === 0) return;
    await this.database.run('UPDATE users_loginattempt SET free_at = $3 WHERE login_hash = $1 AND network = $2', [
      ...[key, network],
      new Date(now.getTime() + delayMs),
    ]);
  }

  private async uncount(key: string, networks: string[]): Promise<void> {
    await this.database.run(
      `UPDATE users_loginattempt SET attempts = attempts - 1
       WHERE login_hash = $1 AND network IN (${listOf(networks)}) AND attempts > 0`,
      [key, ...networks],
    );
  }

  private async tooMany(key: string, networks: readonly string[], now: Date): Promise<TooManyAttempts> {
    const row = await this.database.row(
      { freeAt: nullable(instant) },
      `SELECT max(free_at) AS "freeAt" FROM users_loginattempt
       WHERE login_hash = $1 AND network IN (${listOf(networks)})`,
      [key, ...networks],
    );
    const waitSeconds = Math.ceil(((row?.freeAt ?? now).getTime() - now.getTime()) / 1_000);
    return new TooManyAttempts(Math.max(1, Math.min(maxWaitSeconds, waitSeconds)));
  }
}

/** 1, 2, 4 … seconds from the last free attempt on. */
const waitMs = (attemptsBeyond: number): number =>
  attemptsBeyond < 0 ? 0 : Math.min(maxWaitSeconds, 2 ** attemptsBeyond) * 1_000;

const listOf = (networks: readonly string[]): string => networks.map((_, index) => `$${index + 2}`).join(', ');

function keyOf({ purpose, accountId, login }: Claim): string {
  const whose = accountId > 0 ? ['account', accountId] : ['login', fold(login)];
  return createHash('sha256')
    .update(JSON.stringify([purpose, ...whose]))
    .digest('hex');
}
