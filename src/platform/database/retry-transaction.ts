/** Thrown inside a transaction that a concurrent one disturbed. The whole transaction runs again. */
export class RetryTransaction extends Error {
  override name = 'RetryTransaction';

  constructor(cause: unknown) {
    super('A concurrent transaction was faster; this one must be retried', { cause });
  }
}
