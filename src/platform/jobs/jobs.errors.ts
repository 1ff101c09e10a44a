import { DomainError } from '../errors/domain-error';
import type { JobOptions } from './job';

export class JobNotFound extends DomainError {
  static override code = 'JOB_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such job';
}

export class JobRunning extends DomainError {
  static override code = 'JOB_RUNNING';
  static override kind = 'conflict' as const;
  static override title = 'The job is running already';
  static override example = { detail: 'Wait for the run under way to end.' };

  constructor() {
    super('Wait for the run under way to end.');
  }
}

export class JobRunNotFound extends DomainError {
  static override code = 'JOB_RUN_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no record of such a run';
}

/** Recorded with the run: no request waits for it. */
export class JobNotConfigured extends Error {
  override name = 'JobNotConfigured';

  constructor({ name, needs }: JobOptions) {
    super(`The configuration leaves ${name} nothing to do${needs ? `: ${needs} is not set` : ''}`);
  }
}
