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

/** Starts to measure a statement. @returns the function to call when the statement has ended */
export function startTimer(observe: Observer, sql: string): (rowCount: number, error?: unknown) => void {
  const startedAtMs = performance.now();
  return (rowCount, error) => observe(sql, performance.now() - startedAtMs, rowCount, error);
}
