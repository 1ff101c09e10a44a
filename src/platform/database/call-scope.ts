import { AsyncLocalStorage } from 'node:async_hooks';

/** What an asynchronous call chain works for: a request, a run of a job, or the delivery of events. */
export class CallScope {
  private readonly statementCounts = new Map<string, number>();
  /** An object, because the scopes derived from this one share it. */
  private readonly history = { hasWritten: false };
  private allowsReplica = false;
  /** In milliseconds of `performance.now()`. After that no statement is sent for this scope, and none is waited for. */
  endsAt: number | undefined;

  constructor(
    readonly kind: 'request' | 'job' | 'events',
    /** The pattern of a route (`GET /api/v1/courses/:id`) or the name of a job, so that there are few different values. */
    readonly route: string,
    readonly traceId: string | null = null,
    /** Called before each commit. It throws if another process does this work now. */
    readonly fence?: () => Promise<void>,
  ) {}

  /** Sets the deadline of a request, which gets a 503 response then. Streams have none, because they last. */
  endWithin(limitMs: number): this {
    this.endsAt = performance.now() + limitMs;
    return this;
  }

  /** Counts a statement that is sent. @returns how often it has been sent, this time included */
  count(statement: string): number {
    const count = (this.statementCounts.get(statement) ?? 0) + 1;
    this.statementCounts.set(statement, count);
    return count;
  }

  /** The same scope, whose reads a replica may execute. */
  allowingReplica(): CallScope {
    return Object.assign(Object.create(this) as CallScope, { allowsReplica: true });
  }

  /** The same scope without its deadline, for work that must be done although the caller no longer waits. */
  withoutDeadline(): CallScope {
    return Object.assign(Object.create(this) as CallScope, { endsAt: undefined });
  }

  /** False after a commit of the same request, so that a client sees its own write. Jobs and events always follow a write. */
  get mayReadReplica(): boolean {
    return this.allowsReplica && this.kind === 'request' && !this.history.hasWritten;
  }

  markWrite(): void {
    this.history.hasWritten = true;
  }

  /** Called when a transaction is retried, because its repeated statements are not a loop in the program. */
  resetCounts(): void {
    this.statementCounts.clear();
  }
}

const scopes = new AsyncLocalStorage<CallScope>();

export const currentScope = (): CallScope | undefined => scopes.getStore();
export const inScope = <T>(scope: CallScope, work: () => T): T => scopes.run(scope, work);
