import { Injectable } from '@nestjs/common';
import { ActorCache } from '../../../platform/auth/actor-directory';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import type { OpenRole } from '../user.lists';

/** Writes the role of a person. The next request of the person has the new role. */
@Injectable()
export class RoleStore {
  constructor(
    private readonly database: Database,
    private readonly knownActors: ActorCache,
    private readonly clock: Clock,
  ) {}

  /** A new teacher waits for approval. */
  async set(userId: number, role: OpenRole): Promise<void> {
    const isTeacher = role === 'teacher';
    await this.database.run(
      `UPDATE users_user SET role = $2, is_approved = $3, teacher_status = $4, is_staff = $5, is_superuser = $5, updated_at = $6
       WHERE id = $1`,
      [userId, role, !isTeacher, isTeacher ? 'pending' : null, false, this.clock.now()],
    );
    this.knownActors.revoke(userId);
  }
}
