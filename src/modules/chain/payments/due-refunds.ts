import { Injectable } from '@nestjs/common';
import type { HeldLease } from '../../../platform/jobs/leases';
import type { CursorState } from '../cursor/cursor-store';
import type { ChainView } from '../nodes/chain-view';
import { CancelledWithdrawals } from './cancelled-withdrawals';
import { ConsumedNonces } from './consumed-nonces';

/** Ends the withdrawals that will not be paid, after a poll has shown it. */
@Injectable()
export class DueRefunds {
  constructor(
    private readonly consumed: ConsumedNonces,
    private readonly cancelled: CancelledWithdrawals,
  ) {}

  async settle(
    lease: HeldLease,
    cursor: CursorState,
    view: ChainView,
  ): Promise<{ resolved: number; cancelled: number }> {
    const resolved = await this.consumed.resolve(lease, cursor);
    return { resolved, cancelled: await this.cancelled.refund(lease, cursor, view) };
  }
}
