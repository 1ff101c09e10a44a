import { Logger } from '@nestjs/common';
import { Pool } from 'pg';
import type { Value } from '../columns';
import { errorLine } from '../../errors/loggable-error';
import type { DialectOptions } from '../dialect';
import type { StatementResult } from '../statements/statement-result';
import { sendTo, type SendOptions } from './postgres-statements';

const pauseMs = 5_000;
const checkIntervalMs = 2_000;
const checkTimeoutMs = 2_000;
/** After this time the primary executes the read, because a replica that has vanished would delay a reader by half a minute. */
const readTimeoutMs = 3_000;

/**
 * Selects how far a replica is behind the primary, in milliseconds. The age of the last replayed transaction also grows while the
 * primary writes nothing. So a replica that is connected and has replayed everything it received counts as 0 ms behind.
 */
const lagSql = `SELECT CASE
    WHEN NOT pg_is_in_recovery() THEN 0
    WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
    ELSE EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000 END AS lag`;

type Options = Pick<DialectOptions, 'replicaUrls' | 'replicaMaxLagMs' | 'poolSize' | 'poolWaitMs'> & { limits: object };
type Read = (sql: string, values: readonly Value[]) => Promise<StatementResult>;

/** Distributes reads over the replicas that are reachable and not too far behind. If there is none, the primary executes them. */
export class Replicas {
  private readonly replicas: Replica[];
  private readCount = 0;

  constructor(options: Options, sendOptions: SendOptions) {
    this.replicas = options.replicaUrls.map((url) => new Replica(url, options, sendOptions));
  }

  /** Reads from a replica. If it fails (it is unreachable, replays a migration, or cancels the query), the primary executes the read. */
  async read(sql: string, values: readonly Value[], onPrimary: Read): Promise<StatementResult> {
    const replica = this.nextReplica();
    if (!replica) return onPrimary(sql, values);
    try {
      return await replica.read(sql, values);
    } catch (error) {
      replica.pause(error);
      return onPrimary(sql, values);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.close()));
  }

  private nextReplica(): Replica | undefined {
    const usable = this.replicas.filter((replica) => replica.isUsable());
    const index = this.readCount % Math.max(1, usable.length);
    this.readCount++;
    return usable[index];
  }
}

class Replica {
  private readonly log = new Logger('Replicas');
  private readonly pool: Pool;
  private readonly host: string;
  private pausedUntil = 0;
  private lastCheckStartedAt = 0;
  private lastCheckedAt = 0;
  /** True if the last check has found that the replica is not too far behind. */
  private isCurrent = false;
  private hasWarned = false;

  constructor(
    url: string,
    private readonly options: Options,
    private readonly sendOptions: SendOptions,
  ) {
    const { poolSize: max, poolWaitMs: connectionTimeoutMillis } = options;
    this.host = new URL(url).host;
    this.pool = new Pool({ connectionString: url, max, connectionTimeoutMillis, ...options.limits });
    this.pool.on('error', () => undefined);
  }

  isUsable(): boolean {
    const now = Date.now();
    if (now < this.pausedUntil) return false;
    if (now - this.lastCheckStartedAt > checkIntervalMs) void this.check(now);
    // The result of an old check is not used, because it says nothing about the present lag.
    return this.isCurrent && now - this.lastCheckedAt < 2 * checkIntervalMs;
  }

  read(sql: string, values: readonly Value[]): Promise<StatementResult> {
    return sendTo(this.pool, sql, values, { ...this.sendOptions, responseTimeoutMs: readTimeoutMs });
  }

  /** Stops using this replica for `pauseMs`, because each further attempt would delay a reader until it fails. */
  pause(error: unknown): void {
    this.pausedUntil = Date.now() + pauseMs;
    this.lastCheckStartedAt = 0;
    if (this.isCurrent || !this.hasWarned)
      this.log.warn(`The replica ${this.host} is not used for ${pauseMs} ms: ${errorLine(error)}`);
    this.isCurrent = false;
    this.hasWarned = true;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async check(now: number): Promise<void> {
    this.lastCheckStartedAt = now;
    try {
      // The statement is not observed, because it does not belong to the request during which it is sent.
      const sendOptions = { ...this.sendOptions, responseTimeoutMs: checkTimeoutMs, observe: () => undefined };
      const { rows } = await sendTo(this.pool, lagSql, [], sendOptions);
      this.isCurrent = Number(rows[0]?.lag ?? Infinity) <= this.options.replicaMaxLagMs;
      this.lastCheckedAt = now;
    } catch (error) {
      this.pause(error);
    }
  }
}
