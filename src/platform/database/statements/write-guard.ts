import { AsyncLocalStorage } from 'node:async_hooks';
import { currentUnit } from '../unit-of-work';

/** A write that would not be part of a transaction of ours: neither retried, nor rolled back with its neighbours. */
export class WriteOutsideTransaction extends Error {
  override name = 'WriteOutsideTransaction';

  constructor(sql: string) {
    super(`A write must run inside database.transaction(): ${sql.slice(0, 120)}`);
  }
}

/** A statement on another connection than its own transaction's: it would wait for itself, or read the past. */
export class EscapedTransaction extends Error {
  override name = 'EscapedTransaction';

  constructor(sql: string) {
    super(
      `A statement left the transaction it was called in (use Database, not the data source): ${sql.slice(0, 120)}`,
    );
  }
}

const reads = /^\s*(?:SELECT|EXPLAIN|SHOW|PRAGMA|VALUES|WITH)\b/i;
const hiddenWrite = /^\s*WITH\b[\s\S]*\b(?:INSERT\s+INTO|UPDATE\s+"?\w+"?\s+SET|DELETE\s+FROM)\b/i;
const maintenance = new AsyncLocalStorage<true>();

/** Schema work (migrations, tests that break things on purpose) begins its own transactions. */
export const unguarded = <T>(work: () => Promise<T>): Promise<T> => maintenance.run(true, work);
export const isUnguarded = (): boolean => maintenance.getStore() === true;

export function isRead(sql: string): boolean {
  return reads.test(sql) && !hiddenWrite.test(sql);
}

/** What every statement outside its runner's transaction has to pass, on both engines. */
export function guard(sql: string): void {
  if (isUnguarded()) return;
  const unit = currentUnit();
  if (unit && !unit.over) throw new EscapedTransaction(sql);
  if (!isRead(sql)) throw new WriteOutsideTransaction(sql);
}
