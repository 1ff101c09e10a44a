import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import type { PasskeyChallenge } from './passkey-challenge.entity';

const challengeLifetimeMs = 5 * 60_000;
const challengeBytes = 32;

/** What a challenge may be used for. */
export type ChallengeUse = Pick<PasskeyChallenge, 'purpose' | 'sessionId'>;

/** Challenges are valid for five minutes and one use, in the session and for the purpose for which they were created. */
@Injectable()
export class PasskeyChallenges {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async create({ purpose, sessionId }: ChallengeUse): Promise<Buffer> {
    const challenge = randomBytes(challengeBytes);
    const expiresAt = new Date(this.clock.now().getTime() + challengeLifetimeMs);
    const sql = 'INSERT INTO users_passkeychallenge (hash, purpose, session_id, expires_at) VALUES ($1, $2, $3, $4)';
    await this.database.transaction(async () => {
      // Visitors may request challenges, so expired ones are removed at once and not by a job.
      await this.database.run('DELETE FROM users_passkeychallenge WHERE expires_at < $1', [this.clock.now()]);
      await this.database.run(sql, [hashOf(challenge.toString('base64url')), purpose, sessionId, expiresAt]);
    });
    return challenge;
  }

  /**
   * Uses a challenge up, also if the response with it is refused afterwards. So a response cannot be tried twice. Of concurrent requests
   * one gets true.
   */
  async use(challenge: string, { purpose, sessionId }: ChallengeUse): Promise<boolean> {
    const sql = `DELETE FROM users_passkeychallenge
      WHERE hash = $1 AND purpose = $2 AND session_id = $3 AND expires_at > $4`;
    const values = [hashOf(challenge), purpose, sessionId, this.clock.now()];
    return (await this.database.transaction(() => this.database.run(sql, values))) > 0;
  }
}

const hashOf = (challenge: string): string => createHash('sha256').update(challenge).digest('hex');
