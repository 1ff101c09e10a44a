import type { LoggerService } from '@nestjs/common';
import { toErrorLines } from './error-lines';

/** Contexts whose errors are thrown as well. They are not logged, so that each error is printed once. */
const startUpContexts = new Set(['ExceptionHandler', 'TypeOrmModule']);

/** The logger of the command line. It writes warnings and errors as plain lines to standard error, and ignores other levels. */
export class TerminalLogger implements LoggerService {
  log(): void {}

  /** Nest passes the message first, then an error if there is one, and the context last. */
  warn(message: unknown, ...more: unknown[]): void {
    const context = more.findLast((part) => typeof part === 'string');
    const thrown = more.filter((part) => part instanceof Error);
    const parts = [...(context === undefined ? [] : [context]), toText(message), ...thrown.map(toText)];
    process.stderr.write(`${parts.join(': ')}\n`);
  }

  error(message: unknown, ...more: unknown[]): void {
    const context = more.at(-1);
    if (typeof context === 'string' && startUpContexts.has(context)) return;
    // Other texts among the arguments are stacks, which are not printed.
    this.warn(
      message,
      ...more.filter((part) => part instanceof Error),
      typeof context === 'string' ? context : undefined,
    );
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.error(message, ...more);
  }
}

const toText = (message: unknown): string =>
  message instanceof Error ? toErrorLines(message).join('\n') : String(message);
