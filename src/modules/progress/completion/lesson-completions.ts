import { Injectable } from '@nestjs/common';
import { bool, float, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Clock } from '../../../platform/time/clock';
import { courseIsOpenSql, LessonNotFound } from '../../courses';
import { earnedNothing, type Earned } from '../learner/earned';
import { learnerInCourseColumns, learnerInCourseShape } from '../learner/learner-row';
import { LearnerActivity } from '../learner/learner-activity';
import { CompletionNotFound, NotEnrolled } from '../progress.errors';
import { CourseCompleted, LessonCompleted } from '../progress.events';
import { recountProgress } from '../enrollment/enrollment-progress';
import { LessonCompletion } from './lesson-completion.entity';

interface CompletionReport {
  timeSpentMinutes: number;
  score: number | null;
  notes: string;
}

const completion = columnsOf(LessonCompletion).without('studentId', 'lessonId');
const completionShape = completion.shape;
const completionColumns = completion.columns();
type Completion = Row<typeof completionShape>;

const lessonShape = {
  ...learnerInCourseShape,
  lessonTitle: text,
  lessonReward: int,
  courseId: int,
  courseTitle: text,
  courseReward: int,
  progressPercentage: float,
  courseCompleted: bool,
  isCompleted: bool,
};
type LessonOfLearner = Row<typeof lessonShape>;

export interface CompletedLesson {
  completion: Completion;
  progressPercentage: number;
  courseCompleted: boolean;
}

/** The completion after a request. If the lesson was already completed, nothing changed and nothing is earned. */
export interface CompletionWithEarnings extends CompletedLesson {
  earned: Earned;
}

/** Completes lessons. A learner has at most one completion of a lesson, even after concurrent requests (rules 1, 2, 4). */
@Injectable()
export class LessonCompletions {
  constructor(
    private readonly database: Database,
    private readonly activity: LearnerActivity,
    private readonly clock: Clock,
  ) {}

  /** @throws LessonNotFound, NotEnrolled */
  async complete(studentId: number, lessonId: number, report: CompletionReport): Promise<CompletionWithEarnings> {
    return this.database.transaction(async () => {
      const lesson = await this.lockLesson(studentId, lessonId);
      const earlier = lesson.isCompleted && (await this.findEarlierCompletion(studentId, lessonId, lesson));
      // A concurrent request may have undone the completion after this one had read it. Then it is inserted again.
      if (earlier) return earlier;
      const now = this.clock.now();
      const getCompletion = this.enqueueInsert(studentId, lessonId, report, now);
      const [progress] = await recountProgress(this.database, lesson.courseId, now, studentId);
      const [completion] = getCompletion();
      // A concurrent request has completed the lesson after this one had read it.
      if (!completion) return (await this.findEarlierCompletion(studentId, lessonId, lesson))!;
      const isCourseCompletion = !lesson.courseCompleted && progress?.completed === true;
      const events = toCompletionEvents(studentId, lessonId, lesson, isCourseCompletion);
      const changes = { lessonsCompleted: 1, coursesCompleted: isCourseCompletion ? 1 : 0, events };
      const earned = await this.activity.record(studentId, lesson, changes, now);
      const courseCompleted = lesson.courseCompleted || isCourseCompletion;
      return { completion, progressPercentage: progress?.percent ?? 0, courseCompleted, earned };
    });
  }

  /** Reads the student's own completion, also after they left the course. @throws LessonNotFound, CompletionNotFound */
  async get(studentId: number, lessonId: number): Promise<CompletedLesson> {
    const found = await this.database.row(
      { ...completion.optionalShape, progressPercentage: nullable(float), courseCompleted: nullable(bool) },
      `SELECT ${completion.columns('d')}, e.progress_percentage AS "progressPercentage", e.completed AS "courseCompleted"
       FROM courses_lesson l
       JOIN courses_course c ON c.id = l.course_id
       LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = $1
       LEFT JOIN courses_courseenrollment e ON e.course_id = l.course_id AND e.student_id = $1
       WHERE l.id = $2 AND (d.id IS NOT NULL OR (l.is_published AND l.archived_at IS NULL 
         AND (${courseIsOpenSql('c')} OR (e.id IS NOT NULL AND e.left_at IS NULL))))`,
      [studentId, lessonId],
    );
    if (!found) throw new LessonNotFound();
    const { progressPercentage, courseCompleted, ...columns } = found;
    if (columns.id === null) throw new CompletionNotFound();
    return {
      completion: columns as Completion,
      progressPercentage: progressPercentage ?? 0,
      courseCompleted: courseCompleted ?? false,
    };
  }

