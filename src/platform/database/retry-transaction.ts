/** Thrown inside a transaction to run it again from its start, because a concurrent transaction has changed the same rows. */
export class RetryTransaction extends Error {
  override name = 'RetryTransaction';

  constructor(cause: unknown) {
    super('A concurrent transaction changed the same rows first; this transaction must be retried', { cause });
  }
}
