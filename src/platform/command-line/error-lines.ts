import { explainDriverError } from '../database/statements/driver-errors';
import { DomainError } from '../errors/domain-error';
import { errorText } from '../errors/loggable-error';
import { explainSystemError } from '../errors/system-errors';

/** The lines that describe an error to the person at the terminal. They hold no stack and no message of a driver. */
export function toErrorLines(error: unknown): string[] {
  if (error instanceof DomainError) return domainErrorLines(error);
  const words = explainDriverError(error) ?? explainSystemError(error);
  if (words) return [words];
  if (error instanceof Error && !isProgrammingError(error)) return error.message.split('\n');
  return [`This is a bug in the program: ${error instanceof Error ? error.message : String(error)}`, traceHint];
}

const traceHint = 'Run the command again with --trace to see the stack';

function domainErrorLines(error: DomainError): string[] {
  const parts = (error.errors ?? []).map(({ pointer, message }) => `  ${pointer}: ${message}`);
  return [`${error.code}: ${error.detail ?? error.type.title}`, ...parts];
}

/** Whether JavaScript itself threw the error, which means that the program has a bug. */
const isProgrammingError = (error: Error): boolean =>
  [TypeError, ReferenceError, RangeError, SyntaxError].some((type) => error instanceof type);

/** The lines that `--trace` shows. They omit the values of a statement, because a password hash may be among them. */
export function toTraceLines(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const { driverError } = error as { driverError?: unknown };
  return [errorText(error), ...(driverError ? ['caused by', ...toTraceLines(driverError)] : [])];
}
