import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { FieldError } from '../../../platform/errors/domain-error';
import { EventBus } from '../../../platform/events/event-bus';
import { requireVersion } from '../../../platform/http/etag';
import { ValidationFailed } from '../../../platform/http/http.errors';
import { Clock } from '../../../platform/time/clock';
import { Authoring } from '../course-editing';
import type { ExerciseType } from '../course.lists';
import { LimitReached } from '../courses.errors';
import { AnswerKeyChanged } from '../courses.events';
import type { ExerciseChanges, NewExercise } from './exercise.dto';
import { Exercise } from './exercise.entity';
import { checkQuiz, type AnswerKey, type ExerciseContent } from './quiz';

export const maxExercises = 100;

@Injectable()
export class Exercises {
  constructor(
    private readonly database: Database,
    private readonly authoring: Authoring,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** @throws LessonNotFound, Forbidden, IsArchived, LimitReached; ValidationFailed when content and key do not fit */
  async create(actor: Actor, lessonId: number, { closesAt, ...exercise }: NewExercise): Promise<number> {
    requireFit(exercise);
    return this.database.transaction(async () => {
      await this.authoring.lesson(actor, lessonId);
      this.authoring.requireReward('exercise', exercise.teocoinReward);
      await this.requireRoom(lessonId);
      const now = this.clock.now();
      const times = { closesAt: instantOf(closesAt), createdAt: now, updatedAt: now };
      const inserted = await this.database.repository(Exercise).insert({ ...exercise, lessonId, ...times });
      return inserted.identifiers[0]?.id as number;
    });
  }

  /**
   * Tells AnswerKeyChanged when the key is another one.
   * @throws ExerciseNotFound, Forbidden, IsArchived, PreconditionFailed; ValidationFailed when content and key do not fit
   */
  async change(actor: Actor, id: number, changes: ExerciseChanges, expected: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const before = await this.authoring.exercise(actor, id);
      requireVersion(expected, before.version);
      this.authoring.requireReward('exercise', changes.teocoinReward);
      if (Object.keys(changes).length === 0) return;
      requireFit({ ...before, ...changes });
      const { closesAt, ...own } = changes;
      const times = closesAt === undefined ? {} : { closesAt: instantOf(closesAt) };
      const next = { ...own, ...times, version: before.version + 1, updatedAt: this.clock.now() };
      await this.database.repository(Exercise).update({ id }, next);
      if (changes.answerKey && !isDeepStrictEqual(changes.answerKey, before.answerKey))
        await this.events.publish(new AnswerKeyChanged({ exerciseId: id }));
    });
  }

  private async requireRoom(lessonId: number): Promise<void> {
    const sql = 'SELECT count(*) AS count FROM courses_exercise WHERE lesson_id = $1 AND archived_at IS NULL';
    const found = await this.database.row({ count: int }, sql, [lessonId]);
    if (found!.count >= maxExercises) throw new LimitReached(`A lesson holds at most ${maxExercises} exercises.`);
  }
}

interface Assessment {
  exerciseType: ExerciseType;
  content: ExerciseContent;
  answerKey: AnswerKey;
}

function requireFit({ exerciseType, content, answerKey }: Assessment): void {
  const errors: FieldError[] = checkQuiz(content, answerKey);
  if (exerciseType === 'quiz' && !content.questions?.length)
    errors.push({ pointer: '/body/content/questions', message: 'A quiz needs a question' });
  if (errors.length > 0) throw new ValidationFailed(errors);
}

const instantOf = (text: string | null): Date | null => (text === null ? null : new Date(text));
