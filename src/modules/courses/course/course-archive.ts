import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Files } from '../../../platform/files/files';
import { Clock } from '../../../platform/time/clock';
import { CourseEditing } from '../course-editing';
import { Course } from './course.entity';
import { CourseArchived } from '../courses.events';
import { Deletion, type Removal } from '../deletion';
import { detachThumbnail } from '../thumbnail/thumbnails';
import { lessonsWithVideo, videoPurpose } from '../video/video-files';

/** Removes a course: it is deleted if no student was ever enrolled, and archived otherwise (rule 4). */
@Injectable()
export class CourseArchive {
  constructor(
    private readonly database: Database,
    private readonly editing: CourseEditing,
    private readonly deletion: Deletion,
    private readonly events: EventBus,
    private readonly clock: Clock,
    private readonly files: Files,
  ) {}

  async remove(actor: Actor, id: number): Promise<Removal> {
    return this.database.transaction(async () => {
      const course = await this.editing.lockCourse(actor, id, { isArchivedAllowed: true });
      const withVideo = await lessonsWithVideo(this.database, id);
      const isDeleted = await this.deletion.deleteUnlessUsed('existForCourse', id);
      if (isDeleted) await detachThumbnail(this.files, id);
      if (isDeleted) for (const lesson of withVideo) await this.files.detach(videoPurpose, lesson);
      if (isDeleted) return { status: 'deleted' };
      if (!course.archivedAt) {
        await this.updateArchivedAt(id, this.clock.now(), course.version);
        await this.events.publish(new CourseArchived({ courseId: id, teacherId: course.teacherId }));
      }
      return { status: 'archived' };
    });
  }

  /** Takes a course out of the archive. If the course was published when it was archived, it is in the catalogue again. */
  async restore(actor: Actor, id: number): Promise<void> {
    await this.database.transaction(async () => {
      const course = await this.editing.lockCourse(actor, id, { isArchivedAllowed: true });
      if (course.archivedAt) await this.updateArchivedAt(id, null, course.version);
    });
  }

  private async updateArchivedAt(id: number, archivedAt: Date | null, version: number): Promise<void> {
    const changes = { archivedAt, version: version + 1, updatedAt: this.clock.now() };
    await this.database.repository(Course).update({ id }, changes);
  }
}
