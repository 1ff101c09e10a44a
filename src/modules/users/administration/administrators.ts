import { Injectable } from '@nestjs/common';
import { bool, int, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Role } from '../user.lists';
import { LastAdministrator, UserNotFound } from '../users.errors';

const shape = { id: int, role: textOf<Role>(), isActive: bool };
type LockedAccount = Row<typeof shape>;

/** The account, and if it is an administrator's, all others that are active. */
const ownAndOtherAdministratorsSql = `id = $1 OR role = 'admin' AND is_active
  AND EXISTS (SELECT 1 FROM users_user own WHERE own.id = $1 AND own.role = 'admin')`;

const isOnlyAdministrator = (accounts: readonly LockedAccount[]): boolean =>
  accounts.length === 1 && accounts[0]!.role === 'admin';

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

  /** Whether the school would have no administrator without this person. */
  async isLast(userId: number): Promise<boolean> {
    return isOnlyAdministrator(await this.read(ownAndOtherAdministratorsSql, userId));
  }

  /**
   * Like `isLast`, and locks the account of a person who asks to leave. The other administrators are locked only if the person is one,
   * so that two who leave at the same moment wait for each other.
   */
  async lockForDeparture(userId: number): Promise<boolean> {
    return isOnlyAdministrator(await this.lock(userId, ownAndOtherAdministratorsSql));
  }

  private lock(userId: number, conditionSql = `id = $1 OR role = 'admin' AND is_active`): Promise<LockedAccount[]> {
    return this.read(conditionSql, userId, this.database.dialect.forUpdate());
  }

  private read(conditionSql: string, userId: number, lockSql = ''): Promise<LockedAccount[]> {
    const sql = `SELECT id, role, is_active AS "isActive" FROM users_user WHERE ${conditionSql} ORDER BY id${lockSql}`;
    return this.database.rows(shape, sql, [userId]);
  }
}
