import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { ActorDirectory } from '../../../platform/auth/actor-directory';
import { Config } from '../../../platform/config/config';
import { bool, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Clock } from '../../../platform/time/clock';
import { User } from '../accounts/user.entity';
import { hasFactorSql } from '../factors/has-factor';
import { requiresSecondFactor } from '../users.settings';
import { Session } from './session.entity';

const user = columnsOf(User, ['id', 'username', 'role', 'isApproved']);
const session = columnsOf(Session, ['provenAt']);
const actorShape = { ...user.shape, ...session.shape, sessionId: text, hasFactor: bool };

/** Finds the actor of a session that has not ended. The account must be active. */
@Injectable()
export class SessionDirectory extends ActorDirectory {
  private readonly isFactorRequired: boolean;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    config: Config,
  ) {
    super();
    this.isFactorRequired = requiresSecondFactor(config);
  }

  async find(sessionId: string, userId: number): Promise<Actor | null> {
    const found = await this.database.row(
      actorShape,
      `SELECT ${user.columns('u')}, ${session.columns('s')}, s.id AS "sessionId", ${hasFactorSql('u.id')} AS "hasFactor"
       FROM users_session s JOIN users_user u ON u.id = s.user_id
       WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND u.is_active`,
      [sessionId, userId, this.clock.now()],
    );
    if (!found) return null;
    const { hasFactor, ...actor } = found;
    return {
      ...actor,
      scopes: null,
      mustAddSecondFactor: this.isFactorRequired && actor.role === 'admin' && !hasFactor,
    };
  }
}
