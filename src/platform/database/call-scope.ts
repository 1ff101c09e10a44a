import { AsyncLocalStorage } from 'node:async_hooks';

/** Whom the statements of an asynchronous call chain are sent for: a request, a run of a job, the delivery of events. */
export class CallScope {
  private readonly counts = new Map<string, number>();
  private readonly history = { wrote: false };
  private isLagging = false;
  /** In milliseconds of `performance.now()`: after that no statement is sent for it, and none is waited for. */
  endsAt: number | undefined;

  constructor(
    readonly kind: 'request' | 'job' | 'events',
    /** `GET /api/v1/courses/:id`, or the name of a job: one of few, never an address with ids. */
    readonly route: string,
    readonly traceId: string | null = null,
    /** Asked before each commit: it throws where somebody else does this work by now. */
    readonly fence?: () => Promise<void>,
  ) {}

  /** For a request that is answered 503 then; never for a stream, which lasts. */
  endWithin(limitMs: number): this {
    this.endsAt = performance.now() + limitMs;
    return this;
  }

  /** How often this statement has been sent now. */
  count(statement: string): number {
    const count = (this.counts.get(statement) ?? 0) + 1;
    this.counts.set(statement, count);
    return count;
  }

  /** The same, for reads that may be a little behind. */
  lagging(): CallScope {
    return Object.assign(Object.create(this) as CallScope, { isLagging: true });
  }

  /** The same, for what must be done though nobody waits any more. */
  withoutEnd(): CallScope {
    return Object.assign(Object.create(this) as CallScope, { endsAt: undefined });
  }

  /** Never after a commit of the same request, and never for other work, which always follows a write. */
  get mayLag(): boolean {
    return this.isLagging && this.kind === 'request' && !this.history.wrote;
  }

  noteWrite(): void {
    this.history.wrote = true;
  }

  /** A transaction that lost a race sends its statements again: that is no loop. */
  startOver(): void {
    this.counts.clear();
  }
}

const scopes = new AsyncLocalStorage<CallScope>();

export const currentScope = (): CallScope | undefined => scopes.getStore();
export const inScope = <T>(scope: CallScope, work: () => T): T => scopes.run(scope, work);
