import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { ActorDirectory } from '../../../platform/auth/actor-directory';
import { bool, int, text, textOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import type { Role } from '../user.lists';

/** Finds the actor of a session that has not ended. The account must be active. */
@Injectable()
export class SessionDirectory extends ActorDirectory {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  async find(sessionId: string, userId: number): Promise<Actor | null> {
    const actor = await this.database.row(
      { id: int, username: text, role: textOf<Role>(), isApproved: bool, sessionId: text },
      `SELECT u.id, u.username, u.role, u.is_approved AS "isApproved", s.id AS "sessionId"
       FROM users_session s JOIN users_user u ON u.id = s.user_id
       WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND u.is_active`,
      [sessionId, userId, this.clock.now()],
    );
    return actor ?? null;
  }
}
