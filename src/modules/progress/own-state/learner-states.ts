import { Injectable } from '@nestjs/common';
import { instant, nullable } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import {
  LearnerStates,
  type CourseCardState,
  type CourseState,
  type ExerciseState,
  type LessonState,
} from '../../courses';
import { CourseAccesses } from './course-accesses';
import { CourseStates } from './course-states.query';
import { ExerciseStates } from './exercise-states.query';

/** Lets the courses module show people their own state. */
@Injectable()
export class OwnStates extends LearnerStates {
  constructor(
    private readonly database: Database,
    private readonly courses: CourseStates,
    private readonly exercises: ExerciseStates,
    private readonly accesses: CourseAccesses,
  ) {
    super();
  }

  ofCourse(studentId: number, courseId: number): Promise<CourseState> {
    return this.courses.ofCourse(studentId, courseId);
  }

  ofCourses(studentId: number, courseIds: readonly number[]): Promise<Map<number, CourseCardState>> {
    return this.courses.ofCourses(studentId, courseIds);
  }

  async ofLesson(studentId: number, courseId: number, lessonId: number): Promise<LessonState> {
    const state = await this.database.row(
      { completedAt: nullable(instant), lastAccessedAt: nullable(instant) },
      `SELECT d.completed_at AS "completedAt", e.last_accessed AS "lastAccessedAt" FROM users_user u
       LEFT JOIN courses_courseenrollment e ON e.student_id = u.id AND e.course_id = $2 AND e.left_at IS NULL
       LEFT JOIN courses_lessoncompletion d ON d.student_id = u.id AND d.lesson_id = $3
       WHERE u.id = $1`,
      [studentId, courseId, lessonId],
    );
    const lastAccessedAt = state?.lastAccessedAt ?? null;
    return { isEnrolled: lastAccessedAt !== null, completedAt: state?.completedAt ?? null, lastAccessedAt };
  }

  ofExercises(studentId: number, exerciseIds: readonly number[]): Promise<Map<number, ExerciseState>> {
    return this.exercises.ofExercises(studentId, exerciseIds);
  }

  recordAccess(studentId: number, courseId: number, lastAccessedAt: Date): Promise<void> {
    return this.accesses.record(studentId, courseId, lastAccessedAt);
  }
}
