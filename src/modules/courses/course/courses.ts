import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { requireVersion } from '../../../platform/http/etag';
import { Clock } from '../../../platform/time/clock';
import { CourseEditing } from '../course-editing';
import type { CourseChanges, NewCourse } from './course.dto';
import { Course } from './course.entity';
import { requireTeacher } from '../courses.policy';

/** Creates courses and changes their fields. Publication, archive and prerequisites have files of their own. */
@Injectable()
export class Courses {
  constructor(
    private readonly database: Database,
    private readonly editing: CourseEditing,
    private readonly clock: Clock,
  ) {}

  /** Creates a draft that the actor teaches. @throws Forbidden, TeacherNotApproved */
  async create(actor: Actor, course: NewCourse): Promise<number> {
    requireTeacher(actor);
    this.editing.requireReward('course', course.teocoinReward);
    return this.database.transaction(async () => {
      const now = this.clock.now();
      const draft = { ...course, teacherId: actor.id, createdAt: now, updatedAt: now };
      const inserted = await this.database.repository(Course).insert(draft);
      return inserted.identifiers[0]?.id as number;
    });
  }

  /** If `maxEnrollments` becomes less than the number of enrolled students, they stay, and no other student can enrol. */
  async change(actor: Actor, id: number, changes: CourseChanges, expectedVersion: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const { version } = await this.editing.lockCourse(actor, id);
      requireVersion(expectedVersion, version);
      this.editing.requireReward('course', changes.teocoinReward);
      if (Object.keys(changes).length === 0) return;
      const changedColumns = { ...changes, version: version + 1, updatedAt: this.clock.now() };
      await this.database.repository(Course).update({ id }, changedColumns);
    });
  }
}
