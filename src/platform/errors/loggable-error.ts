/** The fields of an error that logs, stored texts and operator pages may show. Values of statements and rows are never included. */
interface LoggableError {
  type: string;
  message: string;
  code?: string | number;
  constraint?: string;
  stack?: string;
  cause?: LoggableError;
  errors?: LoggableError[];
}

interface ThrownValue {
  name?: unknown;
  type?: unknown;
  message?: unknown;
  shortMessage?: unknown;
  code?: unknown;
  constraint?: unknown;
  stack?: unknown;
  cause?: unknown;
  errors?: unknown;
  driverError?: ThrownValue;
}

const maxDepth = 4;
const maxErrors = 5;
const maxMessageLength = 1_000;
const maxFrames = 30;

/** Copies the allowed fields of a thrown value. For a LoggableError the copy has the same fields. */
export function loggable(thrown: unknown, depth = 0): LoggableError {
  if (typeof thrown !== 'object' || thrown === null) return { type: typeof thrown, message: truncate(String(thrown)) };
  const error = thrown as ThrownValue;
  const type = typeOf(error);
  const message = messageOf(error);
  const code = codeOf(error);
  const constraint = error.driverError?.constraint ?? error.constraint;
  const copy: LoggableError = { type, message };
  if (code !== undefined) copy.code = code;
  if (typeof constraint === 'string') copy.constraint = constraint;
  if (typeof error.stack === 'string') copy.stack = `${type}: ${message}\n${stackFramesOf(error.stack)}`.trimEnd();
  if (depth >= maxDepth) return copy;
  if (error.cause !== undefined && error.cause !== null) copy.cause = loggable(error.cause, depth + 1);
  // A DomainError, which has a `kind`, also has `errors`, but they describe fields of a request and are not thrown errors.
  const isDomainError = Boolean((thrown as { kind?: unknown }).kind);
  if (Array.isArray(error.errors) && !isDomainError)
    copy.errors = error.errors.slice(0, maxErrors).map((nested) => loggable(nested, depth + 1));
  return copy;
}

/** Describes an error and its causes in one line. */
export function errorLine(thrown: unknown): string {
  const { type, message, cause } = loggable(thrown);
  const causeText = cause ? ` (${errorLine(cause)})` : '';
  return `${type}: ${message}${causeText}`;
}

/** Describes an error and its causes with their stacks, as it is stored for a failed job. */
export function errorText(thrown: unknown): string {
  const { type, message, stack, cause } = loggable(thrown);
  const ownText = stack ?? `${type}: ${message}`;
  return cause ? `${ownText}\ncaused by ${errorText(cause)}` : ownText;
}

const typeOf = ({ type, name, ...rest }: ThrownValue): string => {
  if (typeof name === 'string' && name !== '') return name;
  return typeof type === 'string' ? type : (rest.constructor?.name ?? 'Object');
};

const codeOf = ({ code, driverError }: ThrownValue): string | number | undefined => {
  const rawCode = driverError?.code ?? code;
  return typeof rawCode === 'string' || typeof rawCode === 'number' ? rawCode : undefined;
};

/** The codes of PostgreSQL whose messages quote only names. Other messages may also quote values, which must not be logged. */
const codesQuotingOnlyNames = /^(?:23|42(?!601))/;
const databaseErrorCode = /^(?:[0-9A-Z]{5}|SQLITE_\w+)$/;

function messageOf(error: ThrownValue): string {
  // The short message is preferred, because the long one of ethers contains requests and node URLs with their API keys.
  const text = [error.shortMessage, error.message].find((message) => typeof message === 'string') ?? '';
  // The message of V8 is replaced, because it quotes the text that V8 could not parse.
  if (error instanceof SyntaxError && /JSON/.test(text)) return 'Not valid JSON';
  const code = String(codeOf(error) ?? '');
  const mayQuoteValues = databaseErrorCode.test(code) && !codesQuotingOnlyNames.test(code);
  return truncate(mayQuoteValues ? text.replace(/"[\s\S]*"/, '[…]') : text);
}

const truncate = (text: string): string =>
  text.length > maxMessageLength ? `${text.slice(0, maxMessageLength)}…` : text;

/** The lines of the calls in a stack. The first lines of the stack are left out, because they repeat the original message. */
export const stackFramesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, maxFrames)
    .join('\n');
