import { AsyncLocalStorage } from 'node:async_hooks';

/** The open span of a request. */
export interface RequestSpan {
  /** Runs `work` inside this span, so that its statements become child spans. */
  run<T>(work: () => T): T;
  end(outcome: { status: number; route?: string | undefined }): void;
}

export interface IncomingRequest {
  traceId: string;
  traceparent?: string | undefined;
  method: string;
  path: string;
}

/** Receives spans and durations. Without a collector nothing is measured. */
export interface Collector {
  startRequest(incoming: IncomingRequest): RequestSpan;
  recordStatement(sql: string, durationMs: number): void;
  close(): Promise<void>;
}

let collector: Collector | undefined;

export const spans = {
  collectWith(next: Collector | undefined): void {
    collector = next;
  },
  startRequest: (incoming: IncomingRequest): RequestSpan | undefined => collector?.startRequest(incoming),
  recordStatement(sql: string, durationMs: number): void {
    collector?.recordStatement(sql, durationMs);
  },
};

/** The span of the current request. Only the collector knows its type. */
export const currentSpan = new AsyncLocalStorage<unknown>();
