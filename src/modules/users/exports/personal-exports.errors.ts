import { DomainError } from '../../../platform/errors/domain-error';

export class ExportNotFound extends DomainError {
  static override code = 'EXPORT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such export';
}

/** The export is being built, or it is too large for a file. */
export class ExportNotReady extends DomainError {
  static override code = 'EXPORT_NOT_READY';
  static override kind = 'conflict' as const;
  static override title = 'The export is not ready';
  static override example = { detail: 'A mail tells you when it is ready.' };

  constructor() {
    super('A mail tells you when it is ready.');
  }
}
