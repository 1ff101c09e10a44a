/** Receives the progress of a long operation. */
export interface Progress {
  /** Begins a step. `totalRows` is its number of rows, if that is known. */
  begin(step: string, totalRows?: number): void;
  /** Adds rows that are done. */
  rows(count: number): void;
  end(): void;
}

export const silentProgress: Progress = { begin: () => undefined, rows: () => undefined, end: () => undefined };

const redrawMs = 100;
/** Moves to the beginning of the line and erases the line. */
const eraseLine = '\r\u001B[K';

interface StepProgress {
  step: string;
  /** 0 if unknown. */
  totalRows: number;
  doneRows: number;
  startedMs: number;
}

function toProgressLine({ step, totalRows, doneRows, startedMs }: StepProgress): string {
  if (doneRows === 0 && totalRows === 0) return step;
  // The lower limit avoids a division by 0.
  const seconds = Math.max(0.001, (performance.now() - startedMs) / 1_000);
  const rowsPerSecond = Math.round(doneRows / seconds).toLocaleString('en');
  const percent = String(Math.floor((100 * doneRows) / totalRows)).padStart(3);
  const shareText = totalRows > 0 ? `${percent} % of ` : '';
  const rowCount = Math.max(totalRows, doneRows).toLocaleString('en');
  return `${step.padEnd(44)} ${shareText}${rowCount} rows, ${rowsPerSecond}/s`;
}

/** Shows progress: on a terminal as one line that is redrawn, in a log as one line per step. */
export function showProgressOn(stream: NodeJS.WriteStream): Progress {
  let current: StepProgress = { step: '', totalRows: 0, doneRows: 0, startedMs: 0 };
  let drawnMs = 0;
  const draw = (): void => {
    drawnMs = performance.now();
    const visibleText = toProgressLine(current).slice(0, stream.columns - 1);
    stream.write(eraseLine + visibleText);
  };
  return {
    begin(step, totalRows = 0) {
      current = { step, totalRows, doneRows: 0, startedMs: performance.now() };
      if (stream.isTTY) draw();
    },
    rows(count) {
      current.doneRows += count;
      if (stream.isTTY && performance.now() - drawnMs > redrawMs) draw();
    },
    end() {
      stream.write(stream.isTTY ? eraseLine : `${toProgressLine(current)}\n`);
    },
  };
}
