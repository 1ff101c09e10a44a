import { explainDriverError } from '../database/statements/driver-errors';
import { DomainError } from '../errors/domain-error';
import { errorText } from '../errors/loggable-error';
import { explainSystemError } from '../errors/system-errors';

/** The lines that describe an error to the user of the terminal. They contain no stack and no message of a driver. */
export function toErrorLines(error: unknown): string[] {
  if (error instanceof DomainError) return domainErrorLines(error);
  const explanation = explainDriverError(error) ?? explainSystemError(error);
  if (explanation) return [explanation];
  if (error instanceof Error && !isProgrammingError(error)) return error.message.split('\n');
  const message = error instanceof Error ? error.message : String(error);
  return [`This is a bug in the program: ${message}`, traceHint];
}

const traceHint = 'Run the command again with --trace to see the stack';

function domainErrorLines(error: DomainError): string[] {
  const fieldLines = (error.errors ?? []).map(({ pointer, message }) => `  ${pointer}: ${message}`);
  return [`${error.code}: ${error.detail ?? error.type.title}`, ...fieldLines];
}

/** True if JavaScript itself threw the error, which means that the program has a bug. */
const isProgrammingError = (error: Error): boolean =>
  [TypeError, ReferenceError, RangeError, SyntaxError].some((type) => error instanceof type);

/** The lines that `--trace` shows. They omit the values of a statement, because a password hash may be among them. */
export function toTraceLines(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const { driverError } = error as { driverError?: unknown };
  if (!driverError) return [errorText(error)];
  return [errorText(error), 'caused by', ...toTraceLines(driverError)];
}
