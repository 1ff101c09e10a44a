import { Injectable } from '@nestjs/common';
import { int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { isOneOf } from '../../../platform/database/entity';
import { LedgerAudit, type Violation } from '../../rewards';
import { ethers } from '../settings/ethers';
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

/** A number of units greater than 0, of at most 78 digits (256 bits). */
const positiveUnits = /^[1-9]\d{0,77}$/;
const unitsOrZero = /^\d{1,78}$/;

/**
 * Registers the invariants I9 to I15 with the audit of the ledger. Sums of 256 bits and signed bytes are checked here, because SQL cannot
 * check them on both engines.
 */
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
      computed: () => this.findViolations(),
    });
  }

  private async *findViolations(): AsyncGenerator<Violation> {
    yield* this.findTreasuryViolations();
    yield* this.findAttemptViolations();
  }

  private async *findTreasuryViolations(): AsyncGenerator<Violation> {
    for (const cursor of await this.listCursors()) {
      const isExplainedSql = `NOT (${isUnexplainedSql('rewards_payout')})`;
      const incoming = await this.sumUnits('rewards_deposit', `state <> 'seen'`, cursor);
      const outgoing = await this.sumUnits('rewards_payout', isExplainedSql, cursor);
      for (const detail of [...incoming.errors, ...outgoing.errors]) yield violation('I14', detail);
      yield* compareTreasury(cursor, incoming.sum - outgoing.sum);
    }
  }

  /** One statement reads the cursor and the coins that the school owes, so that both are of the same moment. */
  private listCursors(): Promise<Cursor[]> {
    const sql = `SELECT ${cursorColumns.columns()},
        (SELECT COALESCE(sum(teo_coins), 0) FROM users_user) AS balances,
        (SELECT COALESCE(sum(amount), 0) FROM rewards_withdrawal WHERE ${isOneOf('state', openStates)}) AS "inFlight"
      FROM rewards_chain_cursor`;
    return this.database.rows(cursorShape, sql);
  }

  /** Sums the transfers up to the final block of the cursor, because later transfers may become final during the audit. */
  private async sumUnits(
    table: string,
    conditionSql: string,
    cursor: Cursor,
  ): Promise<{ sum: bigint; errors: string[] }> {
    const sql = `SELECT id, units FROM ${table}
      WHERE id > $1 AND ${conditionSql} AND block_number > $2 AND block_number <= $3 ORDER BY id LIMIT ${rowsPerPage}`;
    const transfers = this.readPaged({ id: int, units: text }, sql, [cursor.openingNumber, cursor.finalNumber]);
    const errors: string[] = [];
    let sum = 0n;
    for await (const { id, units } of transfers) {
      if (positiveUnits.test(units)) sum += BigInt(units);
      else errors.push(`${table} ${id} has an invalid number of units: ${units}`);
    }
    return { sum, errors };
  }

  /** Compares the stored bytes of each signed transaction with its hash and nonce. */
  private async *findAttemptViolations(): AsyncGenerator<Violation> {
    const sql = `SELECT ${attemptColumns.columns('a')}, ${withdrawalColumns.columns('w')}, w.nonce
      FROM rewards_withdrawal_attempt a JOIN rewards_withdrawal w ON w.id = a.withdrawal_id
      WHERE a.id > $1 AND a.raw <> '' ORDER BY a.id LIMIT ${rowsPerPage}`;
    for await (const attempt of this.readPaged(attemptShape, sql)) {
      const { withdrawalId, nonce, txHash, raw } = attempt;
      const signed = decodeTransaction(raw);
      if (signed?.hash !== txHash)
        yield violation('I10', `the stored bytes of withdrawal ${withdrawalId} are not transaction ${txHash}`, attempt);
      else if (signed.nonce !== nonce) {
        const detail = `withdrawal ${withdrawalId} has nonce ${nonce}, but transaction ${txHash} has nonce ${signed.nonce}`;
        yield violation('I11', detail, attempt);
      }
    }
  }

  /**
   * Reads the rows in pages of one statement each, so that the memory does not grow with the table. The first parameter of the statement
   * is the id after which a page begins.
   */
  private async *readPaged<S extends { id: typeof int }>(
    shape: S,
    sql: string,
    values: readonly number[] = [],
  ): AsyncGenerator<Row<S>> {
    let lastId = 0;
    for (;;) {
      const rows = await this.database.rows(shape, sql, [lastId, ...values]);
      yield* rows;
      if (rows.length < rowsPerPage) return;
      lastId = (rows.at(-1) as { id: number }).id;
    }
  }
}

const violation = (invariant: string, detail: string, attempt?: Attempt): Violation => {
  return { invariant, userId: attempt?.userId ?? null, transactionId: attempt?.ledgerId ?? null, detail };
};

/** @param movedUnits the incoming units minus the outgoing ones, since the opening block */
function* compareTreasury(cursor: Cursor, movedUnits: bigint): Generator<Violation> {
  const { openingUnits, treasuryUnits, finalNumber, balances, inFlight } = cursor;
  if (!unitsOrZero.test(openingUnits) || !unitsOrZero.test(treasuryUnits)) {
    yield violation('I15', `the treasury is not a number: ${openingUnits} at the opening, ${treasuryUnits} now`);
    return;
  }
  const heldUnits = BigInt(treasuryUnits);
  const expectedUnits = BigInt(openingUnits) + movedUnits;
  if (heldUnits !== expectedUnits) {
    const detail = `the treasury holds ${heldUnits} at block ${finalNumber}, but the known transfers give ${expectedUnits}`;
    yield violation('I15', detail);
  }
  const owedUnits = unitsOf(balances + inFlight);
  if (heldUnits < owedUnits)
    yield violation('I15', `the treasury holds ${heldUnits}, but the school owes ${owedUnits}`);
}

/** Undefined if the bytes are not a transaction. */
function decodeTransaction(raw: string): { hash: string | null; nonce: number } | undefined {
  const { Transaction } = ethers();
  try {
    return Transaction.from(raw);
  } catch {
    return undefined;
  }
}
