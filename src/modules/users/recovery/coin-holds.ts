import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';

/** Holds the coins of a person for a day after an act with which a thief could have taken the account. */
@Injectable()
export class CoinHolds {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Called in a transaction that has locked the row of the person, so that a concurrent transfer sees the hold. A hold is the time of a
   * used one-time link (`coin-hold.ts`), so a used link is stored whose token nobody knows.
   * @param actorId the administrator who has acted, if one has
   */
  async start(userId: number, actorId: number | null = null): Promise<void> {
    const unknownHash = randomBytes(32).toString('hex');
    await this.database.run(
      `INSERT INTO users_passwordreset (user_id, token_hash, created_by_id, created_at, expires_at, used_at)
       VALUES ($1, $2, $3, $4, $4, $4)`,
      [userId, unknownHash, actorId, this.clock.now()],
    );
  }
}
