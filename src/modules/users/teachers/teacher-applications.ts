import { Injectable } from '@nestjs/common';
import { instant, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import type { TeacherStatus } from '../user.lists';
import { ApplicationDecided } from '../users.errors';
import { TeacherApplied } from '../users.events';

const shape = { text: nullable(text), status: nullable(textOf<TeacherStatus>()), updatedAt: nullable(instant) };
export type ApplicationRow = Row<typeof shape>;

/** The texts of people who ask to teach. */
@Injectable()
export class TeacherApplications {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Stores the text of a new teacher, if there is one, and tells administrators. Must run in the transaction of the registration. */
  async open(teacherId: number, applicationText: string): Promise<void> {
    if (applicationText !== '') await this.save(teacherId, applicationText);
    await this.events.publish(new TeacherApplied({ teacherId }));
  }

  /** @throws Forbidden for people who are not teachers */
  async get(personId: number): Promise<ApplicationRow> {
    const application = await this.database.row(
      shape,
      `SELECT a.text, u.teacher_status AS status, a.updated_at AS "updatedAt"
       FROM users_user u LEFT JOIN users_teacherapplication a ON a.teacher_id = u.id
       WHERE u.id = $1 AND u.role = 'teacher'`,
      [personId],
    );
    if (!application) throw new Forbidden('Only teachers have an application.');
    return application;
  }

  /**
   * Replaces the text. Administrators are not told again, because they read the newest text in their list.
   * @throws Forbidden for people who are not teachers, ApplicationDecided
   */
  async replace(personId: number, applicationText: string): Promise<ApplicationRow> {
    return this.database.transaction(async () => {
      const savedCount = await this.save(personId, applicationText);
      const application = await this.get(personId);
      if (savedCount === 0) throw new ApplicationDecided();
      return application;
    });
  }

  /** Saves the text only while no administrator has decided. @returns the number of saved texts, 0 or 1 */
  private save(teacherId: number, applicationText: string): Promise<number> {
    return this.database.run(
      `INSERT INTO users_teacherapplication (teacher_id, text, created_at, updated_at)
       SELECT u.id, $2, $3, $3 FROM users_user u
       WHERE u.id = $1 AND u.role = 'teacher' AND COALESCE(u.teacher_status, 'pending') = 'pending'
       ON CONFLICT (teacher_id) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at`,
      [teacherId, applicationText, this.clock.now()],
    );
  }
}
