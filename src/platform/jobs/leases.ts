import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Injectable, Logger } from '@nestjs/common';
import { instant, int, text } from '../database/columns';
import { Database } from '../database/database';
import { columnsOf } from '../database/entity-columns';
import { insertEntities, placeholders } from '../database/insert-rows';
import { Lease } from './lease.entity';

export interface HeldLease {
  readonly name: string;
  /** The number of this holder. A transaction compares it, so that a former holder of the lease cannot commit. */
  readonly token: number;
}

/** Another process may hold the lease now, so the write of the former holder is refused. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';

  constructor({ name, token }: HeldLease) {
    super(`The lease ${name} is no longer held with token ${token}`);
  }
}

const leaseColumns = columnsOf(Lease);
const longAgo = new Date(0);
/** A tick may be this far in the future, and a lease may end this much later than its length allows. Later times were written with a wrong clock. */
const maxAheadMs = 60_000;
/** The key under which a transaction notes the token of the lease that it has locked. */
const lockedTokenKey = Symbol('token of the locked lease');

/**
 * Gives each lease to at most one process at a time, until the lease is released or expires. All times are from the database's
 * clock, because all processes share this clock.
 */
@Injectable()
export class Leases {
  readonly holder = `${hostname().slice(0, 40)}:${process.pid}:${randomUUID().slice(0, 8)}`;
  private readonly log = new Logger('Leases');

  constructor(private readonly database: Database) {}

  /** The current time of the database's clock. */
  async now(): Promise<Date> {
    return (await this.database.row({ now: instant }, `SELECT ${this.database.dialect.nowSql} AS now`))!.now;
  }

  /** @returns null if another process holds the lease, or if the tick `slot` of its schedule was already taken */
  async acquire(name: string, ttlMs: number, slot?: Date): Promise<HeldLease | null> {
    const lease = await this.tryAcquire(name, ttlMs, slot);
    if (lease || !(await this.resetIfTooFarAhead(name, ttlMs))) return lease;
    return this.tryAcquire(name, ttlMs, slot);
  }

  /** @returns false if another process has taken the lease; then the caller must stop */
  async renew(lease: HeldLease, ttlMs: number): Promise<boolean> {
    const sql = `UPDATE platform_lease SET expires_at = ${this.nowPlusMsSql('$3')} WHERE name = $1 AND token = $2`;
    return (await this.database.transaction(() => this.database.run(sql, [lease.name, lease.token, ttlMs]))) === 1;
  }

  async release(lease: HeldLease): Promise<void> {
    const sql = `UPDATE platform_lease SET expires_at = ${this.database.dialect.nowSql} WHERE name = $1 AND token = $2`;
    await this.database.transaction(() => this.database.run(sql, [lease.name, lease.token]));
  }

  /**
   * Locks the lease, so that another process can take it only after the open transaction. This must be the first statement of a
   * transaction that only the holder may commit.
   * @throws LeaseLost
   */
  async fence(lease: HeldLease): Promise<void> {
    await this.lockLease(lease, `AND expires_at > ${this.database.dialect.nowSql}`);
  }

  /**
   * Locks the lease as `fence` does, but before the commit of every transaction of a run. A lease that has expired is accepted if no
   * other process has taken it.
   * @throws LeaseLost
   */
  async verify(lease: HeldLease): Promise<void> {
    const lockedToken = this.database.unit().notes.get(lockedTokenKey);
    if (lockedToken !== lease.token) await this.lockLease(lease, '');
  }

  /** Finds the current holder of a lease and the end of the lease; null if no process holds it. */
  async findHolder(name: string): Promise<{ holder: string; expiresAt: Date } | null> {
    const held = await this.database.row(
      { holder: text, expiresAt: instant },
      `SELECT holder, expires_at AS "expiresAt" FROM platform_lease
       WHERE name = $1 AND expires_at > ${this.database.dialect.nowSql}`,
      [name],
    );
    return held ?? null;
  }

  /** Finds the last taken tick of each schedule, by the name of the lease. */
  async findTakenTicks(names: readonly string[]): Promise<Map<string, Date>> {
    const rows = await this.database.rows(
      { name: text, slot: instant },
      `SELECT name, slot FROM platform_lease WHERE name IN (${placeholders(names.length)})`,
      names,
    );
    return new Map(rows.map(({ name, slot }) => [name, slot]));
  }

  /** Creates the row of a new schedule. Its ticks up to `slot` count as taken, so that it starts with the next one. */
  async createMissing(slots: readonly { name: string; slot: Date }[]): Promise<void> {
    if (slots.length === 0) return;
    const rows = slots.map(({ name, slot }) => ({ name, holder: '', token: 0, expiresAt: longAgo, slot }));
    await this.database.transaction(() =>
      insertEntities(this.database, leaseColumns, rows, 'ON CONFLICT (name) DO NOTHING'),
    );
  }

  private async tryAcquire(name: string, ttlMs: number, slot?: Date): Promise<HeldLease | null> {
    const row = await this.database.transaction(() =>
      this.database.row(
        { token: int },
        `INSERT INTO platform_lease AS held (name, holder, token, expires_at, slot)
         VALUES ($1, $2, 1, ${this.nowPlusMsSql('$3')}, $4)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = held.token + 1,
           expires_at = excluded.expires_at,
           slot = CASE WHEN excluded.slot > held.slot THEN excluded.slot ELSE held.slot END
         WHERE held.expires_at <= ${this.database.dialect.nowSql} AND ($5 = 0 OR held.slot < excluded.slot)
         RETURNING token`,
        [name, this.holder, ttlMs, slot ?? longAgo, slot ? 1 : 0],
      ),
    );
    return row ? { name, token: row.token } : null;
  }

  /** Resets a lease or a tick that a process with a wrong clock has written. @returns whether it was reset */
  private async resetIfTooFarAhead(name: string, ttlMs: number): Promise<boolean> {
    const maxLeaseAheadMs = ttlMs + maxAheadMs;
    const conditionSql = `name = $1 AND (expires_at > ${this.nowPlusMsSql('$2')} OR slot > ${this.nowPlusMsSql('$3')})`;
    const wrongLease = await this.database.row(
      { holder: text, expiresAt: instant, slot: instant },
      `SELECT holder, expires_at AS "expiresAt", slot FROM platform_lease WHERE ${conditionSql}`,
      [name, maxLeaseAheadMs, maxAheadMs],
    );
    if (!wrongLease) return false;
    const end = wrongLease.expiresAt.toISOString();
    const tick = wrongLease.slot.toISOString();
    this.log.warn(
      `The lease ${name} of ${wrongLease.holder} is valid until ${end}, with the tick ${tick}. That is too far in the future, so the lease is ignored. Check the clock of the server.`,
    );
    const sql = `UPDATE platform_lease SET expires_at = $4,
      slot = CASE WHEN slot > ${this.nowPlusMsSql('$3')} THEN $4 ELSE slot END WHERE ${conditionSql}`;
    await this.database.transaction(() => this.database.run(sql, [name, maxLeaseAheadMs, maxAheadMs, longAgo]));
    return true;
  }

  private async lockLease(lease: HeldLease, conditionSql: string): Promise<void> {
    const held = await this.database.row(
      { token: int },
      `SELECT token FROM platform_lease WHERE name = $1 AND token = $2 ${conditionSql}${this.database.dialect.forUpdate()}`,
      [lease.name, lease.token],
    );
    if (!held) throw new LeaseLost(lease);
    this.database.unit().notes.set(lockedTokenKey, lease.token);
  }

  private nowPlusMsSql(parameter: string): string {
    return this.database.dialect.nowPlusMsSql(parameter);
  }
}
