import type { LoggerService } from '@nestjs/common';
import { toErrorLines } from './error-lines';

/** Told by whoever reports the error that was thrown: once is enough. */
const startUpContexts = new Set(['ExceptionHandler', 'TypeOrmModule']);

/** What the application would log, for a person at a terminal: a plain line beside the output, where something is wrong. */
export class TerminalLogger implements LoggerService {
  log(): void {}

  /** Behind the message comes what was thrown, if anything was, and last of all the context. */
  warn(message: unknown, ...more: unknown[]): void {
    const context = more.findLast((part) => typeof part === 'string');
    const thrown = more.filter((part) => part instanceof Error);
    const parts = [...(context === undefined ? [] : [context]), toText(message), ...thrown.map(toText)];
    process.stderr.write(`${parts.join(': ')}\n`);
  }

  error(message: unknown, ...more: unknown[]): void {
    const context = more.at(-1);
    if (typeof context === 'string' && startUpContexts.has(context)) return;
    // What else is text here is a stack.
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
