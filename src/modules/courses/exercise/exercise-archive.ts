import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Authoring, type AuthoredExercise } from '../course-editing';
import { Exercise } from './exercise.entity';
import { lessonColumns, lessonShape } from '../lesson/lesson.rows';
import { LessonServing } from '../lesson/lesson-readiness';
import { Deletion, type Removal } from '../deletion';

/** Removing is archiving as soon as somebody has tried the exercise (rule 4). */
@Injectable()
export class ExerciseArchive {
  constructor(
    private readonly database: Database,
    private readonly authoring: Authoring,
    private readonly deletion: Deletion,
    private readonly serving: LessonServing,
    private readonly clock: Clock,
  ) {}

  /** @throws LessonNotServable for the last exercise of a published quiz lesson that shows nothing else */
  async remove(actor: Actor, id: number): Promise<Removal> {
    return this.database.transaction(async () => {
      const exercise = await this.authoring.exercise(actor, id, { archivedToo: true });
      const deleted = await this.deletion.attempt('ofExercise', id);
      if (!deleted && !exercise.archivedAt) await this.set(exercise, this.clock.now());
      await this.requireServable(exercise.lessonId);
      return { outcome: deleted ? 'deleted' : 'archived' };
    });
  }

  async restore(actor: Actor, id: number): Promise<void> {
    await this.database.transaction(async () => {
      const exercise = await this.authoring.exercise(actor, id, { archivedToo: true });
      if (exercise.archivedAt) await this.set(exercise, null);
    });
  }

  private async set({ id, version }: AuthoredExercise, archivedAt: Date | null): Promise<void> {
    const next = { archivedAt, version: version + 1, updatedAt: this.clock.now() };
    await this.database.repository(Exercise).update({ id }, next);
  }

  private async requireServable(lessonId: number): Promise<void> {
    const sql = `SELECT ${lessonColumns} FROM courses_lesson l WHERE l.id = $1 AND l.is_published AND l.archived_at IS NULL`;
    const lesson = await this.database.row(lessonShape, sql, [lessonId]);
    if (lesson) await this.serving.require(lesson);
  }
}
