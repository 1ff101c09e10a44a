import { Injectable, Logger } from '@nestjs/common';
import { int, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { ChainHalted } from '../chain.events';

/** The reason of a withdrawal whose refund is postponed. */
export const refundPostponed = 'The refund waits, because the balance would be above its limit';

/** Stops a hot wallet or a withdrawal until an administrator decides, and notifies the administrators once. Runs in the transaction of the caller. */
@Injectable()
export class Halts {
  private readonly log = new Logger('Chain');

  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** A halted wallet assigns no nonces and signs nothing. @returns false if the wallet was already halted */
  async haltHotWallet(id: number, reason: string): Promise<boolean> {
    const sql = `UPDATE rewards_hot_wallet SET halted_at = $2, halt_reason = $3 WHERE id = $1 AND halted_at IS NULL
      RETURNING address`;
    const halted = await this.database.row({ address: text }, sql, [id, this.clock.now(), reason]);
    if (halted) await this.notifyAdministrators(`hot wallet ${halted.address}`, reason);
    return halted !== undefined;
  }

  /** A halted withdrawal is neither paid nor refunded. `consumedBy` is the transaction that used its nonce. */
  async haltWithdrawal(id: number, reason: string, consumedBy = ''): Promise<void> {
    const sql = `UPDATE rewards_withdrawal SET state = 'halted', reason = $2, consumed_by = $3, changed_at = $4
      WHERE id = $1 AND state IN ('signing', 'signed', 'broadcast', 'mined') RETURNING id`;
    const halted = await this.database.row({ id: int }, sql, [id, reason, consumedBy, this.clock.now()]);
    if (halted) await this.notifyAdministrators(`withdrawal ${id}`, reason);
  }

  /** Postpones a withdrawal that cannot be decided yet. The new `changed_at` puts it behind the others, because polls take the oldest first. */
  async postpone(withdrawalId: number, reason: string): Promise<void> {
    const sql = `UPDATE rewards_withdrawal SET reason = $2, changed_at = $3
      WHERE id = $1 AND (state IN ('signing', 'signed', 'broadcast') OR (state = 'reserved' AND cancelling))`;
    await this.database.run(sql, [withdrawalId, reason, this.clock.now()]);
  }

  async notifyAdministrators(subject: string, reason: string): Promise<void> {
    this.log.error(`Halted: ${subject}. ${reason}. See docs/operations/chain.md for what to do`);
    await this.events.publish(new ChainHalted({ subject, reason, haltedAt: this.clock.now().toISOString() }));
  }
}
