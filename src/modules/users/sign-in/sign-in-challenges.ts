import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { SignInExpired } from '../users.errors';

const lifetimeMs = 5 * 60_000;

export interface NewChallenge {
  challenge: string;
  challengeExpiresAt: Date;
}

/**
 * Challenges of sign-ins that wait for the second factor. A challenge is no access token: it is an entry of one table that only the
 * second step reads, so it opens nothing else.
 */
@Injectable()
export class SignInChallenges {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Called in the transaction in which the password was right. */
  async create(userId: number): Promise<NewChallenge> {
    const challenge = randomBytes(32).toString('base64url');
    const challengeExpiresAt = new Date(this.clock.now().getTime() + lifetimeMs);
    const sql = 'INSERT INTO users_signinchallenge (hash, user_id, expires_at) VALUES ($1, $2, $3)';
    await this.database.run(sql, [hashOf(challenge), userId, challengeExpiresAt]);
    return { challenge, challengeExpiresAt };
  }

  /** @throws SignInExpired */
  async getUserId(challenge: string): Promise<number> {
    const sql = 'SELECT user_id AS "userId" FROM users_signinchallenge WHERE hash = $1 AND expires_at > $2';
    const found = await this.database.row({ userId: int }, sql, [hashOf(challenge), this.clock.now()]);
    if (!found) throw new SignInExpired();
    return found.userId;
  }

  /** Uses a challenge up, in the transaction of the caller. Of concurrent requests only one succeeds. @throws SignInExpired */
  async use(challenge: string): Promise<void> {
    const sql = 'DELETE FROM users_signinchallenge WHERE hash = $1';
    if ((await this.database.run(sql, [hashOf(challenge)])) === 0) throw new SignInExpired();
  }

  /** Returns the number of removed challenges. */
  expire(): Promise<number> {
    const sql = 'DELETE FROM users_signinchallenge WHERE expires_at < $1';
    return this.database.transaction(() => this.database.run(sql, [this.clock.now()]));
  }
}

const hashOf = (challenge: string): string => createHash('sha256').update(challenge).digest('hex');
