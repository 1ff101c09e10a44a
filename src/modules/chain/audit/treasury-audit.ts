import { Injectable } from '@nestjs/common';
import { Transaction } from 'ethers';
import { int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { isOneOf } from '../../../platform/database/entity';
import { unitsOf } from '../settings/token';
import { isUnexplainedSql } from '../withdrawals/payment-conditions';
import { openStates } from '../withdrawals/withdrawal.entity';
import type { Violation } from '../../rewards';

const cursorShape = {
  ...{ openingNumber: int, openingUnits: text, finalNumber: int, treasuryUnits: text },
  ...{ balances: int, inFlight: int },
};
type Cursor = Row<typeof cursorShape>;
const attemptShape = { id: int, withdrawalId: int, userId: int, ledgerId: int, nonce: int, txHash: text, raw: text };

const rowsAtATime = 2_000;
const nobody = { userId: null, transactionId: null };

/** What SQL cannot say on both engines: sums of 256 bits, and whether signed bytes are what they are kept as. */
@Injectable()
export class TreasuryAudit {
  constructor(private readonly database: Database) {}

  async *violations(): AsyncGenerator<Violation> {
    yield* this.treasury();
    yield* this.attempts();
  }

  private async *treasury(): AsyncGenerator<Violation> {
    const cursors = await this.cursors();
    for (const cursor of cursors) {
      const wrong: string[] = [];
      const incoming = await this.sumOf('rewards_deposit', `state <> 'seen'`, cursor, wrong);
      const outgoing = await this.sumOf('rewards_payout', `NOT (${isUnexplainedSql('rewards_payout')})`, cursor, wrong);
      for (const detail of wrong) yield { invariant: 'I14', ...nobody, detail };
      yield* explain(cursor, incoming - outgoing);
    }
  }

  /** What is owed, at the moment in which the mark is read. */
  private cursors(): Promise<Cursor[]> {
    return this.database.rows(
      cursorShape,
      `SELECT opening_number AS "openingNumber", opening_units AS "openingUnits", final_number AS "finalNumber",
         treasury_units AS "treasuryUnits",
         (SELECT COALESCE(sum(teo_coins), 0) FROM users_user) AS balances,
         (SELECT COALESCE(sum(amount), 0) FROM rewards_withdrawal WHERE ${isOneOf('state', openStates)}) AS "inFlight"
       FROM rewards_chain_cursor`,
    );
  }

  /** Up to the mark as it was read: what becomes final meanwhile lies above it, and what is final never changes. */
  private async sumOf(
    table: string,
    condition: string,
    { openingNumber, finalNumber }: Cursor,
    wrong: string[],
  ): Promise<bigint> {
    let sum = 0n;
    const sql = `SELECT id, units FROM ${table} WHERE id > $1 AND ${condition} AND block_number > $2 AND block_number <= $3
      ORDER BY id LIMIT ${rowsAtATime}`;
    for await (const { id, units } of this.pages({ id: int, units: text }, sql, [openingNumber, finalNumber])) {
      if (/^[1-9]\d{0,77}$/.test(units)) sum += BigInt(units);
      else wrong.push(`${table} ${id} has no number of units: ${units}`);
    }
    return sum;
  }

  private async *attempts(): AsyncGenerator<Violation> {
    const sql = `SELECT a.id, w.id AS "withdrawalId", w.user_id AS "userId", w.ledger_id AS "ledgerId", w.nonce,
        a.tx_hash AS "txHash", a.raw
      FROM rewards_withdrawal_attempt a JOIN rewards_withdrawal w ON w.id = a.withdrawal_id
      WHERE a.id > $1 AND a.raw <> '' ORDER BY a.id LIMIT ${rowsAtATime}`;
    for await (const { withdrawalId, userId, ledgerId, nonce, txHash, raw } of this.pages(attemptShape, sql)) {
      const signed = decoded(raw);
      const named = { userId, transactionId: ledgerId };
      if (signed?.hash !== txHash)
        yield {
          invariant: 'I10',
          ...named,
          detail: `withdrawal ${withdrawalId}: the bytes are not those of ${txHash}`,
        };
      else if (signed.nonce !== nonce)
        yield {
          ...{ invariant: 'I11', ...named },
          detail: `withdrawal ${withdrawalId} owns nonce ${nonce}, ${txHash} spends ${signed.nonce}`,
        };
    }
  }

  /** Some at a time, each page of a statement of its own: memory stays flat. */
  private async *pages<S extends { id: typeof int }>(
    shape: S,
    sql: string,
    values: readonly number[] = [],
  ): AsyncGenerator<Row<S>> {
    for (let after = 0, rows: Row<S>[]; ; after = (rows.at(-1) as { id: number }).id) {
      rows = await this.database.rows(shape, sql, [after, ...values]);
      yield* rows;
      if (rows.length < rowsAtATime) return;
    }
  }
}

function* explain(cursor: Cursor, moved: bigint): Generator<Violation> {
  const { openingUnits, treasuryUnits, finalNumber, balances, inFlight } = cursor;
  if (!/^\d{1,78}$/.test(openingUnits) || !/^\d{1,78}$/.test(treasuryUnits)) {
    yield { invariant: 'I15', ...nobody, detail: `no numbers: ${openingUnits} at the opening, ${treasuryUnits} now` };
    return;
  }
  const [held, explained] = [BigInt(treasuryUnits), BigInt(openingUnits) + moved];
  if (held !== explained)
    yield {
      ...{ invariant: 'I15', ...nobody },
      detail: `the treasury holds ${held} at block ${finalNumber}, its ordered and booked transfers give ${explained}`,
    };
  const owed = unitsOf(balances + inFlight);
  if (held < owed) yield { invariant: 'I15', ...nobody, detail: `the treasury holds ${held} and owes ${owed}` };
}

function decoded(raw: string): { hash: string | null; nonce: number } | undefined {
  try {
    return Transaction.from(raw);
  } catch {
    return undefined;
  }
}
