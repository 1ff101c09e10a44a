import { Injectable } from '@nestjs/common';
import { int, nullable, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { LedgerGuard } from '../ledger/ledger-guard';
import { balanceChecks } from './balance-checks';
import type { AuditPart, Invariant, LedgerCheck, Violation } from './ledger-check';
import { operationChecks } from './operation-checks';

export type { Violation } from './ledger-check';

type Counts = Record<Invariant, number>;

export interface AuditReport {
  people: number;
  transactions: number;
  /** Number of violations of each invariant; 0 if there are none. */
  counts: Counts;
  /** The first violations of each check. */
  violations: Violation[];
}

const violationShape = { userId: nullable(int), transactionId: nullable(int), detail: text, total: int };
const sizeShape = { people: int, transactions: int };

const ledgerPart: AuditPart = {
  invariants: ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7'],
  checks: [...balanceChecks, ...operationChecks],
};
/** The totals of learners equal their rows (rule 19). This count is always the last one of the report. */
const totalsInvariant = 'totals';

/** Checks the ledger over the whole database, together with the checks that other modules have registered. */
@Injectable()
export class LedgerAudit {
  private readonly parts: AuditPart[] = [ledgerPart];

  constructor(
    private readonly database: Database,
    private readonly guard: LedgerGuard,
  ) {}

  register(part: AuditPart): void {
    this.parts.push(part);
  }

  /** @param limit how many violations of each check are listed; all are counted */
  async run(limit = 20): Promise<AuditReport> {
    const report = await this.checkRows(limit);
    const possibleChanges = await this.guard.findPossibleChanges();
    const violations = possibleChanges.map((change): Violation => {
      return { invariant: 'I7', userId: null, transactionId: null, detail: `${change} of a row is possible` };
    });
    increase(report.counts, 'I7', violations.length);
    report.violations.push(...violations);
    return report;
  }

  /** Checks everything except I7, which needs a write. */
  async checkRows(limit = 20): Promise<AuditReport> {
    const size = await this.database.row(
      sizeShape,
      `SELECT (SELECT count(*) FROM users_user) AS people,
         (SELECT count(*) FROM rewards_teocointransaction) AS transactions`,
    );
    const invariants = [...this.parts.flatMap((part) => part.invariants), totalsInvariant];
    const counts: Counts = Object.fromEntries(invariants.map((invariant) => [invariant, 0]));
    const violations: Violation[] = [];
    for (const check of this.parts.flatMap((part) => part.checks)) {
      const found = await this.findViolations(check, limit);
      increase(counts, check.invariant, found.total);
      violations.push(...found.violations);
    }
    for (const { computed } of this.parts)
      if (computed) await this.addViolations(computed(), counts, violations, limit);
    return { people: size?.people ?? 0, transactions: size?.transactions ?? 0, counts, violations };
  }

  private async addViolations(
    found: AsyncIterable<Violation>,
    counts: Counts,
    violations: Violation[],
    limit: number,
  ): Promise<void> {
    const listedCounts = new Map<Invariant, number>();
    for await (const violation of found) {
      const { invariant } = violation;
      increase(counts, invariant, 1);
      const listedCount = (listedCounts.get(invariant) ?? 0) + 1;
      listedCounts.set(invariant, listedCount);
      if (listedCount <= limit) violations.push(violation);
    }
  }

  private async findViolations({ invariant, sql }: LedgerCheck, limit: number) {
    const rows = await this.database.rows(
      violationShape,
      `SELECT v.*, count(*) OVER () AS total FROM (${sql}) AS v ORDER BY v."userId", v."transactionId" LIMIT $1`,
      [limit],
    );
    const violations = rows.map(({ total: _, ...row }): Violation => ({ invariant, ...row }));
    return { total: rows[0]?.total ?? 0, violations };
  }
}

function increase(counts: Counts, invariant: Invariant, by: number): void {
  counts[invariant] = (counts[invariant] ?? 0) + by;
}
