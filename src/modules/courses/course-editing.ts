import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/auth/actor';
import { bool, instant, int, jsonOf, nullable, type Row } from '../../platform/database/columns';
import { Config } from '../../platform/config/config';
import { Database } from '../../platform/database/database';
import type { DomainError } from '../../platform/errors/domain-error';
import { CourseNotFound, ExerciseNotFound, IsArchived, LessonNotFound } from './courses.errors';
import { requireAuthor } from './courses.policy';
import { exerciseColumns, exerciseShape } from './exercise/exercise.rows';
import { lessonColumns, lessonShape, type LessonRow } from './lesson/lesson.rows';
import type { AnswerKey } from './exercise/quiz';
import { requireRewardWithin, type RewardedThing } from './reward-caps';

const shape = {
  id: int,
  teacherId: int,
  isPublished: bool,
  publishedAt: nullable(instant),
  archivedAt: nullable(instant),
  version: int,
  visible: bool,
};
export type AuthoredCourse = Row<typeof shape>;

interface Way {
  from: string;
  visible: string;
  missing: new () => DomainError;
}

/** From a noun's id to its course, and whether a stranger can see the noun. */
const ways = (() => {
  const open = 'c.is_published AND c.archived_at IS NULL';
  const course = { from: 'courses_course c WHERE c.id = $1', visible: open, missing: CourseNotFound };
  const ofLesson = 'JOIN courses_course c ON c.id = l.course_id';
  const lesson = {
    from: `courses_lesson l ${ofLesson} WHERE l.id = $1`,
    visible: `${open} AND l.is_published AND l.archived_at IS NULL`,
    missing: LessonNotFound,
  };
  const exercise = {
    from: `courses_exercise e JOIN courses_lesson l ON l.id = e.lesson_id ${ofLesson} WHERE e.id = $1`,
    visible: `${lesson.visible} AND e.archived_at IS NULL`,
    missing: ExerciseNotFound,
  };
  return { course, lesson, exercise };
})();

const exerciseWithKey = { ...exerciseShape, answerKey: jsonOf<AnswerKey>() };
export type AuthoredExercise = Row<typeof exerciseWithKey>;

export interface Which {
  /** What is archived is refused (IsArchived) unless this is set. */
  archivedToo: boolean;
}

/**
 * Takes what an author is about to change. Every change of a course, its lessons and exercises holds the course's row
 * until its end: authors of one course take turns, so versions, order and counts are read before they are written without a race.
 */
@Injectable()
export class Authoring {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** @throws ValidationFailed for more coins than one such thing may be worth; undefined: the author said nothing of it */
  requireReward(thing: RewardedThing, coins: number | undefined): void {
    requireRewardWithin(this.config, thing, coins);
  }

  /** @throws CourseNotFound, Forbidden, TeacherNotApproved, IsArchived */
  async course(actor: Actor, id: number, which?: Which): Promise<AuthoredCourse> {
    return this.take(actor, id, ways.course, which);
  }

  /** The lesson as it is now that its course is taken. @throws LessonNotFound, Forbidden, TeacherNotApproved, IsArchived */
  async lesson(actor: Actor, id: number, which?: Which): Promise<LessonRow> {
    await this.take(actor, id, ways.lesson);
    const sql = `SELECT ${lessonColumns} FROM courses_lesson l WHERE l.id = $1`;
    return live(await this.database.row(lessonShape, sql, [id]), LessonNotFound, which);
  }

  /** @throws ExerciseNotFound, Forbidden, TeacherNotApproved, IsArchived */
  async exercise(actor: Actor, id: number, which?: Which): Promise<AuthoredExercise> {
    await this.take(actor, id, ways.exercise);
    const sql = `SELECT ${exerciseColumns}, e.answer_key AS "answerKey" FROM courses_exercise e WHERE e.id = $1`;
    return live(await this.database.row(exerciseWithKey, sql, [id]), ExerciseNotFound, which);
  }

  private async take(actor: Actor, id: number, way: Way, which?: Which): Promise<AuthoredCourse> {
    const course = await this.database.row(
      shape,
      `SELECT c.id, c.teacher_id AS "teacherId", c.is_published AS "isPublished", c.published_at AS "publishedAt",
         c.archived_at AS "archivedAt", c.version, ${way.visible} AS visible
       FROM ${way.from}${this.database.dialect.forUpdate('c')}`,
      [id],
    );
    if (!course) throw new way.missing();
    requireAuthor(actor, course, way.missing);
    return live(course, way.missing, which);
  }
}

function live<T extends { archivedAt: Date | null }>(
  found: T | undefined,
  missing: new () => DomainError,
  which?: Which,
): T {
  if (!found) throw new missing();
  if (found.archivedAt && !which?.archivedToo) throw new IsArchived();
  return found;
}
