import { AsyncLocalStorage } from 'node:async_hooks';
import { RequestTimedOut } from '../errors/unavailable.errors';

/** Whom the statements of an asynchronous call chain are sent for: a request, a run of a job, the delivery of events. */
export class CallScope {
  private readonly counts = new Map<string, number>();
  private readonly history = { wrote: false };
  private isLagging = false;

  constructor(
    readonly kind: 'request' | 'job' | 'events',
    /** `GET /api/v1/courses/:id`, or the name of a job: one of few, never an address with ids. */
    readonly route: string,
    readonly traceId: string | null = null,
    /** By performance.now(): when nobody waits for it any more. */
    private readonly endsAt = Infinity,
  ) {}

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

  /** Never after a commit of the same request, and never for other work, which always follows a write. */
  get mayLag(): boolean {
    return this.isLagging && this.kind === 'request' && !this.history.wrote;
  }

  noteWrite(): void {
    this.history.wrote = true;
  }

  /** Before a commit: whoever was told that it took too long must not find it done. @throws RequestTimedOut */
  requireTime(): void {
    if (performance.now() > this.endsAt) throw new RequestTimedOut();
  }

  /** A transaction that lost a race sends its statements again: that is no loop. */
  startOver(): void {
    this.counts.clear();
  }
}

const scopes = new AsyncLocalStorage<CallScope>();

export const currentScope = (): CallScope | undefined => scopes.getStore();
export const inScope = <T>(scope: CallScope, work: () => T): T => scopes.run(scope, work);
