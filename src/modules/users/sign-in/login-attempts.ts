import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { instant, int, nullable, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { withoutDeadline } from '../../../platform/database/scope/deadline';
import { fold } from '../../../platform/database/case-folding';
import { Clock } from '../../../platform/time/clock';
import { TooManyAttempts } from '../users.errors';
import type { RemoteDevice } from './device';

/** The account whose password or code is tried, and the purpose. Each purpose has its own counters. */
export interface AttemptTarget {
  purpose: 'sign-in' | 'password-change' | 'email-change' | 'reauthentication' | 'second-factor';
  /** The id of the account; 0 if no account was found. */
  accountId: number;
  /** The entered login. Used only if no account was found, so that an account has one counter for all its logins. */
  login: string;
}

/** An attempt that is counted and whose password is not verified yet. */
export interface Attempt {
  target: AttemptTarget;
  network: string;
  widerNetwork: string;
  /** The number of attempts at this account from all networks, including this one. */
  totalCount: number;
}

/** Stored as the network of the counter for all networks together. */
const allNetworks = '*';
/** After this many attempts from one network the next attempt must wait. */
const minAttemptsBeforeWait = 5;
/** The same limit for a whole /48 or /24, because a household uses one network in it but a guesser may use all of them. */
const minAttemptsBeforeWaitInWiderNetwork = 10;
/** A guesser in the owner's own network delays the owner by at most this. One network can make 1,440 attempts a day. */
const maxWaitSeconds = 60;
const retentionMs = 3_600_000;

/**
 * Counts failed attempts per account and network, per account and wider network, and per account. The counters are in the
 * database, so that all processes share them. The first two counters make attempts wait. The counter per account never makes
 * attempts wait because a guesser could then lock the owner out. Unknown logins are counted like accounts.
 */
@Injectable()
export class LoginAttempts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts an attempt before its password is verified, so that concurrent attempts are limited, too.
   * @throws TooManyAttempts if a new attempt must still wait; the refused attempt is not counted
   */
  async start(target: AttemptTarget, { network, widerNetwork }: RemoteDevice): Promise<Attempt> {
    // The networks are sorted, so that concurrent attempts lock the rows in the same order and cannot deadlock.
    const networks = [...new Set([allNetworks, network, widerNetwork])].toSorted();
    const targetHash = hashTarget(target);
    return this.database.transaction(async () => {
      const now = this.clock.now();
      const counts = await this.increment(targetHash, networks, now);
      // The error is thrown inside the transaction, so that the rollback undoes the counts of the other networks.
      if (counts.size < networks.length) throw await this.toTooManyAttempts(targetHash, networks, now);
      const networkWaitMs = computeWaitMs(counts.get(network)! - minAttemptsBeforeWait);
      const widerNetworkWaitMs = computeWaitMs(counts.get(widerNetwork)! - minAttemptsBeforeWaitInWiderNetwork);
      await this.setDelay(targetHash, network, networkWaitMs, now);
      await this.setDelay(targetHash, widerNetwork, widerNetworkWaitMs, now);
      return { target, network, widerNetwork, totalCount: counts.get(allNetworks)! };
    });
  }

  /**
   * Called in the transaction of a successful attempt. Deletes the counter of its network, and subtracts only this attempt
   * from the other counters because they may also count a guesser.
   */
  async clearAfterSuccess(attempt: Attempt): Promise<void> {
    const targetHash = hashTarget(attempt.target);
    const sql = 'DELETE FROM users_loginattempt WHERE login_hash = $1 AND network = $2';
    await this.database.run(sql, [targetHash, attempt.network]);
    await this.decrement(targetHash, [attempt.widerNetwork, allNetworks]);
  }

  /** Undoes the counts of an attempt whose password was not verified, also after the deadline of the request. */
  async cancel({ target, network, widerNetwork }: Attempt): Promise<void> {
    const networks = [network, widerNetwork, allNetworks];
    await withoutDeadline(() => this.database.transaction(() => this.decrement(hashTarget(target), networks)));
  }

  /** Removes counters without an attempt in the last hour. Returns the number of removed counters. */
  expire(): Promise<number> {
    const cutoff = new Date(this.clock.now().getTime() - retentionMs);
    return this.database.transaction(() =>
      this.database.run('DELETE FROM users_loginattempt WHERE free_at < $1', [cutoff]),
    );
  }

  /**
   * Increments the counters. Returns the counts by network, without the networks that must still wait. Few attempts never wait: a time
   * of theirs that is later than `now` is that of a concurrent attempt, which began later and was counted first.
   */
  private async increment(targetHash: string, networks: readonly string[], now: Date): Promise<Map<string, number>> {
    const valuesSql = networks.map((_, index) => `($1, $${index + 4}, 1, $2)`).join(', ');
    const counts = await this.database.rows(
      { network: text, attempts: int },
      `INSERT INTO users_loginattempt (login_hash, network, attempts, free_at) VALUES ${valuesSql}
       ON CONFLICT (login_hash, network) DO UPDATE SET free_at = excluded.free_at,
         attempts = CASE WHEN users_loginattempt.free_at < $3 THEN 1 ELSE users_loginattempt.attempts + 1 END
       WHERE users_loginattempt.free_at <= excluded.free_at OR users_loginattempt.network = '${allNetworks}'
         OR users_loginattempt.attempts < ${minAttemptsBeforeWait}
       RETURNING network, attempts`,
      [targetHash, now, new Date(now.getTime() - retentionMs), ...networks],
    );
    return new Map(counts.map(({ network, attempts }) => [network, attempts]));
  }

  private async setDelay(targetHash: string, network: string, delayMs: number, now: Date): Promise<void> {
    if (delayMs === 0) return;
    const freeAt = new Date(now.getTime() + delayMs);
    const sql = 'UPDATE users_loginattempt SET free_at = $3 WHERE login_hash = $1 AND network = $2';
    await this.database.run(sql, [targetHash, network, freeAt]);
  }

  private async decrement(targetHash: string, networks: string[]): Promise<void> {
    await this.database.run(
      `UPDATE users_loginattempt SET attempts = attempts - 1
       WHERE login_hash = $1 AND network IN (${networkPlaceholders(networks)}) AND attempts > 0`,
      [targetHash, ...networks],
    );
  }

  private async toTooManyAttempts(
    targetHash: string,
    networks: readonly string[],
    now: Date,
  ): Promise<TooManyAttempts> {
    const row = await this.database.row(
      { freeAt: nullable(instant) },
      `SELECT max(free_at) AS "freeAt" FROM users_loginattempt
       WHERE login_hash = $1 AND network IN (${networkPlaceholders(networks)})`,
      [targetHash, ...networks],
    );
    const freeAt = row?.freeAt ?? now;
    const waitSeconds = Math.ceil((freeAt.getTime() - now.getTime()) / 1_000);
    return new TooManyAttempts(Math.max(1, Math.min(maxWaitSeconds, waitSeconds)));
  }
}

/** Returns 1, 2, 4 … seconds for 0, 1, 2 … attempts above the limit, and 0 below the limit. */
function computeWaitMs(attemptsAboveLimit: number): number {
  if (attemptsAboveLimit < 0) return 0;
  return Math.min(maxWaitSeconds, 2 ** attemptsAboveLimit) * 1_000;
}

/** The hash of the target is always $1, so the networks begin at $2. */
const networkPlaceholders = (networks: readonly string[]): string =>
  networks.map((_, index) => `$${index + 2}`).join(', ');

function hashTarget({ purpose, accountId, login }: AttemptTarget): string {
  const account = accountId > 0 ? ['account', accountId] : ['login', fold(login)];
  return createHash('sha256')
    .update(JSON.stringify([purpose, ...account]))
    .digest('hex');
}
