import { Injectable } from '@nestjs/common';
import { CopyChecks, type CopyCheck } from '../../../platform/data/copy-checks';
import { LedgerAudit } from './ledger-audit';

/** Audits the ledger of a moved or restored copy. That the copy started is half of the proof: no ledger starts that can be changed. */
@Injectable()
export class AuditCopies implements CopyCheck {
  constructor(
    copies: CopyChecks,
    private readonly audit: LedgerAudit,
  ) {
    copies.register(this);
  }

  async checkCopy(): Promise<string[]> {
    const { transactions, counts } = await this.audit.run();
    const violations = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return [`The audit of ${transactions} transactions found ${violations || 'no'} violations`];
  }
}
