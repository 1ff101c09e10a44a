import { currentScope, inScope } from './call-scope';

/** The client has received a 503, so no further statement of its request is sent and nothing of it is committed. */
export class DeadlinePassed extends Error {
  override name = 'DeadlinePassed';

  constructor() {
    super('The request took longer than its limit');
  }
}

/** The time that the next statement may take: `limitMs`, or less if the deadline of the request is nearer. @throws DeadlinePassed */
export function remainingTimeMs(limitMs: number): number {
  const endsAt = currentScope()?.endsAt;
  if (endsAt === undefined) return limitMs;
  const leftMs = endsAt - performance.now();
  if (leftMs <= 0) throw new DeadlinePassed();
  return Math.min(limitMs, leftMs);
}

/** Runs `work` without the deadline of the request, because it must be done even after the response was sent. */
export function withoutDeadline<T>(work: () => T): T {
  const scope = currentScope();
  return scope ? inScope(scope.withoutDeadline(), work) : work();
}

/** Called before each statement. A ROLLBACK is always allowed. @throws DeadlinePassed */
export function requireTimeLeft(sql: string): void {
  if (!isRollback(sql)) remainingTimeMs(Infinity);
}

export const isRollback = (sql: string): boolean => sql.startsWith('ROLLBACK');
