import { Injectable } from '@nestjs/common';
import { CopyChecks, type CopyCheck } from '../../../platform/data/copy-checks';
import { LedgerAudit, sumOfCounts } from './ledger-audit';

/**
 * Audits the ledger of a moved or restored copy of the database. A copy whose triggers are missing does not get so far, because the
 * application does not start with such a ledger.
 */
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
    const violationCount = sumOfCounts(counts);
    const lines = [
      `The audit of ${transactions} transactions found ${violationCount || 'no'} ${violationWord(violationCount)}`,
    ];
    for (const [invariant, count] of Object.entries(counts))
      if (count > 0) lines.push(`${count} ${violationWord(count)} of ${this.audit.describe(invariant)}`);
    return lines;
  }
}

const violationWord = (count: number): string => (count === 1 ? 'violation' : 'violations');
