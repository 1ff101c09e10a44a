import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import type { ChainAction } from './chain-decision.entity';

export interface Decision {
  action: ChainAction;
  reason: string;
  actorId: number;
}
/** What it is about. */
type Subject = { withdrawalId: number } | { hotWalletId: number };

/** Who decided what, and why. One that changed nothing is none. */
@Injectable()
export class Decisions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** In the transaction of what was decided. */
  async keep(subject: Subject, { action, reason, actorId }: Decision): Promise<number> {
    const [withdrawalId, hotWalletId] =
      'withdrawalId' in subject ? [subject.withdrawalId, null] : [null, subject.hotWalletId];
    const kept = await this.database.row(
      { id: int },
      `INSERT INTO rewards_chain_decision (withdrawal_id, hot_wallet_id, action, reason, actor_id, decided_at)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
      [withdrawalId, hotWalletId, action, reason, actorId, this.clock.now()],
    );
    return (kept as { id: number }).id;
  }
}
