import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../platform/config/config';
import type { CallScope } from '../../platform/database/call-scope';
import { Clock } from '../../platform/time/clock';
import type { Statement } from './statement';
import { Ring } from './ring-buffer';

const kept = 200;
const mostRepeated = 200;

export interface Incident {
  at: Date;
  statement: Statement;
  route: string | null;
  traceId: string | null;
  durationMs: number;
}

export interface SlowQuery extends Incident {
  rows: number;
}

export const failureKinds = ['deadlock', 'lock-timeout', 'statement-timeout', 'serialization', 'busy'] as const;
export type FailureKind = (typeof failureKinds)[number];

export interface Failure extends Incident {
  kind: FailureKind;
}

export interface Repetition {
  statement: Statement;
  route: string;
  /** The most often it was sent in one request, and in how many requests it was five times or more. */
  most: number;
  requests: number;
  lastTraceId: string | null;
}

/** PostgreSQL's codes, SQLite's, and the lane's. */
const kinds: Record<string, FailureKind> = {
  ...{ '40P01': 'deadlock', '55P03': 'lock-timeout', '57014': 'statement-timeout', '40001': 'serialization' },
  ...{ SQLITE_BUSY: 'busy', SQLITE_BUSY_SNAPSHOT: 'busy', SQLITE_LOCKED: 'busy', LaneTimeout: 'lock-timeout' },
};

/** What went wrong or slowly in this process, in rings of a fixed size. */
@Injectable()
export class Incidents {
  readonly slowQueries = new Ring<SlowQuery>(kept);
  readonly failures = new Ring<Failure>(kept);
  readonly failureCounts = new Map<FailureKind, number>();
  readonly repetitions = new Map<string, Repetition>();
  private readonly log = new Logger('Database');

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** A transaction that does nothing for longer holds up others. */
  get idleLimitMs(): number {
    return this.config.settings.SLOW_QUERY_MS * 10;
  }

  slow(statement: Statement, scope: CallScope | undefined, durationMs: number, rows: number): void {
    this.slowQueries.add({ ...this.incident(statement, scope, durationMs), rows });
  }

  failed(statement: Statement, scope: CallScope | undefined, durationMs: number, error: unknown): void {
    const { code, name, driverError } = error as { code?: string; name?: string; driverError?: { code?: string } };
    const kind = kinds[driverError?.code ?? code ?? name ?? ''];
    if (!kind) return;
    this.failureCounts.set(kind, (this.failureCounts.get(kind) ?? 0) + 1);
    this.failures.add({ ...this.incident(statement, scope, durationMs), kind });
  }

  /** A statement for each row of a list: the list has to be asked for at once. */
  repeated(statement: Statement, { route, traceId }: CallScope, count: number): void {
    const key = `${route} ${statement.id}`;
    const known = this.repetitions.get(key);
    if (known) {
      known.most = Math.max(known.most, count);
      if (count === 5) known.requests++;
      known.lastTraceId = traceId;
      return;
    }
    if (this.repetitions.size >= mostRepeated) return;
    this.repetitions.set(key, { statement, route, most: count, requests: 1, lastTraceId: traceId });
    if (this.config.settings.NODE_ENV === 'development')
      this.log.warn(`${route} sends a statement five times or more in one request (N+1): ${statement.text}`);
  }

  private incident(statement: Statement, scope: CallScope | undefined, durationMs: number): Incident {
    const { route = null, traceId = null } = scope ?? {};
    return { at: this.clock.now(), statement, route, traceId, durationMs };
  }
}
