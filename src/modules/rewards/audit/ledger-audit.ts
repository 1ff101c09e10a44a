import { Injectable } from '@nestjs/common';
import { int, nullable, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { LedgerGuard } from '../ledger-guard';
import { balanceChecks } from './balance-checks';
import { finalityChecks } from './finality-checks';
import { invariants, type Invariant, type LedgerCheck, type Violation } from './ledger-check';
import { nonceChecks } from './nonce-checks';
import { operationChecks } from './operation-checks';
import { paymentChecks } from './payment-checks';
import { TreasuryAudit } from './treasury-audit';

export type { Violation } from './ledger-check';

export interface AuditReport {
  people: number;
  transactions: number;
  /** How often each invariant is broken, also where that is never. */
  counts: Record<Invariant, number>;
  /** The first of each check. */
  violations: Violation[];
}

const violationShape = { userId: nullable(int), transactionId: nullable(int), detail: text, total: int };
const checks = [...balanceChecks, ...operationChecks, ...paymentChecks, ...nonceChecks, ...finalityChecks];
const sizeShape = { people: int, transactions: int };

/** Proves the ledger and the chain's side of it, over the whole database: I1–I15 as far as rows can tell, and learners' totals. */
@Injectable()
export class LedgerAudit {
  constructor(
    private readonly database: Database,
    private readonly guard: LedgerGuard,
    private readonly treasury: TreasuryAudit,
  ) {}

  /** @param limit violations listed for each check; all are counted */
  async run(limit = 20): Promise<AuditReport> {
    const report = await this.books(limit);
    const possible = await this.guard.possible();
    const violations = possible.map((what): Violation => {
      return { invariant: 'I7', userId: null, transactionId: null, detail: `${what} of a row is possible` };
    });
    report.counts.I7 = violations.length;
    report.violations.push(...violations);
    return report;
  }

  /** What can be seen by reading: everything but I7. */
  async books(limit = 20): Promise<AuditReport> {
    const size = await this.database.row(
      sizeShape,
      `SELECT (SELECT count(*) FROM users_user) AS people,
         (SELECT count(*) FROM rewards_teocointransaction) AS transactions`,
    );
    const counts = Object.fromEntries(invariants.map((invariant) => [invariant, 0])) as Record<Invariant, number>;
    const violations: Violation[] = [];
    for (const check of checks) {
      const found = await this.violationsOf(check, limit);
      counts[check.invariant] += found.total;
      violations.push(...found.violations);
    }
    await this.computed(counts, violations, limit);
    return { people: size?.people ?? 0, transactions: size?.transactions ?? 0, counts, violations };
  }

  private async computed(counts: AuditReport['counts'], violations: Violation[], limit: number): Promise<void> {
    const listed = new Map<Invariant, number>();
    for await (const violation of this.treasury.violations()) {
      const { invariant } = violation;
      counts[invariant]++;
      listed.set(invariant, (listed.get(invariant) ?? 0) + 1);
      if ((listed.get(invariant) as number) <= limit) violations.push(violation);
    }
  }

  private async violationsOf({ invariant, sql }: LedgerCheck, limit: number) {
    const rows = await this.database.rows(
      violationShape,
      `SELECT v.*, count(*) OVER () AS total FROM (${sql}) AS v ORDER BY v."userId", v."transactionId" LIMIT $1`,
      [limit],
    );
    const violations = rows.map(({ total: _, ...row }): Violation => ({ invariant, ...row }));
    return { total: rows[0]?.total ?? 0, violations };
  }
}
