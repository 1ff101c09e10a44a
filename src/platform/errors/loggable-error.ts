/** The fields of an error that logs, stored texts and operator pages may show. Parameters, details and rows are never included. */
export interface LoggableError {
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

/** Copies the allowed fields of a thrown value. A LoggableError is returned unchanged. */
export function loggable(thrown: unknown, depth = 0): LoggableError {
  if (typeof thrown !== 'object' || thrown === null) return { type: typeof thrown, message: truncate(String(thrown)) };
  const error = thrown as ThrownValue;
  const [type, message, code] = [typeOf(error), messageOf(error), codeOf(error)];
  const constraint = error.driverError?.constraint ?? error.constraint;
  const result: LoggableError = { type, message, ...(code !== undefined && { code }) };
  if (typeof constraint === 'string') result.constraint = constraint;
  if (typeof error.stack === 'string') result.stack = `${type}: ${message}\n${framesOf(error.stack)}`.trimEnd();
  if (depth >= maxDepth) return result;
  if (error.cause !== undefined && error.cause !== null) result.cause = loggable(error.cause, depth + 1);
  if (Array.isArray(error.errors) && !(thrown as { kind?: unknown }).kind)
    result.errors = error.errors.slice(0, maxErrors).map((each) => loggable(each, depth + 1));
  return result;
}

/** Describes an error and its causes in one line. */
export function errorLine(thrown: unknown): string {
  const { type, message, cause } = loggable(thrown);
  return `${type}: ${message}${cause ? ` (${errorLine(cause)})` : ''}`;
}

/** Describes an error and its causes with their stacks, as it is stored for a failed job. */
export function errorText(thrown: unknown): string {
  const { type, message, stack, cause } = loggable(thrown);
  return `${stack ?? `${type}: ${message}`}${cause ? `\ncaused by ${errorText(cause)}` : ''}`;
}

const typeOf = ({ type, name, ...rest }: ThrownValue): string => {
  if (typeof name === 'string' && name !== '') return name;
  return typeof type === 'string' ? type : (rest.constructor?.name ?? 'Object');
};

const codeOf = ({ code, driverError }: ThrownValue): string | number | undefined => {
  const found = driverError?.code ?? code;
  return typeof found === 'string' || typeof found === 'number' ? found : undefined;
};

/** PostgreSQL quotes both names and values in messages. In these error classes it quotes only names. */
const quotesNames = /^(?:23|42(?!601))/;
const databaseErrorCode = /^(?:[0-9A-Z]{5}|SQLITE_\w+)$/;

function messageOf(error: ThrownValue): string {
  const { message, shortMessage } = error;
  // The long message of ethers contains requests and node URLs with their API keys.
  const text = typeof shortMessage === 'string' ? shortMessage : typeof message === 'string' ? message : '';
  // V8 quotes the text that it could not parse.
  if (error instanceof SyntaxError && /JSON/.test(text)) return 'Not valid JSON';
  const code = String(codeOf(error) ?? '');
  const mayHoldValues = databaseErrorCode.test(code) && !quotesNames.test(code);
  return truncate(mayHoldValues ? text.replace(/"[\s\S]*"/, '[…]') : text);
}

const truncate = (text: string): string =>
  text.length > maxMessageLength ? `${text.slice(0, maxMessageLength)}…` : text;

/** The frames of a stack, without its first lines, because those repeat the original message. */
export const framesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, maxFrames)
    .join('\n');
