/** Called after each statement that reaches an engine, BEGIN and COMMIT included. */
export type Observer = (sql: string, durationMs: number, rowCount: number, error: unknown) => void;

/** The observers of all statements. `notify` is a plain loop, because it runs after every statement and must be fast. */
export class Observers {
  private observers: readonly Observer[] = [];

  add(observer: Observer): void {
    this.observers = [...this.observers, observer];
  }

  remove(observer: Observer): void {
    this.observers = this.observers.filter((registered) => registered !== observer);
  }

  readonly notify: Observer = (sql, durationMs, rowCount, error) => {
    for (const observer of this.observers) observer(sql, durationMs, rowCount, error);
  };
}

/**
 * Starts to measure a statement.
 * @param sender has the time at which the connection ended its last statement. A pipelined statement is measured from that time, so
 * that it does not count the time of the statements before it
 * @returns the function to call when the statement has ended
 */
export function startTimer(
  observe: Observer,
  sql: string,
  sender = { lastEndedAtMs: 0 },
): (rowCount: number, error?: unknown) => void {
  const sentAtMs = performance.now();
  return (rowCount, error) => {
    const endedAtMs = performance.now();
    const startedAtMs = Math.max(sentAtMs, sender.lastEndedAtMs);
    sender.lastEndedAtMs = endedAtMs;
    observe(sql, endedAtMs - startedAtMs, rowCount, error);
  };
}
