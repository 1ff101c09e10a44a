import { DomainError } from '../../platform/errors/domain-error';
import { z } from 'zod';

export class AlreadyEnrolled extends DomainError {
  static override code = 'ALREADY_ENROLLED';
  static override kind = 'conflict' as const;
  static override title = 'You are already enrolled in this course';
}

export class NotEnrolled extends DomainError {
  static override code = 'NOT_ENROLLED';
  static override kind = 'conflict' as const;
  static override title = 'You are not enrolled in this course';
}

export class PrerequisitesMissing extends DomainError {
  static override code = 'PREREQUISITES_MISSING';
  static override kind = 'conflict' as const;
  static override title = 'Complete the prerequisites first';
  static override members = {
    courseIds: z.array(z.int()).meta({ description: 'The courses that must be completed first' }),
  };
  static override example = { courseIds: [3] };

  constructor(courseIds: number[]) {
    super(`Complete ${courseIds.length === 1 ? 'one course' : `${courseIds.length} courses`} first.`, {
      members: { courseIds },
    });
  }
}

export class CompletionNotFound extends DomainError {
  static override code = 'COMPLETION_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'You have not completed this lesson';
}

export class EnrollmentNotFound extends DomainError {
  static override code = 'ENROLLMENT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'You have no such enrolment';
}

/** There is no such comment, or it belongs to somebody else. */
export class FrequentCommentNotFound extends DomainError {
  static override code = 'FREQUENT_COMMENT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'You have no such comment';
}

export class TooManyFrequentComments extends DomainError {
  static override code = 'TOO_MANY_FREQUENT_COMMENTS';
  static override kind = 'conflict' as const;
  static override title = 'A person can have at most 200 frequent comments';
}