  /** Deletes the completion. Coins and the streak day stay. A new completion of the same lesson pays nothing. */
  async undo(studentId: number, lessonId: number): Promise<void> {
    await this.database.transaction(async () => {
      const lesson = await this.lockLesson(studentId, lessonId);
      const deletedCount = await this.database.run(
        'DELETE FROM courses_lessoncompletion WHERE student_id = $1 AND lesson_id = $2',
        [studentId, lessonId],
      );
      if (deletedCount === 0) throw new CompletionNotFound();
      const now = this.clock.now();
      await recountProgress(this.database, lesson.courseId, now, studentId);
      await this.database.run(
        `UPDATE users_userprogress SET total_lessons_completed = total_lessons_completed - 1, updated_at = $2
         WHERE user_id = $1`,
        [studentId, now],
      );
    });
  }

  /** Loads the lesson with the learner's enrolment, and locks the enrolment and the learner's totals until the transaction ends. */
  private async lockLesson(studentId: number, lessonId: number): Promise<LessonOfLearner> {
    const lesson = await this.database.row(
      lessonShape,
      `SELECT l.title AS "lessonTitle", l.teocoin_reward AS "lessonReward", c.id AS "courseId", c.title AS "courseTitle",
         c.teocoin_reward AS "courseReward", e.progress_percentage AS "progressPercentage",
         e.completed AS "courseCompleted", d.id IS NOT NULL AS "isCompleted", ${learnerInCourseColumns}
       FROM courses_lesson l
       JOIN courses_course c ON c.id = l.course_id
       JOIN courses_courseenrollment e ON e.course_id = c.id AND e.student_id = $1 AND e.left_at IS NULL
       JOIN users_userprogress p ON p.user_id = e.student_id
       JOIN users_usersettings s ON s.user_id = e.student_id
       LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = e.student_id
       WHERE l.id = $2 AND l.is_published AND l.archived_at IS NULL${this.database.dialect.forUpdate('e, p')}`,
      [studentId, lessonId],
    );
    return lesson ?? this.throwLessonUnavailable(lessonId);
  }

  private async throwLessonUnavailable(lessonId: number): Promise<never> {
    const visibleLesson = await this.database.row(
      { id: int },
      `SELECT l.id FROM courses_lesson l JOIN courses_course c ON c.id = l.course_id
       WHERE l.id = $1 AND l.is_published AND l.archived_at IS NULL AND c.is_published`,
      [lessonId],
    );
    throw visibleLesson ? new NotEnrolled() : new LessonNotFound();
  }

  private enqueueInsert(studentId: number, lessonId: number, report: CompletionReport, now: Date): () => Completion[] {
    return this.database.enqueue(
      completionShape,
      `INSERT INTO courses_lessoncompletion (student_id, lesson_id, completed_at, score, time_spent_minutes, notes)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (student_id, lesson_id) DO NOTHING RETURNING ${completionColumns}`,
      [studentId, lessonId, now, report.score, report.timeSpentMinutes, report.notes],
    );
  }

  private async findEarlierCompletion(
    studentId: number,
    lessonId: number,
    lesson: LessonOfLearner,
  ): Promise<CompletionWithEarnings | undefined> {
    const completion = await this.database.row(
      completionShape,
      `SELECT ${completionColumns} FROM courses_lessoncompletion WHERE student_id = $1 AND lesson_id = $2`,
      [studentId, lessonId],
    );
    if (!completion) return undefined;
    const { progressPercentage, courseCompleted } = lesson;
    const earned = earnedNothing(lesson, this.clock.now());
    return { completion, progressPercentage, courseCompleted, earned };
  }
}

function toCompletionEvents(
  studentId: number,
  lessonId: number,
  lesson: LessonOfLearner,
  isCourseCompletion: boolean,
): (LessonCompleted | CourseCompleted)[] {
  const { lessonTitle, lessonReward, courseId, courseTitle, courseReward, teacherId, isOpen } = lesson;
  const common = { studentId, courseId, teacherId, isOpen };
  const lessonCompleted = new LessonCompleted({ ...common, lessonId, lessonTitle, reward: lessonReward });
  const courseCompleted = new CourseCompleted({ ...common, courseTitle, reward: courseReward, isOwnAct: true });
  return isCourseCompletion ? [lessonCompleted, courseCompleted] : [lessonCompleted];
}
