import { AsyncLocalStorage } from 'node:async_hooks';
import { currentUnit } from '../scope/unit-of-work';

/** A write outside `database.transaction()`. Such a write is not retried, and not rolled back together with related writes. */
export class WriteOutsideTransaction extends Error {
  override name = 'WriteOutsideTransaction';

  constructor(sql: string) {
    super(`A write must run inside database.transaction(): ${sql.slice(0, 120)}`);
  }
}

/** A statement on another connection than that of its transaction. It could wait for its own transaction for ever, or read old rows. */
class EscapedTransaction extends Error {
  override name = 'EscapedTransaction';

  constructor(sql: string) {
    super(
      `A statement left the transaction it was called in (use Database, not the data source): ${sql.slice(0, 120)}`,
    );
  }
}

const readPattern = /^\s*(?:SELECT|EXPLAIN|SHOW|PRAGMA|VALUES|WITH)\b/i;
/** Matches a statement that begins with WITH and writes. */
const writeAfterWithPattern = /^\s*WITH\b[\s\S]*\b(?:INSERT\s+INTO|UPDATE\s+"?\w+"?\s+SET|DELETE\s+FROM)\b/i;
const maintenance = new AsyncLocalStorage<true>();

/** Runs `work` without the guard. Migrations, and tests that damage a database on purpose, begin their own transactions. */
export const unguarded = <T>(work: () => Promise<T>): Promise<T> => maintenance.run(true, work);
export const isUnguarded = (): boolean => maintenance.getStore() === true;

export function isRead(sql: string): boolean {
  return readPattern.test(sql) && !writeAfterWithPattern.test(sql);
}

/** Checks every statement that is not sent by the runner of a transaction. @throws EscapedTransaction, WriteOutsideTransaction */
export function guard(sql: string): void {
  if (isUnguarded()) return;
  const unit = currentUnit();
  if (unit && !unit.isEnded) throw new EscapedTransaction(sql);
  if (!isRead(sql)) throw new WriteOutsideTransaction(sql);
}
