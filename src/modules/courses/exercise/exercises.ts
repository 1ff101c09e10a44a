import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { FieldError } from '../../../platform/errors/domain-error';
import { EventBus } from '../../../platform/events/event-bus';
import { requireVersion } from '../../../platform/http/etag';
import { ValidationFailed } from '../../../platform/http/problems/http.errors';
import { Clock } from '../../../platform/time/clock';
import { CourseEditing, type EditableExercise } from '../course-editing';
import { LearnerLookup } from '../learners/learner-lookup';
import type { ExerciseType } from '../course.lists';
import { GradeReleaseFixed, LimitReached } from '../courses.errors';
import { AnswerKeyChanged } from '../courses.events';
import type { ExerciseChanges, NewExercise } from './exercise.dto';
import { Exercise } from './exercise.entity';
import { assignOptionIds, toAnswerKey } from './option-ids';
import { hideRightOrder } from './questions/item-order';
import { checkQuiz } from './questions/quiz-checks';
import type { AnswerKey, ExerciseContent, NewQuestionKeys } from './quiz';

export const maxExercises = 100;

@Injectable()
export class Exercises {
  constructor(
    private readonly database: Database,
    private readonly editing: CourseEditing,
    private readonly events: EventBus,
    private readonly clock: Clock,
    private readonly learners: LearnerLookup,
  ) {}

  /** @throws LessonNotFound, Forbidden, IsArchived, LimitReached; ValidationFailed if content and key do not match */
  async create(actor: Actor, lessonId: number, { closesAt, ...requested }: NewExercise): Promise<number> {
    const content = assignOptionIds(requested.content);
    const exercise = { ...requested, ...toStoredQuiz(content, requested.answerKey) };
    requireMatchingKey(exercise);
    return this.database.transaction(async () => {
      await this.editing.lockLesson(actor, lessonId);
      this.editing.requireReward('exercise', exercise.teocoinReward);
      await this.requireBelowLimit(lessonId);
      const now = this.clock.now();
      const times = { closesAt: toDate(closesAt), createdAt: now, updatedAt: now };
      const inserted = await this.database.repository(Exercise).insert({ ...exercise, lessonId, ...times });
      return inserted.identifiers[0]?.id as number;
    });
  }

  /**
   * Changes an exercise. Publishes AnswerKeyChanged if the new answer key differs from the old one.
   * @throws ExerciseNotFound, Forbidden, IsArchived, PreconditionFailed, GradeReleaseFixed; ValidationFailed if content and key do not match
   */
  async change(actor: Actor, id: number, changes: ExerciseChanges, expectedVersion: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const before = await this.editing.lockExercise(actor, id);
      requireVersion(expectedVersion, before.version);
      this.editing.requireReward('exercise', changes.teocoinReward);
      if (Object.keys(changes).length === 0) return;
      await this.requireSameRelease(before, changes.gradeRelease);
      const quiz = changeQuiz(before, changes);
      requireMatchingKey({ ...before, ...changes, ...quiz });
      const { closesAt, ...otherChanges } = changes;
      const times = closesAt === undefined ? {} : { closesAt: toDate(closesAt) };
      const versions = { version: before.version + 1, updatedAt: this.clock.now() };
      await this.database.repository(Exercise).update({ id }, { ...otherChanges, ...quiz, ...times, ...versions });
      if (!isDeepStrictEqual(quiz.content, before.content)) await this.keepQuestions(before);
      if (!isDeepStrictEqual(quiz.answerKey, before.answerKey))
        await this.events.publish(new AnswerKeyChanged({ exerciseId: id }));
    });
  }

  /** A score that students have seen cannot be hidden again, and a held score must not appear without a release. */
  private async requireSameRelease({ id, gradeRelease }: EditableExercise, requested = gradeRelease): Promise<void> {
    if (requested === gradeRelease) return;
    if (await this.learners.hasRecords('existForExercise', id)) throw new GradeReleaseFixed();
  }

  /**
   * Keeps the questions that students have answered, with their key, because a submission shows the questions as they were. The
   * exercise was updated before, so that a hand-in that was running has ended and is counted.
   */
  private async keepQuestions({ id, version, content, answerKey }: EditableExercise): Promise<void> {
    if (!(await this.learners.hasRecords('existForExercise', id))) return;
    await this.database.run(
      'INSERT INTO courses_exerciseversion (exercise_id, until_version, content, answer_key) VALUES ($1, $2, $3, $4)',
      [id, version, content, answerKey],
    );
  }

  private async requireBelowLimit(lessonId: number): Promise<void> {
    const sql = 'SELECT count(*) AS count FROM courses_exercise WHERE lesson_id = $1 AND archived_at IS NULL';
    const exercises = await this.database.row({ count: int }, sql, [lessonId]);
    if (exercises!.count >= maxExercises)
      throw new LimitReached(`A lesson can have at most ${maxExercises} exercises.`);
  }
}

function changeQuiz(
  before: EditableExercise,
  changes: ExerciseChanges,
): Pick<ExerciseWithKey, 'content' | 'answerKey'> {
  const content = changes.content ? assignOptionIds(changes.content, before.content) : before.content;
  return toStoredQuiz(content, changes.answerKey, before.answerKey);
}

/** An index in the key is the place in the order of the request, so the order is hidden after the key was read. */
function toStoredQuiz(
  content: ExerciseContent,
  keys: NewQuestionKeys | undefined,
  keyBefore: AnswerKey = {},
): Pick<ExerciseWithKey, 'content' | 'answerKey'> {
  const answerKey = keys ? toAnswerKey(keys, content) : keyBefore;
  return { content: hideRightOrder(content), answerKey };
}

interface ExerciseWithKey {
  exerciseType: ExerciseType;
  content: ExerciseContent;
  answerKey: AnswerKey;
}

function requireMatchingKey({ exerciseType, content, answerKey }: ExerciseWithKey): void {
  const errors: FieldError[] = checkQuiz(content, answerKey);
  if (exerciseType === 'quiz' && !content.questions?.length)
    errors.push({
      pointer: '/body/content/questions',
      message: 'A quiz needs at least one question',
      rule: 'quiz_questions',
    });
  if (errors.length > 0) throw new ValidationFailed(errors);
}

const toDate = (text: string | null): Date | null => (text === null ? null : new Date(text));
