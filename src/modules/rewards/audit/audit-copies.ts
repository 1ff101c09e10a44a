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
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const violated = Object.entries(counts).filter(([, count]) => count > 0);
    return [
      `The audit of ${transactions} transactions found ${total || 'no'} ${violationWord(total)}`,
      ...violated.map(([invariant, count]) => `${count} ${violationWord(count)} of ${this.audit.describe(invariant)}`),
    ];
  }
}

const violationWord = (count: number): string => (count === 1 ? 'violation' : 'violations');
