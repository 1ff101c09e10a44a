import { Injectable } from '@nestjs/common';
import { ActorCache } from '../../../platform/auth/actor-directory';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import type { Person } from '../accounts/person';
import { Profiles } from '../accounts/profiles';
import { SecurityEvents } from '../security/security-events';
import type { ActingAdmin } from '../sign-in/device';
import { TeacherHasCourses } from '../users.errors';
import { RoleChanged } from '../users.events';
import { Administrators } from './administrators';
import { PublishedCourses } from './taught-courses';
import type { RoleChange } from './role-changes.dto';

/** Administrators change the role of other people. */
@Injectable()
export class RoleChanges {
  constructor(
    private readonly database: Database,
    private readonly administrators: Administrators,
    private readonly publishedCourses: PublishedCourses,
    private readonly knownActors: ActorCache,
    private readonly profiles: Profiles,
    private readonly securityEvents: SecurityEvents,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a person a student or a teacher. A new teacher waits for approval. The same role again changes nothing.
   * @throws UserNotFound, LastAdministrator, TeacherHasCourses
   */
  async change(userId: number, { role, reason }: RoleChange, admin: ActingAdmin): Promise<Person> {
    return this.database.transaction(async () => {
      const account = await this.administrators.lockForRemoval(userId, admin.actorId);
      if (account.role === role) return this.profiles.get(userId);
      if (role === 'student') await this.requireNoCourses(userId);
      await this.update(userId, role);
      this.knownActors.revoke(userId);
      const note = `${account.role} to ${role}: ${reason}`;
      await this.securityEvents.record({ kind: 'role_changed', personId: userId, note, ...admin });
      await this.events.publish(new RoleChanged({ userId, role, reason }));
      return this.profiles.get(userId);
    });
  }

  /** A student counts as approved, so courses that they publish would be open although they are no teacher. */
  private async requireNoCourses(userId: number): Promise<void> {
    const courseCount = await this.publishedCourses.countOf(userId);
    if (courseCount > 0) throw new TeacherHasCourses(courseCount);
  }

  private async update(userId: number, role: RoleChange['role']): Promise<void> {
    const isTeacher = role === 'teacher';
    await this.database.run(
      `UPDATE users_user SET role = $2, is_approved = $3, teacher_status = $4, is_staff = $5, is_superuser = $5, updated_at = $6
       WHERE id = $1`,
      [userId, role, !isTeacher, isTeacher ? 'pending' : null, false, this.clock.now()],
    );
  }
}
