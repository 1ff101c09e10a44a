import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import type { ChainAction } from './chain-decision.entity';

/** The administrator who decided, and the reason. */
export interface DecisionMaker {
  reason: string;
  actorId: number;
}
type Subject = { withdrawalId: number } | { hotWalletId: number };

/** Records the decisions of administrators. Callers record only decisions that changed something. */
@Injectable()
export class Decisions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Must run in the transaction that carries the decision out. @returns the id of the decision */
  async record(subject: Subject, action: ChainAction, { reason, actorId }: DecisionMaker): Promise<number> {
    const withdrawalId = 'withdrawalId' in subject ? subject.withdrawalId : null;
    const hotWalletId = 'hotWalletId' in subject ? subject.hotWalletId : null;
    const sql = `INSERT INTO rewards_chain_decision (withdrawal_id, hot_wallet_id, action, reason, actor_id, decided_at)
      VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`;
    const values = [withdrawalId, hotWalletId, action, reason, actorId, this.clock.now()];
    return (await this.database.row({ id: int }, sql, values))!.id;
  }
}
