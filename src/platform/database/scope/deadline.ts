import { currentScope, inScope } from './call-scope';

/**
 * The client has received a 503 response. So no further statement of its request is sent. Its transaction is not committed, unless the
 * COMMIT was sent before the deadline.
 */
export class DeadlinePassed extends Error {
  override name = 'DeadlinePassed';

  constructor() {
    super('The request took longer than its limit');
  }
}

/** Returns how long the next statement may take: `limitMs`, or the time until the deadline if that is less. @throws DeadlinePassed */
export function remainingTimeMs(limitMs: number): number {
  const endsAt = currentScope()?.endsAt;
  if (endsAt === undefined) return limitMs;
  const untilDeadlineMs = endsAt - performance.now();
  if (untilDeadlineMs <= 0) throw new DeadlinePassed();
  return Math.min(limitMs, untilDeadlineMs);
}

/** Runs `work` without the deadline of the request, for work that must be done even after the response was sent. */
export function withoutDeadline<T>(work: () => T): T {
  const scope = currentScope();
  return scope ? inScope(scope.withoutDeadline(), work) : work();
}

/** Called before each statement. A ROLLBACK is always allowed. @throws DeadlinePassed */
export function requireTimeLeft(sql: string): void {
  if (!isRollback(sql)) remainingTimeMs(Infinity);
}

export const isRollback = (sql: string): boolean => sql.startsWith('ROLLBACK');
