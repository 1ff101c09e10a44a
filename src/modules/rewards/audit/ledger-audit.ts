import { Injectable } from '@nestjs/common';
import { int, nullable, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { LedgerGuard } from '../ledger-guard';
import { balanceChecks } from './balance-checks';
import { invariants, type Invariant, type LedgerCheck } from './ledger-check';
import { operationChecks } from './operation-checks';

export interface Violation {
  invariant: Invariant;
  userId: number | null;
  transactionId: number | null;
  detail: string;
}

export interface AuditReport {
  people: number;
  transactions: number;
  /** How often each invariant is broken, also where that is never. */
  counts: Record<Invariant, number>;
  /** The first of each check. */
  violations: Violation[];
}

const violationShape = { userId: nullable(int), transactionId: nullable(int), detail: text, total: int };
const sizeShape = { people: int, transactions: int };

/** Proves the ledger, over the whole database: I1–I7 as far as the rows can tell, and that learners' totals equal them. */
@Injectable()
export class LedgerAudit {
  constructor(
    private readonly database: Database,
    private readonly guard: LedgerGuard,
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
    for (const check of [...balanceChecks, ...operationChecks]) {
      const found = await this.violationsOf(check, limit);
      counts[check.invariant] += found.total;
      violations.push(...found.violations);
    }
    return { people: size?.people ?? 0, transactions: size?.transactions ?? 0, counts, violations };
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
