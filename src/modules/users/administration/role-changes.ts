import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { SecurityEvents } from '../security/security-events';
import type { ActingAdmin } from '../sign-in/device';
import { TeacherHasCourses } from '../users.errors';
import { RoleChanged } from '../users.events';
import { Administrators } from './administrators';
import { PublishedCourses } from './taught-courses';
import { RoleStore } from './role-store';
import type { RoleChange } from './role-changes.dto';

/** Administrators change the role of other people. */
@Injectable()
export class RoleChanges {
  constructor(
    private readonly database: Database,
    private readonly administrators: Administrators,
    private readonly publishedCourses: PublishedCourses,
    private readonly roleStore: RoleStore,
    private readonly securityEvents: SecurityEvents,
    private readonly events: EventBus,
  ) {}

  /**
   * Makes a person a student or a teacher. A new teacher waits for approval. The same role again changes nothing.
   * @throws UserNotFound, LastAdministrator, TeacherHasCourses
   */
  async change(userId: number, { role, reason }: RoleChange, admin: ActingAdmin): Promise<void> {
    return this.database.transaction(async () => {
      const account = await this.administrators.lockForRemoval(userId, admin.actorId);
      if (account.role === role) return;
      if (role === 'student') await this.requireNoCourses(userId);
      await this.roleStore.set(userId, role);
      const note = `${account.role} to ${role}: ${reason}`;
      const detail = { from: account.role, to: role };
      await this.securityEvents.record({ kind: 'role_changed', personId: userId, note, detail, ...admin });
      await this.events.publish(new RoleChanged({ userId, role, reason }));
    });
  }

  /** The courses of a student are closed, so published courses must be withdrawn before their teacher becomes a student. */
  private async requireNoCourses(userId: number): Promise<void> {
    const courseCount = await this.publishedCourses.countOf(userId);
    if (courseCount > 0) throw new TeacherHasCourses(courseCount);
  }
}
