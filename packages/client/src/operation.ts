import type { Operations } from './generated/operations.ts';
import type { ClientProblem } from './problems.ts';

export type OperationName = keyof Operations;

/** The arguments of an operation: those of the path and the query by name, and `body`. */
export type ArgumentsOf<Name extends OperationName> = Operations[Name]['arguments'];
/** What an operation returns when it succeeds. */
export type ResultOf<Name extends OperationName> = Operations[Name]['result'];
/** Everything that can go wrong in an operation, as a union that `switch (problem.code)` can exhaust. */
export type ProblemOf<Name extends OperationName> = Operations[Name]['problem'] | ClientProblem;

export interface CallOptions {
  /** Aborts the call. The promise is then rejected with the reason of the signal. */
  signal?: AbortSignal | undefined;
  /** The limit of each try. The default is the `timeoutMs` of the client. */
  timeoutMs?: number | undefined;
}

export interface KeyOptions {
  /** By default, a new key for each call; all tries of the call send the same one. Pass your own to repeat a call later. */
  idempotencyKey?: string | undefined;
}

export interface EditOptions {
  /** The object that the user edited, as this client returned it. Its ETag is sent as If-Match. */
  basedOn?: object | undefined;
  /** An ETag of your own; null edits whatever version there is. By default, the ETag that this client saw last. */
  ifMatch?: string | null | undefined;
}

export interface AllOptions extends CallOptions, KeyOptions, EditOptions {}
