/** Receives the progress of a long operation. */
export interface Progress {
  /** Begins a step; `total` is its number of rows if known. */
  begin(what: string, total?: number): void;
  rows(done: number): void;
  end(): void;
}

export const silentProgress: Progress = { begin: () => undefined, rows: () => undefined, end: () => undefined };

const redrawMs = 100;

/** Shows progress: on a terminal as one line that is redrawn, in a log as one line per step. */
export function showProgressOn(stream: NodeJS.WriteStream): Progress {
  let current = { what: '', total: 0, done: 0, startedMs: 0, drawnMs: 0 };
  const line = (): string => {
    const { what, total, done, startedMs } = current;
    const perSecond = Math.round(done / Math.max(0.001, (performance.now() - startedMs) / 1_000));
    if (done === 0 && total === 0) return what;
    const share = total > 0 ? `${String(Math.floor((100 * done) / total)).padStart(3)} % of ` : '';
    return `${what.padEnd(44)} ${share}${Math.max(total, done).toLocaleString('en')} rows, ${perSecond.toLocaleString('en')}/s`;
  };
  const draw = (): void => {
    current.drawnMs = performance.now();
    stream.write(`\r\u001B[K${line().slice(0, stream.columns - 1)}`);
  };
  return {
    begin(what, total = 0) {
      current = { what, total, done: 0, startedMs: performance.now(), drawnMs: 0 };
      if (stream.isTTY) draw();
    },
    rows(done) {
      current.done += done;
      if (stream.isTTY && performance.now() - current.drawnMs > redrawMs) draw();
    },
    end() {
      stream.write(stream.isTTY ? '\r\u001B[K' : `${line()}\n`);
    },
  };
}
