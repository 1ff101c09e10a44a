import { Injectable } from '@nestjs/common';
import { fold } from '../../../platform/database/case-folding';
import { int, textOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { Clock } from '../../../platform/time/clock';
import { CoinHolds } from '../recovery/coin-holds';
import { SecurityEvents } from '../security/security-events';
import { Sessions } from '../sessions/sessions';
import type { ActingAdmin } from '../sign-in/device';
import type { Role } from '../user.lists';
import { UserNotFound } from '../users.errors';
import { SecondFactorNotFound } from './factors.errors';
import { SecondFactors } from './second-factors';

const byOperator = { actorId: null, note: 'By an operator at the command line' };

/** Removes the second factors of a person who has lost them and all recovery codes. */
@Injectable()
export class FactorRemovals {
  constructor(
    private readonly database: Database,
    private readonly factors: SecondFactors,
    private readonly sessions: Sessions,
    private readonly securityEvents: SecurityEvents,
    private readonly coinHolds: CoinHolds,
    private readonly clock: Clock,
  ) {}

  /**
   * An administrator cannot remove the factors of another administrator, because with their account one person could act as two.
   * @throws UserNotFound, SecondFactorNotFound, Forbidden
   */
  removeByAdmin(userId: number, { reason, ...admin }: ActingAdmin & { reason: string }): Promise<void> {
    return this.database.transaction(async () => {
      const { role } = await this.lock('id', userId);
      if (role === 'admin') throw new Forbidden('Only an operator can remove the second factor of an administrator.');
      await this.remove(userId, { ...admin, note: reason });
    });
  }

  /** For any account. Only the command line calls this method. @throws UserNotFound, SecondFactorNotFound */
  removeByOperator(username: string): Promise<void> {
    return this.database.transaction(async () => {
      const { id } = await this.lock(this.database.dialect.folded('username'), fold(username));
      await this.remove(id, byOperator);
    });
  }

  /** The row of the person is locked, so that a concurrent transfer, which locks it too, sees the hold of the coins. */
  private async lock(columnSql: string, value: number | string): Promise<{ id: number; role: Role }> {
    const person = await this.database.row(
      { id: int, role: textOf<Role>() },
      `UPDATE users_user SET updated_at = $2 WHERE ${columnSql} = $1 RETURNING id, role`,
      [value, this.clock.now()],
    );
    if (!person) throw new UserNotFound();
    return person;
  }

  private async remove(
    userId: number,
    actor: { actorId: number | null; note: string; device?: ActingAdmin['device'] },
  ): Promise<void> {
    if (!(await this.factors.has(userId))) throw new SecondFactorNotFound();
    await this.factors.removeAll(userId);
    await this.sessions.endAll(userId, 'factor');
    await this.coinHolds.start(userId, actor.actorId);
    await this.securityEvents.record({ kind: 'second_factor_removed', personId: userId, ...actor });
    await this.factors.publish(userId, actor.actorId === null ? 'removed_by_operator' : 'removed_by_administrator');
  }
}
