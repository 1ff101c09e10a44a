import { Injectable } from '@nestjs/common';
import type { HeldLease } from '../../../platform/jobs/leases';
import type { CursorState } from '../cursor/cursor-store';
import type { ChainView } from '../nodes/chain-view';
import { CancelledWithdrawals } from './cancelled-withdrawals';
import { ConsumedNonces } from './consumed-nonces';

/** Ends the withdrawals of which the last poll has shown that they will not be paid. */
@Injectable()
export class DueRefunds {
  constructor(
    private readonly consumedNonces: ConsumedNonces,
    private readonly cancelledWithdrawals: CancelledWithdrawals,
  ) {}

  /** @returns the number of withdrawals that ended by a used nonce, and of those that were cancelled without a nonce */
  async settle(
    lease: HeldLease,
    cursor: CursorState,
    view: ChainView,
  ): Promise<{ resolved: number; cancelled: number }> {
    const resolved = await this.consumedNonces.resolve(lease, cursor);
    const cancelled = await this.cancelledWithdrawals.refund(lease, cursor, view);
    return { resolved, cancelled };
  }
}
