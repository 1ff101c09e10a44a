import { Injectable } from '@nestjs/common';
import { float, instant, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { placeholders } from '../../../platform/database/insert-rows';
import { courseIsOpenSql, type CourseCardState, type CourseState, type EnrollmentStatus } from '../../courses';
import { Enrollment } from '../enrollment/enrollment.entity';
import { nextLessonIdSql } from './next-lesson-sql';

/** `part` says what a row is about. `objectId` is the course, the lesson or the prerequisite. */
const partShape = {
  part: text,
  objectId: int,
  at: nullable(instant),
  percent: nullable(float),
  completedAt: nullable(instant),
  lastAccessedAt: nullable(instant),
  leftAt: nullable(instant),
};
type Part = Row<typeof partShape>;

const card = columnsOf(Enrollment, ['courseId', 'leftAt', 'progressPercentage', 'completed']);
const cardShape = { ...card.shape, nextLessonId: nullable(int), nextLessonTitle: nullable(text) };

const statusOf = (enrollment: { leftAt: Date | null } | undefined): EnrollmentStatus => {
  if (!enrollment) return 'not_enrolled';
  return enrollment.leftAt === null ? 'enrolled' : 'left';
};

/** The state of a learner in courses. Each method sends one statement. */
@Injectable()
export class CourseStates {
  constructor(private readonly database: Database) {}

  /** A student who was enrolled before needs no prerequisites, as in `Enrollments.enroll`. */
  async ofCourse(studentId: number, courseId: number): Promise<CourseState> {
    const parts = await this.database.rows(
      partShape,
      `SELECT 'enrollment' AS part, e.course_id AS "objectId", e.enrolled_at AS at, e.progress_percentage AS percent,
         e.completion_date AS "completedAt", e.last_accessed AS "lastAccessedAt", e.left_at AS "leftAt"
       FROM courses_courseenrollment e WHERE e.student_id = $1 AND e.course_id = $2
       UNION ALL
       SELECT 'lesson', d.lesson_id, d.completed_at, NULL, NULL, NULL, NULL
       FROM courses_lesson l JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = $1
       WHERE l.course_id = $2
       UNION ALL
       SELECT 'prerequisite', r.id, NULL, NULL, NULL, NULL, NULL
       FROM courses_course_prerequisites q JOIN courses_course r ON r.id = q.to_course_id AND ${courseIsOpenSql('r')}
       WHERE q.from_course_id = $2 AND NOT EXISTS (SELECT 1 FROM courses_courseenrollment f
         WHERE f.student_id = $1 AND (f.course_id = $2 OR (f.course_id = r.id AND f.completed)))`,
      [studentId, courseId],
    );
    return toCourseState(parts);
  }

  async ofCourses(studentId: number, courseIds: readonly number[]): Promise<Map<number, CourseCardState>> {
    const rows = await this.database.rows(
      cardShape,
      `SELECT ${card.columns('e')}, n.id AS "nextLessonId", n.title AS "nextLessonTitle"
       FROM courses_courseenrollment e
       LEFT JOIN courses_lesson n ON e.left_at IS NULL AND n.id = ${nextLessonIdSql}
       WHERE e.student_id = $1 AND e.course_id IN (${placeholders(courseIds.length, 2)})`,
      [studentId, ...courseIds],
    );
    return new Map(rows.map((row) => [row.courseId, toCard(row)]));
  }
}

function toCourseState(parts: readonly Part[]): CourseState {
  const enrollment = parts.find(({ part }) => part === 'enrollment');
  const lessons = parts.filter(({ part }) => part === 'lesson');
  const prerequisites = parts.filter(({ part }) => part === 'prerequisite');
  return {
    status: statusOf(enrollment),
    enrolledAt: enrollment?.at ?? null,
    progressPercentage: enrollment?.percent ?? 0,
    completedAt: enrollment?.completedAt ?? null,
    lastAccessedAt: enrollment?.lastAccessedAt ?? null,
    completedLessons: new Map(lessons.map(({ objectId, at }) => [objectId, at as Date])),
    missingPrerequisiteIds: prerequisites.map(({ objectId }) => objectId),
  };
}

function toCard(row: Row<typeof cardShape>): CourseCardState {
  const { nextLessonId: id, nextLessonTitle: title, progressPercentage, completed: isCompleted } = row;
  const nextLesson = id === null ? null : { id, title: title as string };
  return { status: statusOf(row), progressPercentage, isCompleted, nextLesson };
}
