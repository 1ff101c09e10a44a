import { Injectable } from '@nestjs/common';
import { int, nullable, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { LedgerGuard } from '../ledger/ledger-guard';
import { balanceChecks } from './balance-checks';
import type { AuditPart, Invariant, LedgerCheck, NamedInvariants, Violation } from './ledger-check';
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
  invariants: {
    I1: 'each balance is the sum of the transactions of its person',
    I2: 'the transactions of a person have no gap, and each continues the balance of the one before',
    I3: 'no balance is negative',
    I4: 'every operation has exactly the transactions that its type needs',
    I5: 'no reward is paid twice for the same thing',
    I6: 'an idempotency key stands for one transaction',
    I7: 'no transaction is changed or deleted',
  },
  checks: [...balanceChecks, ...operationChecks],
};
/** Rule 19. Its count is always the last one of the report. */
const totals: NamedInvariants = { totals: 'the totals that learners are shown equal their rows' };

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

  /** All invariants that the audit checks, in the order of the report. */
  get invariants(): NamedInvariants {
    return Object.assign({}, ...this.parts.map(({ invariants }) => invariants), totals) as NamedInvariants;
  }

  /** An invariant for an operator: `I3, no balance is negative: docs/invariants.md#i3`. */
  describe(invariant: Invariant): string {
    return `${invariant}, ${this.invariants[invariant]}: docs/invariants.md#${invariant.toLowerCase()}`;
  }

  /** A violation for an operator, in one line. */
  describeViolation({ invariant, userId, transactionId, detail }: Violation): string {
    return `${detail} (user ${userId ?? '–'}, transaction ${transactionId ?? '–'}) violates ${this.describe(invariant)}`;
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
    const counts: Counts = Object.fromEntries(Object.keys(this.invariants).map((invariant) => [invariant, 0]));
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
