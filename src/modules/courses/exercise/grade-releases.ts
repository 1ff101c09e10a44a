import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { CourseEditing } from '../course-editing';
import { GradesNotHeld } from '../courses.errors';
import { GradesReleased } from '../courses.events';
import { Exercise } from './exercise.entity';

/** Releases the grades of an exercise, which were held until then, for all students. */
@Injectable()
export class GradeReleases {
  constructor(
    private readonly database: Database,
    private readonly editing: CourseEditing,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** A second release changes nothing. @throws ExerciseNotFound, Forbidden, TeacherNotApproved, GradesNotHeld; IsArchived if the course is archived */
  async release(actor: Actor, exerciseId: number): Promise<void> {
    await this.database.transaction(async () => {
      const exercise = await this.editing.lockExercise(actor, exerciseId, { isArchivedAllowed: true });
      if (exercise.gradeRelease === 'immediate') throw new GradesNotHeld();
      if (exercise.gradesReleasedAt) return;
      const now = this.clock.now();
      const changes = { gradesReleasedAt: now, updatedAt: now, version: exercise.version + 1 };
      await this.database.repository(Exercise).update({ id: exerciseId }, changes);
      await this.events.publish(new GradesReleased({ exerciseId }));
    });
  }
}
