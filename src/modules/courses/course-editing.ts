import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/auth/actor';
import { bool, type Row } from '../../platform/database/columns';
import { Config } from '../../platform/config/config';
import { Database } from '../../platform/database/database';
import { columnsOf } from '../../platform/database/entity-columns';
import { FileAddresses } from '../../platform/files/file-addresses';
import type { DomainError } from '../../platform/errors/domain-error';
import { CourseNotFound, ExerciseNotFound, IsArchived, LessonNotFound } from './courses.errors';
import { requireAuthor } from './courses.policy';
import { Course } from './course/course.entity';
import { exerciseWithKeyColumns, exerciseWithKeyShape } from './exercise/exercise.rows';
import { lessonColumns, lessonShape, type LessonRow } from './lesson/lesson.rows';
import { requireRewardWithin, type RewardedThing } from './reward-caps';

const courseColumns = columnsOf(Course, ['id', 'teacherId', 'isPublished', 'publishedAt', 'archivedAt', 'version']);
const courseShape = { ...courseColumns.shape, isVisible: bool };
type EditableCourse = Row<typeof courseShape>;

interface CourseLookup {
  fromSql: string;
  isVisibleSql: string;
  NotFound: new () => DomainError;
}

/** Finds the course of a course, lesson or exercise id, and whether users other than its authors can see that object. */
function createCourseLookups(): Record<'course' | 'lesson' | 'exercise', CourseLookup> {
  const isPublishedSql = 'c.is_published AND c.archived_at IS NULL';
  const course = {
    fromSql: 'courses_course c WHERE c.id = $1',
    isVisibleSql: isPublishedSql,
    NotFound: CourseNotFound,
  };
  const joinCourseSql = 'JOIN courses_course c ON c.id = l.course_id';
  const lesson = {
    fromSql: `courses_lesson l ${joinCourseSql} WHERE l.id = $1`,
    isVisibleSql: `${isPublishedSql} AND l.is_published AND l.archived_at IS NULL`,
    NotFound: LessonNotFound,
  };
  const exercise = {
    fromSql: `courses_exercise e JOIN courses_lesson l ON l.id = e.lesson_id ${joinCourseSql} WHERE e.id = $1`,
    isVisibleSql: `${lesson.isVisibleSql} AND e.archived_at IS NULL`,
    NotFound: ExerciseNotFound,
  };
  return { course, lesson, exercise };
}

const courseLookups = createCourseLookups();

export type EditableExercise = Row<typeof exerciseWithKeyShape>;

interface LockOptions {
  /** Without this option an archived object is refused with IsArchived. */
  isArchivedAllowed: boolean;
}

/**
 * Checks the permission of an author and loads the object that the author is about to change. Each method locks the row of
 * the course until the end of the transaction. So all changes of a course, its lessons and its exercises run one after the
 * other, and a version, an order or a count that was read is still true when it is written.
 */
@Injectable()
export class CourseEditing {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly addresses: FileAddresses,
  ) {}

  /** Accepts undefined because a request that does not change the reward has no `coins`. @throws ValidationFailed */
  requireReward(thing: RewardedThing, coins: number | undefined): void {
    requireRewardWithin(this.config, thing, coins);
  }

  /** A client that sends a whole lesson back sends the address of its video, which expires. It means the video that the lesson has. */
  withKeptVideo<T extends { videoUrl?: string | undefined }>(before: LessonRow, changes: T): T {
    const isKept = this.addresses.isAddressOf(before.videoUrl, changes.videoUrl ?? '');
    return isKept ? { ...changes, videoUrl: before.videoUrl } : changes;
  }

  /** @throws CourseNotFound, Forbidden, TeacherNotApproved, IsArchived */
  async lockCourse(actor: Actor, id: number, options?: LockOptions): Promise<EditableCourse> {
    return this.lock(actor, id, courseLookups.course, options);
  }

  /**
   * Reads the lesson after its course is locked, so that no other author can change it.
   * @throws LessonNotFound, Forbidden, TeacherNotApproved, IsArchived
   */
  async lockLesson(actor: Actor, id: number, options?: LockOptions): Promise<LessonRow> {
    await this.lock(actor, id, courseLookups.lesson);
    const sql = `SELECT ${lessonColumns} FROM courses_lesson l WHERE l.id = $1`;
    const lesson = await this.database.row(lessonShape, sql, [id]);
    return requireNotArchived(lesson, LessonNotFound, options);
  }

  /** @throws ExerciseNotFound, Forbidden, TeacherNotApproved, IsArchived */
  async lockExercise(actor: Actor, id: number, options?: LockOptions): Promise<EditableExercise> {
    await this.lock(actor, id, courseLookups.exercise);
    const sql = `SELECT ${exerciseWithKeyColumns} FROM courses_exercise e WHERE e.id = $1`;
    const exercise = await this.database.row(exerciseWithKeyShape, sql, [id]);
    return requireNotArchived(exercise, ExerciseNotFound, options);
  }

  private async lock(actor: Actor, id: number, lookup: CourseLookup, options?: LockOptions): Promise<EditableCourse> {
    const course = await this.database.row(
      courseShape,
      `SELECT ${courseColumns.columns('c')}, ${lookup.isVisibleSql} AS "isVisible"
       FROM ${lookup.fromSql}${this.database.dialect.forUpdate('c')}`,
      [id],
    );
    if (!course) throw new lookup.NotFound();
    requireAuthor(actor, course, lookup.NotFound);
    return requireNotArchived(course, lookup.NotFound, options);
  }
}

function requireNotArchived<T extends { archivedAt: Date | null }>(
  object: T | undefined,
  NotFound: new () => DomainError,
  options?: LockOptions,
): T {
  if (!object) throw new NotFound();
  if (object.archivedAt && !options?.isArchivedAllowed) throw new IsArchived();
  return object;
}
