import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { CourseEditing, type EditableExercise } from '../course-editing';
import { Exercise } from './exercise.entity';
import { lessonColumns, lessonShape } from '../lesson/lesson.rows';
import { LessonReadiness } from '../lesson/lesson-readiness';
import { Deletion, type Removal } from '../deletion';

/** Removes an exercise: it is deleted if no student has tried it, and archived otherwise (rule 4). */
@Injectable()
export class ExerciseArchive {
  constructor(
    private readonly database: Database,
    private readonly editing: CourseEditing,
    private readonly deletion: Deletion,
    private readonly readiness: LessonReadiness,
    private readonly clock: Clock,
  ) {}

  /** @throws LessonNotServable for the last exercise of a published quiz lesson that has no other content */
  async remove(actor: Actor, id: number): Promise<Removal> {
    return this.database.transaction(async () => {
      const exercise = await this.editing.lockExercise(actor, id, { isArchivedAllowed: true });
      const isDeleted = await this.deletion.deleteUnlessUsed('existForExercise', id);
      if (!isDeleted && !exercise.archivedAt) await this.updateArchivedAt(exercise, this.clock.now());
      await this.requireReadyLesson(exercise.lessonId);
      return { status: isDeleted ? 'deleted' : 'archived' };
    });
  }

  async restore(actor: Actor, id: number): Promise<void> {
    await this.database.transaction(async () => {
      const exercise = await this.editing.lockExercise(actor, id, { isArchivedAllowed: true });
      if (exercise.archivedAt) await this.updateArchivedAt(exercise, null);
    });
  }

  private async updateArchivedAt({ id, version }: EditableExercise, archivedAt: Date | null): Promise<void> {
    const changes = { archivedAt, version: version + 1, updatedAt: this.clock.now() };
    await this.database.repository(Exercise).update({ id }, changes);
  }

  private async requireReadyLesson(lessonId: number): Promise<void> {
    const sql = `SELECT ${lessonColumns} FROM courses_lesson l WHERE l.id = $1 AND l.is_published AND l.archived_at IS NULL`;
    const lesson = await this.database.row(lessonShape, sql, [lessonId]);
    if (lesson) await this.readiness.require(lesson);
  }
}
