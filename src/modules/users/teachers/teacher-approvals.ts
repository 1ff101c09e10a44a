import { Injectable } from '@nestjs/common';
import { ActorCache } from '../../../platform/auth/actor-directory';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { personColumns, personShape, type Person } from '../accounts/person';
import type { TeacherStatus } from '../user.lists';
import { TeacherNotFound } from '../users.errors';
import { SecurityEvents } from '../security/security-events';
import type { ActingAdmin } from '../sign-in/device';
import { TeacherApproved, TeacherRejected } from '../users.events';

interface NewDecision {
  teacherId: number;
  admin: ActingAdmin;
  status: Exclude<TeacherStatus, 'pending'>;
  reason: string;
}

const eventKindByStatus = {
  approved: 'teacher_approved',
  rejected: 'teacher_rejected',
  suspended: 'teacher_suspended',
} as const;

/**
 * Approves, rejects and suspends teachers. If two administrators decide at the same moment, the UPDATE of the second one
 * changes no row, so that each change has exactly one decision and one event.
 */
@Injectable()
export class TeacherApprovals {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly knownActors: ActorCache,
    private readonly securityEvents: SecurityEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Approves a teacher. If the teacher is approved already, nothing changes.
   * @throws TeacherNotFound
   */
  async approve(teacherId: number, admin: ActingAdmin): Promise<Person> {
    return this.database.transaction(async () => {
      const approved = await this.updateStatus(
        teacherId,
        "is_approved = $2, teacher_status = 'approved'",
        "COALESCE(teacher_status, 'pending') <> 'approved'",
        true,
      );
      if (!approved) return this.getTeacher(teacherId);
      const decisionId = await this.insertDecision({ teacherId, admin, status: 'approved', reason: '' });
      await this.events.publish(new TeacherApproved({ teacherId, decisionId }));
      return approved;
    });
  }

  /**
   * Rejects a pending teacher or suspends an approved one. A rejected or suspended teacher is not changed.
   * @throws TeacherNotFound
   */
  async rejectOrSuspend(teacherId: number, admin: ActingAdmin, reason: string): Promise<Person> {
    return this.database.transaction(async () => {
      const updated = await this.updateStatus(
        teacherId,
        "is_approved = $2, teacher_status = CASE WHEN teacher_status = 'approved' THEN 'suspended' ELSE 'rejected' END",
        "COALESCE(teacher_status, 'pending') IN ('pending', 'approved')",
        false,
      );
      if (!updated) return this.getTeacher(teacherId);
      const status = updated.teacherStatus as NewDecision['status'];
      const decisionId = await this.insertDecision({ teacherId, admin, status, reason });
      await this.events.publish(new TeacherRejected({ teacherId, decisionId, reason }));
      return updated;
    });
  }

  private async updateStatus(
    id: number,
    assignmentsSql: string,
    conditionSql: string,
    isApproved: boolean,
  ): Promise<Person | undefined> {
    const updated = await this.database.row(
      personShape,
      `UPDATE users_user SET ${assignmentsSql}, updated_at = $3
       WHERE id = $1 AND role = 'teacher' AND ${conditionSql} RETURNING ${personColumns}`,
      [id, isApproved, this.clock.now()],
    );
    if (updated) this.knownActors.revoke(id);
    return updated;
  }

  private async insertDecision({ teacherId, admin, status, reason }: NewDecision): Promise<number> {
    const row = await this.database.row(
      { id: int },
      `INSERT INTO users_teacherapproval (teacher_id, status, decided_by_id, decided_at, reason)
       VALUES ($1, $2, $3, $4, $5) RETURNING id`,
      [teacherId, status, admin.actorId, this.clock.now(), reason],
    );
    await this.securityEvents.record({ kind: eventKindByStatus[status], personId: teacherId, ...admin });
    return row!.id;
  }

  private async getTeacher(id: number): Promise<Person> {
    const sql = `SELECT ${personColumns} FROM users_user WHERE id = $1 AND role = 'teacher'`;
    const teacher = await this.database.row(personShape, sql, [id]);
    if (!teacher) throw new TeacherNotFound();
    return teacher;
  }
}
