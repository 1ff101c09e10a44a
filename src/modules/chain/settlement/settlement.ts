import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { CursorStore, type CursorState } from '../cursor/cursor-store';
import { DepositDetection } from '../deposits/deposit-detection';
import type { ChainView } from '../nodes/chain-view';
import { PaymentReceipts } from '../payments/receipts';
import { Solvency } from './solvency';

/** The number of payments that are in a block, of payments that became final, and of deposits that were credited, in one poll. */
export interface SettlementReport {
  mined: number;
  confirmed: number;
  credited: number;
}

/** Stores the result of one poll in one transaction that only the leader can commit. */
@Injectable()
export class Settlement {
  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly cursors: CursorStore,
    private readonly receipts: PaymentReceipts,
    private readonly deposits: DepositDetection,
    private readonly solvency: Solvency,
  ) {}

  settle(lease: HeldLease, cursor: CursorState, view: ChainView): Promise<SettlementReport> {
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.cursors.advance(cursor, view);
      // Deposits are recorded before receipts, because they lock people, and people must be locked before withdrawals.
      const { credited } = await this.deposits.record(view);
      const { mined, confirmed } = await this.receipts.record(cursor.walletId, view);
      await this.solvency.check(cursor, view);
      return { mined, confirmed, credited };
    });
  }
}
