import { Injectable } from '@nestjs/common';
import { LedgerAudit } from '../../rewards';
import { finalityChecks } from './finality-checks';
import { nonceChecks } from './nonce-checks';
import { paymentChecks } from './payment-checks';
import { TreasuryAudit } from './treasury-audit';

/** The chain's side of the books, as a part of the audit of the ledger: I9 to I15 as far as rows can tell. */
@Injectable()
export class ChainAudit {
  constructor(audit: LedgerAudit, treasury: TreasuryAudit) {
    audit.register({
      invariants: ['I9', 'I10', 'I11', 'I12', 'I13', 'I14', 'I15'],
      checks: [...paymentChecks, ...nonceChecks, ...finalityChecks],
      computed: () => treasury.violations(),
    });
  }
}
