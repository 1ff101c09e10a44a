import { Injectable } from '@nestjs/common';
import { bool, int, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Role } from '../user.lists';
import { LastAdministrator, UserNotFound } from '../users.errors';

const shape = { id: int, role: textOf<Role>(), isActive: bool };
export type LockedAccount = Row<typeof shape>;

/** Ensures that the school always has an administrator who can sign in. */
@Injectable()
export class Administrators {
  constructor(private readonly database: Database) {}

  /**
   * Locks an account that loses its rights, together with all active administrators. So two administrators who remove each other at
   * the same moment wait for each other, and the second request fails.
   * @throws UserNotFound; LastAdministrator if the acting administrator was removed meanwhile, or if no other one would be left
   */
  async lockForRemoval(userId: number, actorId: number): Promise<LockedAccount> {
    const locked = await this.lock(userId);
    const account = locked.find(({ id }) => id === userId);
    if (!account) throw new UserNotFound();
    const isActorLeft = locked.some(({ id }) => id === actorId && id !== userId);
    if (account.role === 'admin' && !isActorLeft) throw new LastAdministrator();
    return account;
  }

  /** Locks an account whose owner asks to leave, in the same way. Returns whether the school would have no administrator. */
  async lockForDeparture(userId: number): Promise<boolean> {
    const locked = await this.lock(userId);
    return locked.length === 1 && locked[0]!.role === 'admin';
  }

  private lock(userId: number): Promise<LockedAccount[]> {
    const sql = `SELECT id, role, is_active AS "isActive" FROM users_user
      WHERE id = $1 OR role = 'admin' AND is_active ORDER BY id${this.database.dialect.forUpdate()}`;
    return this.database.rows(shape, sql, [userId]);
  }
}
