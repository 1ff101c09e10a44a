import { z } from 'zod';
import { DomainError } from '../../../platform/errors/domain-error';

export class SubmissionNotFound extends DomainError {
  static override code = 'SUBMISSION_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'The submission was not found';
}

export class AttemptNotFound extends DomainError {
  static override code = 'ATTEMPT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'The attempt was not found';
}

export class AttemptRequired extends DomainError {
  static override code = 'ATTEMPT_REQUIRED';
  static override kind = 'conflict' as const;
  static override title = 'The exercise has a time limit: start an attempt first';
}

export class AttemptOpen extends DomainError {
  static override code = 'ATTEMPT_OPEN';
  static override kind = 'conflict' as const;
  static override title = 'You have an open attempt: hand in that attempt';
  static override members = { attemptId: z.int() };
  static override example = { attemptId: 52 };

  constructor(attemptId: number) {
    super(undefined, { members: { attemptId } });
  }
}

/** The attempt was handed in, or its deadline has passed (rule 8). */
export class AttemptFinished extends DomainError {
  static override code = 'ATTEMPT_FINISHED';
  static override kind = 'conflict' as const;
  static override title = 'The attempt is finished';
}

export class NoAttemptsLeft extends DomainError {
  static override code = 'NO_ATTEMPTS_LEFT';
  static override kind = 'conflict' as const;
  static override title = 'You have used all attempts';
}

export class ExerciseClosed extends DomainError {
  static override code = 'EXERCISE_CLOSED';
  static override kind = 'conflict' as const;
  static override title = 'The exercise is closed';
}
