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
  static override title = 'The job is already running';
  static override example = { detail: 'Wait until the current run has ended.' };

  constructor() {
    super('Wait until the current run has ended.');
  }
}

export class JobRunNotFound extends DomainError {
  static override code = 'JOB_RUN_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no record of this run';
}

/** This error is recorded with the run. No client receives it as a response. */
export class JobNotConfigured extends Error {
  override name = 'JobNotConfigured';

  constructor({ name, needs }: JobOptions) {
    const reason = needs ? `: ${needs} is not set` : '';
    super(`${name} has nothing to do in this configuration${reason}`);
  }
}
