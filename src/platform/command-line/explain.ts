import { driverWords } from '../database/statements/driver-words';
import { DomainError } from '../errors/domain-error';
import { errorText } from '../errors/loggable-error';
import { explainSystemError } from '../errors/system-errors';

/** An error in lines for whoever gave the command: no stack, and no words of a driver. */
export function explain(error: unknown): string[] {
  if (error instanceof DomainError) return explainDomain(error);
  const words = driverWords(error) ?? explainSystemError(error);
  if (words) return [words];
  if (error instanceof Error && !isFault(error)) return error.message.split('\n');
  return [`This is a fault of the program: ${error instanceof Error ? error.message : String(error)}`, again];
}

const again = 'Say --trace to see where it comes from';

function explainDomain(error: DomainError): string[] {
  const parts = (error.errors ?? []).map(({ pointer, message }) => `  ${pointer}: ${message}`);
  return [`${error.code}: ${error.detail ?? error.type.title}`, ...parts];
}

/** Thrown by the language, not by us. */
const isFault = (error: Error): boolean =>
  [TypeError, ReferenceError, RangeError, SyntaxError].some((type) => error instanceof type);

/** For those who look for the cause. Without the values of a statement: a password's hash may be among them. */
export function traceOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const { driverError } = error as { driverError?: unknown };
  return [errorText(error), ...(driverError ? ['caused by', ...traceOf(driverError)] : [])];
}
