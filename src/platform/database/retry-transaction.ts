/** Thrown inside a transaction that lost a race it can win the second time: the whole work runs again. */
export class TryAgain extends Error {
  override name = 'TryAgain';

  constructor(cause: unknown) {
    super('A concurrent transaction was faster', { cause });
  }
}
