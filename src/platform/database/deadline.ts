import { currentScope, inScope } from './call-scope';

/** The caller has been answered 503: no further statement is sent for the request, and nothing of it is committed. */
export class DeadlinePassed extends Error {
  override name = 'DeadlinePassed';

  constructor() {
    super('The request took longer than it may');
  }
}

/** How long the next statement may take: `limitMs`, or what is left to whom it is sent for. @throws DeadlinePassed */
export function timeLeft(limitMs: number): number {
  const endsAt = currentScope()?.endsAt;
  if (endsAt === undefined) return limitMs;
  const leftMs = endsAt - performance.now();
  if (leftMs <= 0) throw new DeadlinePassed();
  return Math.min(limitMs, leftMs);
}

/** For what must be done though the caller has been answered: its deadline ends nothing of `work`. */
export function beyondDeadline<T>(work: () => T): T {
  const scope = currentScope();
  return scope ? inScope(scope.withoutEnd(), work) : work();
}

/** Before each statement but those that undo. @throws DeadlinePassed */
export function requireTime(sql: string): void {
  if (!isUndoing(sql)) timeLeft(Infinity);
}

export const isUndoing = (sql: string): boolean => sql.startsWith('ROLLBACK');
