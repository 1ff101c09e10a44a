import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Injectable, Logger } from '@nestjs/common';
import { instant, int, text } from '../database/columns';
import { Database } from '../database/database';
import { insertRows, placeholders } from '../database/insert-rows';

export interface HeldLease {
  readonly name: string;
  /** Fencing token: a write that must not come from a former holder compares it. */
  readonly token: number;
}

/** Somebody else holds the lease by now: what its former holder was about to write is not written. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';

  constructor({ name, token }: HeldLease) {
    super(`The lease ${name} is no longer held with token ${token}`);
  }
}

const never = new Date(0);
/** No lease and no slot reaches further ahead than its own length and this: who wrote that had another clock. */
const maxAheadMs = 60_000;
const fenced = Symbol('fenced');

/**
 * Leases: one holder at a time across processes, until it gives the name back or its time runs out. The time is the
 * database's: the one clock that all processes share.
 */
@Injectable()
export class Leases {
  readonly holder = `${hostname().slice(0, 40)}:${process.pid}:${randomUUID().slice(0, 8)}`;
  private readonly log = new Logger('Leases');

  constructor(private readonly database: Database) {}

  /** By the clock that leases go by. */
  async now(): Promise<Date> {
    return (await this.database.row({ now: instant }, `SELECT ${this.database.dialect.now} AS now`))!.now;
  }

  /** Null where somebody else holds the name, or where the tick `slot` of its schedule was taken before. */
  async acquire(name: string, ttlMs: number, slot?: Date): Promise<HeldLease | null> {
    const taken = await this.take(name, ttlMs, slot);
    if (taken || !(await this.isAhead(name, ttlMs))) return taken;
    return this.take(name, ttlMs, slot);
  }

  /** False when the lease is no longer held: the holder must stop. */
  async renew(lease: HeldLease, ttlMs: number): Promise<boolean> {
    const sql = `UPDATE platform_lease SET expires_at = ${this.later('$3')} WHERE name = $1 AND token = $2`;
    return (await this.database.transaction(() => this.database.run(sql, [lease.name, lease.token, ttlMs]))) === 1;
  }

  async release(lease: HeldLease): Promise<void> {
    const sql = `UPDATE platform_lease SET expires_at = ${this.database.dialect.now} WHERE name = $1 AND token = $2`;
    await this.database.transaction(() => this.database.run(sql, [lease.name, lease.token]));
  }

  /**
   * First statement of a transaction that only the holder may commit: a successor can take the lease only after it.
   * @throws LeaseLost
   */
  async fence(lease: HeldLease): Promise<void> {
    await this.require(lease, `AND expires_at > ${this.database.dialect.now}`);
  }

  /**
   * As `fence`, before the commit of every transaction of a run: nobody has taken the lease since, and nobody can before
   * it is committed. A lease that ran out while nobody wanted it stops nothing.
   * @throws LeaseLost
   */
  async verify(lease: HeldLease): Promise<void> {
    if (this.database.unit().notes.get(fenced) !== lease.token) await this.require(lease, '');
  }

  /** Who holds a name now, and until when; null: nobody. */
  async holderOf(name: string): Promise<{ holder: string; expiresAt: Date } | null> {
    const held = await this.database.row(
      { holder: text, expiresAt: instant },
      `SELECT holder, expires_at AS "expiresAt" FROM platform_lease
       WHERE name = $1 AND expires_at > ${this.database.dialect.now}`,
      [name],
    );
    return held ?? null;
  }

  /** The ticks that were taken last, by name. */
  async slots(names: readonly string[]): Promise<Map<string, Date>> {
    const rows = await this.database.rows(
      { name: text, slot: instant },
      `SELECT name, slot FROM platform_lease WHERE name IN (${placeholders(names.length)})`,
      names,
    );
    return new Map(rows.map(({ name, slot }) => [name, slot]));
  }

  /** A schedule that nobody has followed so far is followed from this tick on. */
  async open(slots: readonly { name: string; slot: Date }[]): Promise<void> {
    if (slots.length === 0) return;
    const rows = slots.map(({ name, slot }) => [name, '', 0, never, slot]);
    const columns = ['name', 'holder', 'token', 'expires_at', 'slot'];
    await this.database.transaction(() =>
      insertRows(this.database, 'platform_lease', columns, rows, 'ON CONFLICT (name) DO NOTHING'),
    );
  }

  private async take(name: string, ttlMs: number, slot?: Date): Promise<HeldLease | null> {
    const row = await this.database.transaction(() =>
      this.database.row(
        { token: int },
        `INSERT INTO platform_lease AS held (name, holder, token, expires_at, slot)
         VALUES ($1, $2, 1, ${this.later('$3')}, $4)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = held.token + 1,
           expires_at = excluded.expires_at,
           slot = CASE WHEN excluded.slot > held.slot THEN excluded.slot ELSE held.slot END
         WHERE held.expires_at <= ${this.database.dialect.now} AND ($5 = 0 OR held.slot < excluded.slot)
         RETURNING token`,
        [name, this.holder, ttlMs, slot ?? never, slot ? 1 : 0],
      ),
    );
    return row ? { name, token: row.token } : null;
  }

  /** Whether it was held, or its tick taken, only by somebody's wrong clock; that counts as none from now on. */
  private async isAhead(name: string, ttlMs: number): Promise<boolean> {
    const [endMs, aheadMs] = [ttlMs + maxAheadMs, maxAheadMs];
    const condition = `name = $1 AND (expires_at > ${this.later('$2')} OR slot > ${this.later('$3')})`;
    const found = await this.database.row(
      { holder: text, expiresAt: instant, slot: instant },
      `SELECT holder, expires_at AS "expiresAt", slot FROM platform_lease WHERE ${condition}`,
      [name, endMs, aheadMs],
    );
    if (!found) return false;
    const [until, slot] = [found.expiresAt.toISOString(), found.slot.toISOString()];
    this.log.warn(
      `${name}: held until ${until}, tick of ${slot}, by the clock of ${found.holder}: too far ahead, it counts as none`,
    );
    const sql = `UPDATE platform_lease SET expires_at = $4,
      slot = CASE WHEN slot > ${this.later('$3')} THEN $4 ELSE slot END WHERE ${condition}`;
    await this.database.transaction(() => this.database.run(sql, [name, endMs, aheadMs, never]));
    return true;
  }

  private async require(lease: HeldLease, more: string): Promise<void> {
    const held = await this.database.row(
      { token: int },
      `SELECT token FROM platform_lease WHERE name = $1 AND token = $2 ${more}${this.database.dialect.forUpdate()}`,
      [lease.name, lease.token],
    );
    if (!held) throw new LeaseLost(lease);
    this.database.unit().notes.set(fenced, lease.token);
  }

  private later(parameter: string): string {
    return this.database.dialect.later(parameter);
  }
}
