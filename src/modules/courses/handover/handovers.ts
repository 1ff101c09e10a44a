import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { CourseEditing } from '../course-editing';
import { TeacherNotAvailable } from '../courses.errors';
import { CourseHandedOver } from '../courses.events';
import { LearnerLookup } from '../learners/learner-lookup';

/** Gives a course another teacher, for example because the present one leaves the school. */
@Injectable()
export class Handovers {
  constructor(
    private readonly database: Database,
    private readonly editing: CourseEditing,
    private readonly learners: LearnerLookup,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * The same teacher again changes nothing.
   * @throws CourseNotFound, Forbidden, TeacherNotApproved, TeacherNotAvailable
   */
  async handOver(actor: Actor, courseId: number, teacherId: number): Promise<void> {
    await this.database.transaction(async () => {
      const course = await this.editing.lockCourse(actor, courseId, { isArchivedAllowed: true });
      if (course.teacherId === teacherId) return;
      await this.requireAvailable(teacherId, courseId);
      const sql = 'UPDATE courses_course SET teacher_id = $2, version = version + 1, updated_at = $3 WHERE id = $1';
      await this.database.run(sql, [courseId, teacherId, this.clock.now()]);
      await this.events.publish(new CourseHandedOver({ courseId, fromTeacherId: course.teacherId, teacherId }));
    });
  }

  /** A student of the course would grade their own work. The lock keeps the new teacher from leaving at the same moment. */
  private async requireAvailable(teacherId: number, courseId: number): Promise<void> {
    const sql = `SELECT id FROM users_user WHERE id = $1 AND is_active AND is_approved AND role <> 'student'`;
    const teacher = await this.database.row({ id: int }, `${sql}${this.database.dialect.forUpdate()}`, [teacherId]);
    if (!teacher || (await this.learners.canRead(teacherId, courseId))) throw new TeacherNotAvailable();
  }
}
