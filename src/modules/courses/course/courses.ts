import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { requireVersion } from '../../../platform/http/etag';
import { Clock } from '../../../platform/time/clock';
import { Authoring } from '../course-editing';
import type { CourseChanges, NewCourse } from './course.dto';
import { Course } from './course.entity';
import { requireTeacher } from '../courses.policy';

/** What a course says of itself. Its publication, archive and prerequisites have files of their own. */
@Injectable()
export class Courses {
  constructor(
    private readonly database: Database,
    private readonly authoring: Authoring,
    private readonly clock: Clock,
  ) {}

  /** A draft of the actor's. @throws Forbidden, TeacherNotApproved */
  async create(actor: Actor, course: NewCourse): Promise<number> {
    requireTeacher(actor);
    this.authoring.requireReward('course', course.teocoinReward);
    return this.database.transaction(async () => {
      const now = this.clock.now();
      const draft = { ...course, teacherId: actor.id, createdAt: now, updatedAt: now };
      const inserted = await this.database.repository(Course).insert(draft);
      return inserted.identifiers[0]?.id as number;
    });
  }

  /** A limit below the number enrolled is allowed: nobody has to leave, nobody else comes in. */
  async change(actor: Actor, id: number, changes: CourseChanges, expected: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const { version } = await this.authoring.course(actor, id);
      requireVersion(expected, version);
      this.authoring.requireReward('course', changes.teocoinReward);
      if (Object.keys(changes).length === 0) return;
      const next = { ...changes, version: version + 1, updatedAt: this.clock.now() };
      await this.database.repository(Course).update({ id }, next);
    });
  }
}
