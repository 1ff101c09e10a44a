import { Injectable } from '@nestjs/common';
import { Transaction } from 'ethers';
import { int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { isOneOf } from '../../../platform/database/entity';
import { LedgerAudit, type Violation } from '../../rewards';
import { unitsOf } from '../settings/token';
import { isUnexplainedSql } from '../withdrawals/payment-conditions';
import { Withdrawal, openStates } from '../withdrawals/withdrawal.entity';
import { finalityChecks } from './finality-checks';
import { nonceChecks } from './nonce-checks';
import { paymentChecks } from './payment-checks';
import { ChainCursor } from '../cursor/chain-cursor.entity';
import { WithdrawalAttempt } from '../withdrawals/withdrawal-attempt.entity';

const cursorColumns = columnsOf(ChainCursor, ['openingNumber', 'openingUnits', 'finalNumber', 'treasuryUnits']);
const cursorShape = {
  ...cursorColumns.shape,
  balances: int,
  inFlight: int,
};
type Cursor = Row<typeof cursorShape>;
const attemptColumns = columnsOf(WithdrawalAttempt, ['id', 'withdrawalId', 'txHash', 'raw']);
const withdrawalColumns = columnsOf(Withdrawal, ['userId', 'ledgerId']);
/** Every withdrawal that has a signed transaction has a nonce. */
const attemptShape = { ...attemptColumns.shape, ...withdrawalColumns.shape, nonce: int };
type Attempt = Row<typeof attemptShape>;

const rowsPerPage = 2_000;

/** Registers the invariants I9 to I15 with the audit of the ledger, and checks those that SQL cannot check on both engines: sums of 256 bits and signed bytes. */
@Injectable()
export class ChainAudit {
  constructor(
    audit: LedgerAudit,
    private readonly database: Database,
  ) {
    audit.register({
      invariants: {
        I9: 'every payment on the chain belongs to a withdrawal',
        I10: 'no transaction is sent before its hash is stored',
        I11: 'the nonces have no gap, and each has one owner',
        I12: 'only a withdrawal that can no longer be paid is refunded',
        I13: 'confirmations and credits are never taken back',
        I14: 'every final transfer to the treasury is recorded once',
        I15: 'the treasury holds what the known transfers give, and at least what the school owes',
      },
      checks: [...paymentChecks, ...nonceChecks, ...finalityChecks],
      computed: () => this.violations(),
    });
  }

  private async *violations(): AsyncGenerator<Violation> {
    yield* this.treasuryViolations();
    yield* this.attemptViolations();
  }

  private async *treasuryViolations(): AsyncGenerator<Violation> {
    for (const cursor of await this.listCursors()) {
      const invalid: string[] = [];
      const incoming = await this.sumOf('rewards_deposit', `state <> 'seen'`, cursor, invalid);
      const outgoing = await this.sumOf(
        'rewards_payout',
        `NOT (${isUnexplainedSql('rewards_payout')})`,
        cursor,
        invalid,
      );
      for (const detail of invalid) yield violation('I14', detail);
      yield* compareTreasury(cursor, incoming - outgoing);
    }
  }

  /** One statement reads the cursor and what the school owes, so that they are of the same moment. */
  private listCursors(): Promise<Cursor[]> {
    const sql = `SELECT ${cursorColumns.columns()},
        (SELECT COALESCE(sum(teo_coins), 0) FROM users_user) AS balances,
        (SELECT COALESCE(sum(amount), 0) FROM rewards_withdrawal WHERE ${isOneOf('state', openStates)}) AS "inFlight"
      FROM rewards_chain_cursor`;
    return this.database.rows(cursorShape, sql);
  }

  /** Sums up to the final block that was read, because later transfers may become final during the audit. */
  private async sumOf(table: string, condition: string, cursor: Cursor, invalid: string[]): Promise<bigint> {
    const sql = `SELECT id, units FROM ${table}
      WHERE id > $1 AND ${condition} AND block_number > $2 AND block_number <= $3 ORDER BY id LIMIT ${rowsPerPage}`;
    const pages = this.readPaged({ id: int, units: text }, sql, [cursor.openingNumber, cursor.finalNumber]);
    let sum = 0n;
    for await (const { id, units } of pages) {
      if (/^[1-9]\d{0,77}$/.test(units)) sum += BigInt(units);
      else invalid.push(`${table} ${id} has an invalid number of units: ${units}`);
    }
    return sum;
  }

  private async *attemptViolations(): AsyncGenerator<Violation> {
    const sql = `SELECT ${attemptColumns.columns('a')}, ${withdrawalColumns.columns('w')}, w.nonce
      FROM rewards_withdrawal_attempt a JOIN rewards_withdrawal w ON w.id = a.withdrawal_id
      WHERE a.id > $1 AND a.raw <> '' ORDER BY a.id LIMIT ${rowsPerPage}`;
    for await (const attempt of this.readPaged(attemptShape, sql)) {
      const { withdrawalId, nonce, txHash, raw } = attempt;
      const signed = decode(raw);
      if (signed?.hash !== txHash)
        yield violation('I10', `the stored bytes of withdrawal ${withdrawalId} are not transaction ${txHash}`, attempt);
      else if (signed.nonce !== nonce) {
        const detail = `withdrawal ${withdrawalId} has nonce ${nonce}, but transaction ${txHash} has nonce ${signed.nonce}`;
        yield violation('I11', detail, attempt);
      }
    }
  }

  /** One statement for each page, so that the memory does not grow with the table. */
  private async *readPaged<S extends { id: typeof int }>(
    shape: S,
    sql: string,
    values: readonly number[] = [],
  ): AsyncGenerator<Row<S>> {
    for (let after = 0, rows: Row<S>[]; ; after = (rows.at(-1) as { id: number }).id) {
      rows = await this.database.rows(shape, sql, [after, ...values]);
      yield* rows;
      if (rows.length < rowsPerPage) return;
    }
  }
}

const violation = (invariant: string, detail: string, attempt?: Attempt): Violation => {
  return { invariant, userId: attempt?.userId ?? null, transactionId: attempt?.ledgerId ?? null, detail };
};

function* compareTreasury(cursor: Cursor, moved: bigint): Generator<Violation> {
  const { openingUnits, treasuryUnits, finalNumber, balances, inFlight } = cursor;
  if (!/^\d{1,78}$/.test(openingUnits) || !/^\d{1,78}$/.test(treasuryUnits)) {
    yield violation('I15', `the treasury is not a number: ${openingUnits} at the opening, ${treasuryUnits} now`);
    return;
  }
  const [held, explained] = [BigInt(treasuryUnits), BigInt(openingUnits) + moved];
  const unexplained = `the treasury holds ${held} at block ${finalNumber}, but the known transfers give ${explained}`;
  if (held !== explained) yield violation('I15', unexplained);
  const owed = unitsOf(balances + inFlight);
  if (held < owed) yield violation('I15', `the treasury holds ${held}, but the school owes ${owed}`);
}

function decode(raw: string): { hash: string | null; nonce: number } | undefined {
  try {
    return Transaction.from(raw);
  } catch {
    return undefined;
  }
}
