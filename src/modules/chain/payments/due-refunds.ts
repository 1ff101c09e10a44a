import { Injectable } from '@nestjs/common';
import type { HeldLease } from '../../../platform/jobs/leases';
import type { ChainView } from '../nodes/chain-view';
import type { CursorState } from '../cursor/cursor-store';
import { CancelledWithdrawals } from './cancelled-withdrawals';
import { ConsumedNonces } from './consumed-nonces';

/** What ends without a payment, as a look has just shown: nonces that paid nothing, and orders that never had one. */
@Injectable()
export class DueRefunds {
  constructor(
    private readonly consumed: ConsumedNonces,
    private readonly cancelled: CancelledWithdrawals,
  ) {}

  async settle(
    lease: HeldLease,
    marks: CursorState,
    view: ChainView,
  ): Promise<{ resolved: number; cancelled: number }> {
    const resolved = await this.consumed.resolve(lease, marks);
    return { resolved, cancelled: await this.cancelled.refund(lease, marks, view) };
  }
}
