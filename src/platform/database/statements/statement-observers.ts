/** Called after each statement that reaches an engine, BEGIN and COMMIT included. */
export type Observer = (sql: string, durationMs: number, rows: number, error: unknown) => void;

/** The observers of all statements. They are called in a plain loop, because it runs after every statement. */
export class Observers {
  private list: readonly Observer[] = [];

  add(observer: Observer): void {
    this.list = [...this.list, observer];
  }

  remove(observer: Observer): void {
    this.list = this.list.filter((each) => each !== observer);
  }

  readonly notify: Observer = (sql, durationMs, rows, error) => {
    for (const observer of this.list) observer(sql, durationMs, rows, error);
  };
}

/** Starts to measure a statement. @returns the function to call at its end */
export function startTimer(observe: Observer, sql: string): (rows: number, error?: unknown) => void {
  const startedMs = performance.now();
  return (rows, error) => observe(sql, performance.now() - startedMs, rows, error);
}
