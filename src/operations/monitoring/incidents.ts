import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../platform/config/config';
import type { CallScope } from '../../platform/database/scope/call-scope';
import { Clock } from '../../platform/time/clock';
import type { Statement } from './queries/statement';
import { RingBuffer } from './samples/ring-buffer';

const maxIncidents = 200;
const maxRepetitions = 200;

interface Incident {
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
  /** How often a single request sent the statement at most. */
  maxCount: number;
  /** The number of requests that sent the statement five times or more. */
  requestCount: number;
  lastTraceId: string | null;
}

/** Error codes of PostgreSQL and SQLite. `WriteQueueTimeout` is the name of the error of the write queue of SQLite. */
const failureKindsByCode: Record<string, FailureKind> = {
  '40P01': 'deadlock',
  '55P03': 'lock-timeout',
  '57014': 'statement-timeout',
  '40001': 'serialization',
  SQLITE_BUSY: 'busy',
  SQLITE_BUSY_SNAPSHOT: 'busy',
  SQLITE_LOCKED: 'busy',
  WriteQueueTimeout: 'lock-timeout',
};

/** Keeps the latest slow and failed statements of this process in buffers of a fixed size. */
@Injectable()
export class Incidents {
  readonly slowQueries = new RingBuffer<SlowQuery>(maxIncidents);
  readonly failures = new RingBuffer<Failure>(maxIncidents);
  readonly failureCounts = new Map<FailureKind, number>();
  readonly repetitions = new Map<string, Repetition>();
  private readonly log = new Logger('Database');

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** A transaction that is idle for longer is reported, because its locks block other transactions. */
  get maxIdleMs(): number {
    return this.config.settings.SLOW_QUERY_MS * 10;
  }

  addSlowQuery(statement: Statement, scope: CallScope | undefined, durationMs: number, rows: number): void {
    this.slowQueries.add({ ...this.toIncident(statement, scope, durationMs), rows });
  }

  addFailure(statement: Statement, scope: CallScope | undefined, durationMs: number, error: unknown): void {
    const { code, name, driverError } = error as { code?: string; name?: string; driverError?: { code?: string } };
    const codeOrName = driverError?.code ?? code ?? name ?? '';
    const kind = failureKindsByCode[codeOrName];
    if (!kind) return;
    this.failureCounts.set(kind, (this.failureCounts.get(kind) ?? 0) + 1);
    this.failures.add({ ...this.toIncident(statement, scope, durationMs), kind });
  }

  /** Records that a request sent the same statement five times or more. One statement for the whole list would be faster. */
  addRepetition(statement: Statement, { route, traceId }: CallScope, count: number): void {
    const key = `${route} ${statement.id}`;
    const known = this.repetitions.get(key);
    if (known) {
      known.maxCount = Math.max(known.maxCount, count);
      if (count === 5) known.requestCount++;
      known.lastTraceId = traceId;
      return;
    }
    if (this.repetitions.size >= maxRepetitions) return;
    this.repetitions.set(key, { statement, route, maxCount: count, requestCount: 1, lastTraceId: traceId });
    if (this.config.settings.NODE_ENV === 'development')
      this.log.warn(`${route} sends the same statement five times or more in one request (N+1): ${statement.text}`);
  }

  private toIncident(statement: Statement, scope: CallScope | undefined, durationMs: number): Incident {
    const { route = null, traceId = null } = scope ?? {};
    return { at: this.clock.now(), statement, route, traceId, durationMs };
  }
}
