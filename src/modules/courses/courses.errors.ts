import { z } from 'zod';
import { DomainError } from '../../platform/errors/domain-error';

export class CourseNotFound extends DomainError {
  static override code = 'COURSE_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such course';
}

export class LessonNotFound extends DomainError {
  static override code = 'LESSON_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such lesson';
}

export class ExerciseNotFound extends DomainError {
  static override code = 'EXERCISE_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such exercise';
}

/** There is no such rubric, or it belongs to somebody else. */
export class RubricNotFound extends DomainError {
  static override code = 'RUBRIC_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'You have no such rubric';
}

export class TeacherNotApproved extends DomainError {
  static override code = 'TEACHER_NOT_APPROVED';
  static override kind = 'forbidden' as const;
  static override title = 'An administrator has to approve the teacher first';
}

export class EnrollmentRequired extends DomainError {
  static override code = 'ENROLLMENT_REQUIRED';
  static override kind = 'forbidden' as const;
  static override title = 'Only students who are enrolled in the course may read this';
}

export class CourseNotPublished extends DomainError {
  static override code = 'COURSE_NOT_PUBLISHED';
  static override kind = 'conflict' as const;
  static override title = 'The course is not open to students';
}

export class CourseFull extends DomainError {
  static override code = 'COURSE_FULL';
  static override kind = 'conflict' as const;
  static override title = 'The course has no free seat';
}

/** The course has `maxEnrollments` 0 (rule 5). */
export class CourseClosed extends DomainError {
  static override code = 'COURSE_CLOSED';
  static override kind = 'conflict' as const;
  static override title = 'The course accepts no new students';
}

/** Thrown for a course, a lesson or an exercise. */
export class IsArchived extends DomainError {
  static override code = 'ARCHIVED';
  static override kind = 'conflict' as const;
  static override title = 'The object is archived and must be restored first';
}

/** Nobody could complete a course without a published mandatory lesson (rule 1). */
export class MandatoryLessonMissing extends DomainError {
  static override code = 'MANDATORY_LESSON_MISSING';
  static override kind = 'conflict' as const;
  static override title = 'A course needs at least one published mandatory lesson before it can be published';
}

/** A published lesson must have content that students can complete (rule 17). */
export class LessonNotServable extends DomainError {
  static override code = 'LESSON_NOT_SERVABLE';
  static override kind = 'conflict' as const;
  static override title = 'The lesson has no content to show yet';
  static override example = { detail: 'A video lesson needs a videoUrl or content.' };
}

export class PrerequisiteCycle extends DomainError {
  static override code = 'PREREQUISITE_CYCLE';
  static override kind = 'conflict' as const;
  static override title = 'The prerequisites would form a cycle';
  static override members = {
    path: z.array(z.int()).meta({
      description: 'Course ids. Each course requires the next one; the first and the last are the same course',
    }),
  };
  static override example = { path: [7, 9, 7] };
}

/** The new teacher of a course does not exist, may not teach, or is enrolled in it. */
export class TeacherNotAvailable extends DomainError {
  static override code = 'TEACHER_NOT_AVAILABLE';
  static override kind = 'invalid' as const;
  static override title = 'This person cannot take over the course';
  static override example = {
    errors: [
      { pointer: '/body/teacherId', message: 'Must be an approved teacher outside the course', rule: 'teacher' },
    ],
  };

  constructor() {
    super(undefined, {
      errors: [
        { pointer: '/body/teacherId', message: 'Must be an approved teacher outside the course', rule: 'teacher' },
      ],
    });
  }
}

export class GradeReleaseFixed extends DomainError {
  static override code = 'GRADE_RELEASE_FIXED';
  static override kind = 'conflict' as const;
  static override title = 'Somebody has begun the exercise, so gradeRelease cannot change any more';
}

/** The exercise has `gradeRelease: immediate`. */
export class GradesNotHeld extends DomainError {
  static override code = 'GRADES_NOT_HELD';
  static override kind = 'conflict' as const;
  static override title = 'The exercise shows each grade at once, so there is nothing to release';
}

export class LimitReached extends DomainError {
  static override code = 'LIMIT_REACHED';
  static override kind = 'conflict' as const;
  static override title = 'The maximum number is reached';
  static override example = { detail: 'A course can have at most 500 lessons.' };
}
