import { AsyncLocalStorage } from 'node:async_hooks';

/** The person or the API key of a request; a key has scopes. */
export interface Caller {
  id: number;
  scopes: readonly string[] | null;
}

/** Describes the task of an asynchronous call chain: a request, a run of a job, or the delivery of events. */
export class CallScope {
  private readonly statementCounts = new Map<string, number>();
  /** This is an object, because the scopes derived from this one must share the flag. */
  private readonly history = { hasWritten: false };
  private allowsReplica = false;
  /** The deadline, in milliseconds of `performance.now()`. After the deadline no statement is sent or waited for. */
  endsAt: number | undefined;
  /** Who has sent the request, as soon as that is known; null for anybody else. */
  caller: Caller | null = null;

  constructor(
    readonly kind: 'request' | 'job' | 'events',
    /** The pattern of a route (`GET /api/v1/courses/:id`) or the name of a job. Patterns keep the number of different values low. */
    readonly route: string,
    readonly traceId: string | null = null,
    /** Called before each commit. It throws if another process has taken over this task. */
    readonly fence?: () => Promise<void>,
  ) {}

  /** Sets the deadline of a request, after which it gets a 503 response. Event streams have no deadline, because they stay open. */
  endWithin(limitMs: number): this {
    this.endsAt = performance.now() + limitMs;
    return this;
  }

  /** Counts a statement that is sent. @returns how often it was sent in this scope, including this time */
  count(statement: string): number {
    const count = (this.statementCounts.get(statement) ?? 0) + 1;
    this.statementCounts.set(statement, count);
    return count;
  }

  /** Returns a scope that shares everything with this one, and whose reads a replica may execute. */
  allowingReplica(): CallScope {
    const derived = Object.create(this) as CallScope;
    derived.allowsReplica = true;
    return derived;
  }

  /** Returns a scope that shares everything with this one except the deadline, for work that must be done although the caller no longer waits. */
  withoutDeadline(): CallScope {
    const derived = Object.create(this) as CallScope;
    derived.endsAt = undefined;
    return derived;
  }

  /** False after a commit of the same request, so that a client sees its own write. False for jobs and events, because they follow a write. */
  get mayReadReplica(): boolean {
    return this.allowsReplica && this.kind === 'request' && !this.history.hasWritten;
  }

  markWrite(): void {
    this.history.hasWritten = true;
  }

  /** Called when a transaction is retried, because the repeated statements must not count as a loop in the program. */
  resetCounts(): void {
    this.statementCounts.clear();
  }
}

const scopes = new AsyncLocalStorage<CallScope>();

export const currentScope = (): CallScope | undefined => scopes.getStore();
export const inScope = <T>(scope: CallScope, work: () => T): T => scopes.run(scope, work);
