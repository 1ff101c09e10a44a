import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { DepositDetection } from '../deposits/deposit-detection';
import type { ChainView } from '../nodes/chain-view';
import { PaymentReceipts } from '../payments/receipts';
import { CursorStore, type CursorState } from '../cursor/cursor-store';
import { Solvency } from './solvency';

export interface SettlementReport {
  mined: number;
  confirmed: number;
  credited: number;
}

/** Makes the books follow the chain: all that one look has shown, in one transaction that only the leader can commit. */
@Injectable()
export class Settlement {
  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly marks: CursorStore,
    private readonly minings: PaymentReceipts,
    private readonly sightings: DepositDetection,
    private readonly solvency: Solvency,
  ) {}

  settle(lease: HeldLease, marks: CursorState, view: ChainView): Promise<SettlementReport> {
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.marks.move(marks, view);
      // Deposits first: they lock people, and people come before withdrawals.
      const { credited } = await this.sightings.follow(view);
      const { mined, confirmed } = await this.minings.follow(marks.walletId, view);
      await this.solvency.review(marks, view);
      return { mined, confirmed, credited };
    });
  }
}
