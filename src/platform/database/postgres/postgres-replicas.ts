import { Logger } from '@nestjs/common';
import { Pool } from 'pg';
import type { Value } from '../columns';
import { errorLine } from '../../errors/loggable-error';
import type { DialectOptions, Result } from '../dialect';
import { sendTo, type Sending } from './postgres-statements';

const restMs = 5_000;
const lookEveryMs = 2_000;
const lookLimitMs = 2_000;
/** The primary answers after that: a replica that has vanished must not cost its readers half a minute. */
const readLimitMs = 3_000;

/**
 * How far a standby is behind, in milliseconds. While the primary writes nothing the last replayed instant grows old by itself:
 * one that has replayed all it received, and still receives, is not behind.
 */
const lagSql = `SELECT CASE
    WHEN NOT pg_is_in_recovery() THEN 0
    WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
    ELSE EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000 END AS lag`;

type Options = Pick<DialectOptions, 'replicaUrls' | 'replicaMaxLagMs' | 'poolSize' | 'poolWaitMs'> & { limits: object };
type Read = (sql: string, values: readonly Value[]) => Promise<Result>;

/** Reads that may lag, in turn on each replica that is in reach and not too far behind, else on the primary. */
export class Replicas {
  private readonly all: Replica[];
  private next = 0;

  constructor(options: Options, sending: Sending) {
    this.all = options.replicaUrls.map((url) => new Replica(url, options, sending));
  }

  /** Whatever a replica fails of (it is away, replays a migration, cancels the query) the primary answers. */
  async read(sql: string, values: readonly Value[], onPrimary: Read): Promise<Result> {
    const replica = this.choose();
    if (!replica) return onPrimary(sql, values);
    try {
      return await replica.read(sql, values);
    } catch (error) {
      replica.rest(error);
      return onPrimary(sql, values);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((replica) => replica.close()));
  }

  private choose(): Replica | undefined {
    const fit = this.all.filter((replica) => replica.isFit());
    return fit[this.next++ % Math.max(1, fit.length)];
  }
}

class Replica {
  private readonly log = new Logger('Replicas');
  private readonly pool: Pool;
  private readonly place: string;
  private restsUntil = 0;
  private lookedAt = 0;
  private seenAt = 0;
  /** Nothing is read here before the first look. */
  private isNear = false;
  private isTold = false;

  constructor(
    url: string,
    private readonly options: Options,
    private readonly sending: Sending,
  ) {
    const { poolSize: max, poolWaitMs: connectionTimeoutMillis } = options;
    this.place = new URL(url).host;
    this.pool = new Pool({ connectionString: url, max, connectionTimeoutMillis, ...options.limits });
    this.pool.on('error', () => undefined);
  }

  isFit(): boolean {
    const now = Date.now();
    if (now < this.restsUntil) return false;
    if (now - this.lookedAt > lookEveryMs) void this.look(now);
    // What was near before a quiet hour may be an hour behind.
    return this.isNear && now - this.seenAt < 2 * lookEveryMs;
  }

  read(sql: string, values: readonly Value[]): Promise<Result> {
    return sendTo(this.pool, sql, values, { ...this.sending, answerLimitMs: readLimitMs });
  }

  /** Not asked again for a while: each try would cost a reader the time until it fails. */
  rest(error: unknown): void {
    this.restsUntil = Date.now() + restMs;
    this.lookedAt = 0;
    if (this.isNear || !this.isTold) this.log.warn(`The replica ${this.place} is passed over: ${errorLine(error)}`);
    this.isNear = false;
    this.isTold = true;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async look(now: number): Promise<void> {
    this.lookedAt = now;
    try {
      // Not observed: it belongs to no request, though one happens to cause it.
      const quietly = { ...this.sending, answerLimitMs: lookLimitMs, observe: () => undefined };
      const { rows } = await sendTo(this.pool, lagSql, [], quietly);
      this.isNear = Number(rows[0]?.lag ?? Infinity) <= this.options.replicaMaxLagMs;
      this.seenAt = now;
    } catch (error) {
      this.rest(error);
    }
  }
}
