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
  /** How often each invariant is broken, also where that is never. */
  counts: Counts;
  /** The first of each check. */
  violations: Violation[];
}

const violationShape = { userId: nullable(int), transactionId: nullable(int), detail: text, total: int };
const sizeShape = { people: int, transactions: int };

const ofLedger: AuditPart = {
  invariants: ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7'],
  checks: [...balanceChecks, ...operationChecks],
};
/** What learners are shown as earned equals the rows (rule 19): always the last of the report. */
const totals = 'totals';

/** Proves the ledger over the whole database, with what other modules have registered of their side of it. */
@Injectable()
export class LedgerAudit {
  private readonly parts: AuditPart[] = [ofLedger];

  constructor(
    private readonly database: Database,
    private readonly guard: LedgerGuard,
  ) {}

  register(part: AuditPart): void {
    this.parts.push(part);
  }

  /** @param limit violations listed for each check; all are counted */
  async run(limit = 20): Promise<AuditReport> {
    const report = await this.books(limit);
    const possible = await this.guard.possible();
    const violations = possible.map((what): Violation => {
      return { invariant: 'I7', userId: null, transactionId: null, detail: `${what} of a row is possible` };
    });
    add(report.counts, 'I7', violations.length);
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
    const invariants = [...this.parts.flatMap((part) => part.invariants), totals];
    const counts: Counts = Object.fromEntries(invariants.map((invariant) => [invariant, 0]));
    const violations: Violation[] = [];
    for (const check of this.parts.flatMap((part) => part.checks)) {
      const found = await this.violationsOf(check, limit);
      add(counts, check.invariant, found.total);
      violations.push(...found.violations);
    }
    for (const { computed } of this.parts) if (computed) await this.collect(computed(), counts, violations, limit);
    return { people: size?.people ?? 0, transactions: size?.transactions ?? 0, counts, violations };
  }

  private async collect(
    found: AsyncIterable<Violation>,
    counts: Counts,
    violations: Violation[],
    limit: number,
  ): Promise<void> {
    const listed = new Map<Invariant, number>();
    for await (const violation of found) {
      const { invariant } = violation;
      add(counts, invariant, 1);
      const place = (listed.get(invariant) ?? 0) + 1;
      listed.set(invariant, place);
      if (place <= limit) violations.push(violation);
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

function add(counts: Counts, invariant: Invariant, more: number): void {
  counts[invariant] = (counts[invariant] ?? 0) + more;
}
