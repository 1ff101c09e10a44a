import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';
import { instant, int, text } from '../database/columns';
import { Database } from '../database/database';
import { Clock } from '../time/clock';

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

/** Leases: one holder at a time across processes, until it gives the name back or its time runs out. */
@Injectable()
export class Leases {
  readonly holder = `${hostname().slice(0, 40)}:${process.pid}:${randomUUID().slice(0, 8)}`;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Null where somebody else holds the name, or where the tick `slot` of its schedule was taken before. */
  async acquire(name: string, ttlMs: number, slot?: Date): Promise<HeldLease | null> {
    const now = this.clock.now();
    const never = new Date(0);
    const row = await this.database.transaction(() =>
      this.database.row(
        { token: int },
        `INSERT INTO platform_lease AS held (name, holder, token, expires_at, slot) VALUES ($1, $2, 1, $3, $5)
         ON CONFLICT (name) DO UPDATE SET holder = $2, token = held.token + 1, expires_at = $3,
           slot = CASE WHEN $5 > held.slot THEN $5 ELSE held.slot END
         WHERE held.expires_at <= $4 AND ($6 = 0 OR held.slot < $5)
         RETURNING token`,
        [name, this.holder, new Date(now.getTime() + ttlMs), now, slot ?? never, slot ? 1 : 0],
      ),
    );
    return row ? { name, token: row.token } : null;
  }

  /** False when the lease is no longer held: the holder must stop. */
  async renew(lease: HeldLease, ttlMs: number): Promise<boolean> {
    return this.extend(lease, new Date(this.clock.now().getTime() + ttlMs));
  }

  /**
   * First statement of a transaction that only the holder may commit: a successor can take the lease only after it.
   * @throws LeaseLost
   */
  async fence(lease: HeldLease): Promise<void> {
    const held = await this.database.row(
      { token: int },
      `SELECT token FROM platform_lease WHERE name = $1 AND token = $2 AND expires_at > $3${this.database.dialect.forUpdate()}`,
      [lease.name, lease.token, this.clock.now()],
    );
    if (!held) throw new LeaseLost(lease);
  }

  /** Who holds a name now, and until when; null: nobody. */
  async holderOf(name: string): Promise<{ holder: string; expiresAt: Date } | null> {
    const held = await this.database.row(
      { holder: text, expiresAt: instant },
      'SELECT holder, expires_at AS "expiresAt" FROM platform_lease WHERE name = $1 AND expires_at > $2',
      [name, this.clock.now()],
    );
    return held ?? null;
  }

  async release(lease: HeldLease): Promise<void> {
    await this.extend(lease, this.clock.now());
  }

  private async extend(lease: HeldLease, until: Date): Promise<boolean> {
    const changed = await this.database.transaction(() =>
      this.database.run('UPDATE platform_lease SET expires_at = $3 WHERE name = $1 AND token = $2', [
        lease.name,
        lease.token,
        until,
      ]),
    );
    return changed === 1;
  }
}
