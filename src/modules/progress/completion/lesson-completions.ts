import { Injectable } from '@nestjs/common';
import { bool, float, instant, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { LessonNotFound } from '../../courses';
import { stepColumns, stepShape } from '../learner/learner-row';
import { LearnerSteps } from '../learner/learner-activity';
import { CompletionNotFound, NotEnrolled } from '../progress.errors';
import { CourseCompleted, LessonCompleted } from '../progress.events';
import { recount } from '../enrollment/enrollment-progress';

export interface CompletionReport {
  timeSpentMinutes: number;
  score: number | null;
  notes: string;
}

const completionShape = { id: int, completedAt: instant, score: nullable(float), timeSpentMinutes: int, notes: text };
const completionColumns = `id, completed_at AS "completedAt", score, time_spent_minutes AS "timeSpentMinutes", notes`;
export type Completion = Row<typeof completionShape>;

const lessonShape = {
  ...stepShape,
  lessonTitle: text,
  lessonReward: int,
  courseId: int,
  courseTitle: text,
  courseReward: int,
  progressPercentage: float,
  courseCompleted: bool,
};
type LessonOfLearner = Row<typeof lessonShape>;

export interface CompletedLesson {
  completion: Completion;
  progressPercentage: number;
  courseCompleted: boolean;
  /** False when the lesson was completed before: nothing was changed. */
  isNew: boolean;
}

/** A completion is a row: a learner, a lesson, when. At most one each, whoever asks how often (rules 1, 2, 4). */
@Injectable()
export class LessonCompletions {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly steps: LearnerSteps,
    private readonly clock: Clock,
  ) {}

  /** @throws LessonNotFound, NotEnrolled */
  async complete(studentId: number, lessonId: number, report: CompletionReport): Promise<CompletedLesson> {
    return this.database.transaction(async () => {
      const lesson = await this.lessonOf(studentId, lessonId);
      const completion = await this.insert(studentId, lessonId, report);
      if (!completion) return this.alreadyCompleted(studentId, lessonId, lesson);
      const now = completion.completedAt;
      const [standing] = await recount(this.database, lesson.courseId, now, studentId);
      const finishes = !lesson.courseCompleted && standing?.completed === true;
      await this.steps.active(studentId, lesson, { lessonsCompleted: 1, coursesCompleted: finishes ? 1 : 0 }, now);
      await this.events.publish(...whatHappened(studentId, lessonId, lesson, finishes));
      const courseCompleted = lesson.courseCompleted || finishes;
      return { completion, progressPercentage: standing?.percent ?? 0, courseCompleted, isNew: true };
    });
  }

  /** Takes the completion back; coins and the streak day stay, and doing it again pays nothing more. */
  async undo(studentId: number, lessonId: number): Promise<void> {
    await this.database.transaction(async () => {
      const lesson = await this.lessonOf(studentId, lessonId);
      const undone = await this.database.run(
        'DELETE FROM courses_lessoncompletion WHERE student_id = $1 AND lesson_id = $2',
        [studentId, lessonId],
      );
      if (undone === 0) throw new CompletionNotFound();
      const now = this.clock.now();
      await recount(this.database, lesson.courseId, now, studentId);
      await this.database.run(
        `UPDATE users_userprogress SET total_lessons_completed = total_lessons_completed - 1, updated_at = $2
         WHERE user_id = $1`,
        [studentId, now],
      );
    });
  }

  /** The lesson as this learner stands to it; locks the enrolment and the learner's totals until the end. */
  private async lessonOf(studentId: number, lessonId: number): Promise<LessonOfLearner> {
    const found = await this.database.row(
      lessonShape,
      `SELECT l.title AS "lessonTitle", l.teocoin_reward AS "lessonReward", c.id AS "courseId", c.title AS "courseTitle",
         c.teocoin_reward AS "courseReward", e.progress_percentage AS "progressPercentage",
         e.completed AS "courseCompleted", ${stepColumns}
       FROM courses_lesson l
       JOIN courses_course c ON c.id = l.course_id
       JOIN courses_courseenrollment e ON e.course_id = c.id AND e.student_id = $1 AND e.left_at IS NULL
       JOIN users_userprogress p ON p.user_id = e.student_id
       JOIN users_usersettings s ON s.user_id = e.student_id
       WHERE l.id = $2 AND l.is_published AND l.archived_at IS NULL${this.database.dialect.forUpdate('e, p')}`,
      [studentId, lessonId],
    );
    return found ?? this.explain(lessonId);
  }

  private async explain(lessonId: number): Promise<never> {
    const visible = await this.database.row(
      { id: int },
      `SELECT l.id FROM courses_lesson l JOIN courses_course c ON c.id = l.course_id
       WHERE l.id = $1 AND l.is_published AND l.archived_at IS NULL AND c.is_published`,
      [lessonId],
    );
    throw visible ? new NotEnrolled() : new LessonNotFound();
  }

  private insert(studentId: number, lessonId: number, report: CompletionReport): Promise<Completion | undefined> {
    return this.database.row(
      completionShape,
      `INSERT INTO courses_lessoncompletion (student_id, lesson_id, completed_at, score, time_spent_minutes, notes)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (student_id, lesson_id) DO NOTHING RETURNING ${completionColumns}`,
      [studentId, lessonId, this.clock.now(), report.score, report.timeSpentMinutes, report.notes],
    );
  }

  private async alreadyCompleted(
    studentId: number,
    lessonId: number,
    lesson: LessonOfLearner,
  ): Promise<CompletedLesson> {
    const completion = await this.database.row(
      completionShape,
      `SELECT ${completionColumns} FROM courses_lessoncompletion WHERE student_id = $1 AND lesson_id = $2`,
      [studentId, lessonId],
    );
    const { progressPercentage, courseCompleted } = lesson;
    return { completion: completion as Completion, progressPercentage, courseCompleted, isNew: false };
  }
}

function whatHappened(
  studentId: number,
  lessonId: number,
  lesson: LessonOfLearner,
  finishes: boolean,
): (LessonCompleted | CourseCompleted)[] {
  const { lessonTitle, lessonReward, courseId, courseTitle, courseReward, teacherId, isOpen } = lesson;
  const about = { studentId, courseId, teacherId, isOpen };
  const completed = new LessonCompleted({ ...about, lessonId, lessonTitle, reward: lessonReward });
  const finished = new CourseCompleted({ ...about, courseTitle, reward: courseReward });
  return finishes ? [completed, finished] : [completed];
}
