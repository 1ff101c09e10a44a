import type { LoggerService } from '@nestjs/common';
import { toErrorLines } from './error-lines';

/** Nest also throws the errors of these contexts, so they are not logged here, and each error is printed only once. */
const startUpContexts = new Set(['ExceptionHandler', 'TypeOrmModule']);

/** The logger of the command line. It writes warnings and errors as plain lines to standard error, and ignores other levels. */
export class TerminalLogger implements LoggerService {
  log(): void {}

  /** Nest passes the message first, then an error if there is one, and the context last. */
  warn(message: unknown, ...details: unknown[]): void {
    const context = details.findLast((detail) => typeof detail === 'string');
    const parts = context === undefined ? [] : [context];
    parts.push(toText(message));
    for (const detail of details) if (detail instanceof Error) parts.push(toText(detail));
    process.stderr.write(`${parts.join(': ')}\n`);
  }

  error(message: unknown, ...details: unknown[]): void {
    const context = details.at(-1);
    if (typeof context === 'string' && startUpContexts.has(context)) return;
    // The other texts among the details are stacks, which are not printed.
    const errors = details.filter((detail) => detail instanceof Error);
    this.warn(message, ...errors, typeof context === 'string' ? context : undefined);
  }

  fatal(message: unknown, ...details: unknown[]): void {
    this.error(message, ...details);
  }
}

const toText = (message: unknown): string =>
  message instanceof Error ? toErrorLines(message).join('\n') : String(message);
