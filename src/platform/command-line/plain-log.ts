import type { LoggerService } from '@nestjs/common';
import { explain } from './explain';

/** Told by whoever reports the error that was thrown: once is enough. */
const startUp = new Set(['ExceptionHandler', 'TypeOrmModule']);

/** What the application would log, for a person at a terminal: a plain line beside the output, where something is wrong. */
export class PlainLog implements LoggerService {
  log(): void {}

  warn(message: unknown, context?: string): void {
    process.stderr.write(`${context ? `${context}: ` : ''}${textOf(message)}\n`);
  }

  error(message: unknown, ...more: unknown[]): void {
    const context = more.at(-1);
    if (typeof context === 'string' && startUp.has(context)) return;
    this.warn(message, typeof context === 'string' ? context : undefined);
  }

  fatal(message: unknown, context?: string): void {
    this.warn(message, context);
  }
}

const textOf = (message: unknown): string => (message instanceof Error ? explain(message).join('\n') : String(message));
