import { Injectable } from '@nestjs/common';
import { int, nullable, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { LedgerGuard } from '../ledger/ledger-guard';
import { balanceChecks } from './balance-checks';
import type { AuditPart, InvariantId, LedgerCheck, NamedInvariants, Violation } from './ledger-check';
import { operationChecks } from './operation-checks';

export type { Violation } from './ledger-check';

type ViolationCounts = Record<InvariantId, number>;

export interface AuditReport {
  people: number;
  transactions: number;
  /** Number of violations of each invariant; 0 if there are none. */
  counts: ViolationCounts;
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
/** The check of rule 19. Its count is the last one of the report, because the invariants of all modules come before it. */
const totalsInvariant: NamedInvariants = { totals: 'the totals that learners are shown equal their rows' };

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
    let invariants: NamedInvariants = {};
    for (const part of this.parts) invariants = { ...invariants, ...part.invariants };
    return { ...invariants, ...totalsInvariant };
  }

  /** Describes an invariant to an operator, for example `I3, no balance is negative: docs/invariants.md#i3`. */
  describe(invariant: InvariantId): string {
    return `${invariant}, ${this.invariants[invariant]}: docs/invariants.md#${invariant.toLowerCase()}`;
  }

  /** Describes a violation to an operator in one line. */
  describeViolation({ invariant, userId, transactionId, detail }: Violation): string {
    return `${detail} (user ${userId ?? '–'}, transaction ${transactionId ?? '–'}) violates ${this.describe(invariant)}`;
  }

  /** @param maxListed how many violations of each check are listed; all violations are counted */
  async run(maxListed = 20): Promise<AuditReport> {
    const report = await this.checkRows(maxListed);
    const possibleChanges = await this.guard.findPossibleChanges();
    addToCount(report.counts, 'I7', possibleChanges.length);
    for (const change of possibleChanges) {
      const detail = `${change} of a row is possible`;
      report.violations.push({ invariant: 'I7', userId: null, transactionId: null, detail });
    }
    return report;
  }

  /** Checks all invariants except I7, because the check of I7 must write a row. */
  async checkRows(maxListed = 20): Promise<AuditReport> {
    const tableSizes = await this.database.row(
      sizeShape,
      `SELECT (SELECT count(*) FROM users_user) AS people,
         (SELECT count(*) FROM rewards_teocointransaction) AS transactions`,
    );
    const counts: ViolationCounts = Object.fromEntries(Object.keys(this.invariants).map((invariant) => [invariant, 0]));
    const violations: Violation[] = [];
    for (const check of this.parts.flatMap((part) => part.checks)) {
      const result = await this.findViolations(check, maxListed);
      addToCount(counts, check.invariant, result.total);
      violations.push(...result.violations);
    }
    for (const { computed } of this.parts)
      if (computed) await this.addViolations(computed(), counts, violations, maxListed);
    return { people: tableSizes?.people ?? 0, transactions: tableSizes?.transactions ?? 0, counts, violations };
  }

  private async addViolations(
    computedViolations: AsyncIterable<Violation>,
    counts: ViolationCounts,
    violations: Violation[],
    maxListed: number,
  ): Promise<void> {
    const listedCounts = new Map<InvariantId, number>();
    for await (const violation of computedViolations) {
      const { invariant } = violation;
      addToCount(counts, invariant, 1);
      const listedCount = (listedCounts.get(invariant) ?? 0) + 1;
      listedCounts.set(invariant, listedCount);
      if (listedCount <= maxListed) violations.push(violation);
    }
  }

  private async findViolations({ invariant, sql }: LedgerCheck, maxListed: number) {
    const rows = await this.database.rows(
      violationShape,
      `SELECT v.*, count(*) OVER () AS total FROM (${sql}) AS v ORDER BY v."userId", v."transactionId" LIMIT $1`,
      [maxListed],
    );
    const violations = rows.map(({ userId, transactionId, detail }): Violation => {
      return { invariant, userId, transactionId, detail };
    });
    return { total: rows[0]?.total ?? 0, violations };
  }
}

function addToCount(counts: ViolationCounts, invariant: InvariantId, addend: number): void {
  counts[invariant] = (counts[invariant] ?? 0) + addend;
}

/** The number of violations of all invariants together. */
export function sumOfCounts(counts: ViolationCounts): number {
  let sum = 0;
  for (const count of Object.values(counts)) sum += count;
  return sum;
}
