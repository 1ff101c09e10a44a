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
import type { Decider } from '../sign-in/device';
import { TeacherApproved, TeacherRejected } from '../users.events';

interface Decision {
  teacherId: number;
  by: Decider;
  status: Exclude<TeacherStatus, 'pending'>;
  reason: string;
}

const recordedAs = {
  approved: 'teacher_approved',
  rejected: 'teacher_rejected',
  suspended: 'teacher_suspended',
} as const;

/**
 * Who may teach. The statement that moves a teacher's status decides between two administrators at once: who finds the
 * status already moved has decided nothing, so there is one row and one event for each change.
 */
@Injectable()
export class TeacherApprovals {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly known: ActorCache,
    private readonly securityEvents: SecurityEvents,
    private readonly clock: Clock,
  ) {}

  /** @throws TeacherNotFound */
  async approve(teacherId: number, by: Decider): Promise<Person> {
    return this.database.transaction(async () => {
      const approved = await this.move(
        teacherId,
        "is_approved = $2, teacher_status = 'approved'",
        "COALESCE(teacher_status, 'pending') <> 'approved'",
        true,
      );
      if (!approved) return this.teacher(teacherId);
      const decisionId = await this.record({ teacherId, by, status: 'approved', reason: '' });
      await this.events.publish(new TeacherApproved({ teacherId, decisionId }));
      return approved;
    });
  }

  /**
   * Rejects who waits, suspends who was approved; nothing happens to who is either already.
   * @throws TeacherNotFound
   */
  async refuse(teacherId: number, by: Decider, reason: string): Promise<Person> {
    return this.database.transaction(async () => {
      const refused = await this.move(
        teacherId,
        "is_approved = $2, teacher_status = CASE WHEN teacher_status = 'approved' THEN 'suspended' ELSE 'rejected' END",
        "COALESCE(teacher_status, 'pending') IN ('pending', 'approved')",
        false,
      );
      if (!refused) return this.teacher(teacherId);
      const status = refused.teacherStatus as Decision['status'];
      const decisionId = await this.record({ teacherId, by, status, reason });
      await this.events.publish(new TeacherRejected({ teacherId, decisionId, reason }));
      return refused;
    });
  }

  private async move(id: number, change: string, condition: string, isApproved: boolean): Promise<Person | undefined> {
    const moved = await this.database.row(
      personShape,
      `UPDATE users_user SET ${change}, updated_at = $3
       WHERE id = $1 AND role = 'teacher' AND ${condition} RETURNING ${personColumns}`,
      [id, isApproved, this.clock.now()],
    );
    if (moved) this.known.revoke(id);
    return moved;
  }

  private async record({ teacherId, by, status, reason }: Decision): Promise<number> {
    const row = await this.database.row(
      { id: int },
      `INSERT INTO users_teacherapproval (teacher_id, status, decided_by_id, decided_at, reason)
       VALUES ($1, $2, $3, $4, $5) RETURNING id`,
      [teacherId, status, by.actorId, this.clock.now(), reason],
    );
    await this.securityEvents.record({ kind: recordedAs[status], personId: teacherId, ...by });
    return row!.id;
  }

  private async teacher(id: number): Promise<Person> {
    const sql = `SELECT ${personColumns} FROM users_user WHERE id = $1 AND role = 'teacher'`;
    const teacher = await this.database.row(personShape, sql, [id]);
    if (!teacher) throw new TeacherNotFound();
    return teacher;
  }
}
