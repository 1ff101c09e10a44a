import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { Authoring } from '../course-editing';
import { Course } from './course.entity';
import { CourseArchived } from '../courses.events';
import { Deletion, type Removal } from '../deletion';

/** Removing is archiving as soon as anybody was ever enrolled (rule 4). */
@Injectable()
export class CourseArchive {
  constructor(
    private readonly database: Database,
    private readonly authoring: Authoring,
    private readonly deletion: Deletion,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  async remove(actor: Actor, id: number): Promise<Removal> {
    return this.database.transaction(async () => {
      const course = await this.authoring.course(actor, id, { archivedToo: true });
      if (await this.deletion.attempt('ofCourse', id)) return { outcome: 'deleted' };
      if (!course.archivedAt) {
        await this.set(id, this.clock.now(), course.version);
        await this.events.publish(new CourseArchived({ courseId: id, teacherId: course.teacherId }));
      }
      return { outcome: 'archived' };
    });
  }

  /** As it was before: a published course is in the catalogue again. */
  async restore(actor: Actor, id: number): Promise<void> {
    await this.database.transaction(async () => {
      const course = await this.authoring.course(actor, id, { archivedToo: true });
      if (course.archivedAt) await this.set(id, null, course.version);
    });
  }

  private async set(id: number, archivedAt: Date | null, version: number): Promise<void> {
    const next = { archivedAt, version: version + 1, updatedAt: this.clock.now() };
    await this.database.repository(Course).update({ id }, next);
  }
}
