import { AsyncLocalStorage } from 'node:async_hooks';

/** Something that takes time on behalf of a caller: a request, a statement. */
export interface Work {
  /** Runs what belongs to it: statements in there are its parts. */
  run<T>(work: () => T): T;
  end(outcome: { status: number; route?: string | undefined }): void;
}

export interface Incoming {
  traceId: string;
  traceparent?: string | undefined;
  method: string;
  path: string;
}

/** Where traces and metrics go; nothing is loaded and nothing measured until somebody collects them. */
export interface Collector {
  request(incoming: Incoming): Work;
  statement(sql: string, durationMs: number): void;
  close(): Promise<void>;
}

let collector: Collector | undefined;

export const spans = {
  collectWith(next: Collector | undefined): void {
    collector = next;
  },
  request: (incoming: Incoming): Work | undefined => collector?.request(incoming),
  statement(sql: string, durationMs: number): void {
    collector?.statement(sql, durationMs);
  },
};

/** The work at hand, whatever the collector keeps of it. */
export const atWork = new AsyncLocalStorage<unknown>();
