/** Told of each statement that reaches an engine, BEGIN and COMMIT included, when it has ended. */
export type Observer = (sql: string, durationMs: number, rows: number, error: unknown) => void;

/** Everybody who wants to be told. A plain loop: it runs beside every statement. */
export class Observers {
  private list: readonly Observer[] = [];

  add(observer: Observer): void {
    this.list = [...this.list, observer];
  }

  remove(observer: Observer): void {
    this.list = this.list.filter((each) => each !== observer);
  }

  readonly tell: Observer = (sql, durationMs, rows, error) => {
    for (const observer of this.list) observer(sql, durationMs, rows, error);
  };
}

/** Begins to measure a statement; the function it gives ends that. */
export function started(observe: Observer, sql: string): (rows: number, error?: unknown) => void {
  const startedMs = performance.now();
  return (rows, error) => observe(sql, performance.now() - startedMs, rows, error);
}
