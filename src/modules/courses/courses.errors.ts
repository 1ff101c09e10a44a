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

export class TeacherNotApproved extends DomainError {
  static override code = 'TEACHER_NOT_APPROVED';
  static override kind = 'forbidden' as const;
  static override title = 'An administrator has to approve the teacher first';
}

export class EnrollmentRequired extends DomainError {
  static override code = 'ENROLLMENT_REQUIRED';
  static override kind = 'forbidden' as const;
  static override title = 'Only those enrolled in the course may read this';
}

export class CourseNotPublished extends DomainError {
  static override code = 'COURSE_NOT_PUBLISHED';
  static override kind = 'conflict' as const;
  static override title = 'The course is not open to students';
}

export class CourseFull extends DomainError {
  static override code = 'COURSE_FULL';
  static override kind = 'conflict' as const;
  static override title = 'Every seat of the course is taken';
}

/** `maxEnrollments` is 0 (rule 5). */
export class CourseClosed extends DomainError {
  static override code = 'COURSE_CLOSED';
  static override kind = 'conflict' as const;
  static override title = 'The course takes no students';
}

/** A course, a lesson or an exercise. */
export class IsArchived extends DomainError {
  static override code = 'ARCHIVED';
  static override kind = 'conflict' as const;
  static override title = 'It is archived: restore it first';
}

/** A course without one could never be completed (rule 1). */
export class MandatoryLessonMissing extends DomainError {
  static override code = 'MANDATORY_LESSON_MISSING';
  static override kind = 'conflict' as const;
  static override title = 'A course needs a published mandatory lesson to be published';
}

/** Rule 17: what students must complete, they must be able to. */
export class LessonNotServable extends DomainError {
  static override code = 'LESSON_NOT_SERVABLE';
  static override kind = 'conflict' as const;
  static override title = 'The lesson has nothing to show yet';
  static override example = { detail: 'A video lesson needs a videoUrl or content.' };
}

export class PrerequisiteCycle extends DomainError {
  static override code = 'PREREQUISITE_CYCLE';
  static override kind = 'conflict' as const;
  static override title = 'The course would be its own prerequisite';
  static override members = {
    path: z.array(z.int()).meta({ description: 'Course ids, each requiring the next, from the course back to itself' }),
  };
  static override example = { path: [7, 9, 7] };
}

export class LimitReached extends DomainError {
  static override code = 'LIMIT_REACHED';
  static override kind = 'conflict' as const;
  static override title = 'There are as many as there may be';
  static override example = { detail: 'A course holds at most 500 lessons.' };
}
