import { Injectable, Logger } from '@nestjs/common';
import { int, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { ChainHalted } from '../chain.events';

/** Stops what must not go on by itself, and tells an operator, once. In the caller's transaction. */
@Injectable()
export class Halts {
  private readonly log = new Logger('Chain');

  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** No more nonces, no more signatures. False where that was so already. */
  async hotWallet(id: number, reason: string): Promise<boolean> {
    const halted = await this.database.row(
      { address: text },
      `UPDATE rewards_hot_wallet SET halted_at = $2, halt_reason = $3 WHERE id = $1 AND halted_at IS NULL
       RETURNING address`,
      [id, this.clock.now(), reason],
    );
    if (halted) await this.tell(`hot wallet ${halted.address}`, reason);
    return halted !== undefined;
  }

  /** Neither paid nor refunded until somebody has looked; `consumedBy` is the transaction that took its nonce. */
  async withdrawal(id: number, reason: string, consumedBy = ''): Promise<void> {
    const halted = await this.database.row(
      { id: int },
      `UPDATE rewards_withdrawal SET state = 'halted', reason = $2, consumed_by = $3, changed_at = $4
       WHERE id = $1 AND state IN ('signing', 'signed', 'broadcast', 'mined') RETURNING id`,
      [id, reason, consumedBy, this.clock.now()],
    );
    if (halted) await this.tell(`withdrawal ${id}`, reason);
  }

  /** Not halted: it cannot be decided yet, and its turn comes after the others'. */
  async postpone(withdrawalId: number, reason: string): Promise<void> {
    await this.database.run(
      `UPDATE rewards_withdrawal SET reason = $2, changed_at = $3
       WHERE id = $1 AND (state IN ('signing', 'signed', 'broadcast') OR (state = 'reserved' AND cancelling))`,
      [withdrawalId, reason, this.clock.now()],
    );
  }

  async tell(subject: string, reason: string): Promise<void> {
    this.log.error(`Halted: ${subject}: ${reason}`);
    await this.events.publish(new ChainHalted({ subject, reason, haltedAt: this.clock.now().toISOString() }));
  }
}
