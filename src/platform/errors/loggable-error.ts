/** What is said of an error in logs, in stored texts and on pages of operators. Nothing else leaves: no parameters, no detail, no row. */
export interface LoggableError {
  type: string;
  message: string;
  code?: string | number;
  constraint?: string;
  stack?: string;
  cause?: LoggableError;
  errors?: LoggableError[];
}

interface Thrown {
  name?: unknown;
  type?: unknown;
  message?: unknown;
  shortMessage?: unknown;
  code?: unknown;
  constraint?: unknown;
  stack?: unknown;
  cause?: unknown;
  errors?: unknown;
  driverError?: Thrown;
}

const maxDepth = 4;
const maxErrors = 5;
const maxMessage = 1_000;
const maxFrames = 30;

/** Whatever was thrown, by an allow-list. What this gave before comes back as it is. */
export function loggable(thrown: unknown, depth = 0): LoggableError {
  if (typeof thrown !== 'object' || thrown === null) return { type: typeof thrown, message: cut(String(thrown)) };
  const error = thrown as Thrown;
  const [type, message, code] = [typeOf(error), messageOf(error), codeOf(error)];
  const constraint = error.driverError?.constraint ?? error.constraint;
  const said: LoggableError = { type, message, ...(code !== undefined && { code }) };
  if (typeof constraint === 'string') said.constraint = constraint;
  if (typeof error.stack === 'string') said.stack = `${type}: ${message}\n${framesOf(error.stack)}`.trimEnd();
  if (depth >= maxDepth) return said;
  if (error.cause !== undefined && error.cause !== null) said.cause = loggable(error.cause, depth + 1);
  if (Array.isArray(error.errors) && !(thrown as { kind?: unknown }).kind)
    said.errors = error.errors.slice(0, maxErrors).map((each) => loggable(each, depth + 1));
  return said;
}

/** In one line: what it was, and what caused it. */
export function errorLine(thrown: unknown): string {
  const { type, message, cause } = loggable(thrown);
  return `${type}: ${message}${cause ? ` (${errorLine(cause)})` : ''}`;
}

/** With its stack, and those of its causes: what a run of a job keeps. */
export function errorText(thrown: unknown): string {
  const { type, message, stack, cause } = loggable(thrown);
  return `${stack ?? `${type}: ${message}`}${cause ? `\ncaused by ${errorText(cause)}` : ''}`;
}

const typeOf = ({ type, name, ...rest }: Thrown): string => {
  if (typeof name === 'string' && name !== '') return name;
  return typeof type === 'string' ? type : (rest.constructor?.name ?? 'Object');
};

const codeOf = ({ code, driverError }: Thrown): string | number | undefined => {
  const found = driverError?.code ?? code;
  return typeof found === 'string' || typeof found === 'number' ? found : undefined;
};

/** Engines quote names and values alike; in these classes of PostgreSQL they are names. */
const quotesNames = /^(?:23|42(?!601))/;
const isOfEngine = /^(?:[0-9A-Z]{5}|SQLITE_\w+)$/;

function messageOf(error: Thrown): string {
  const { message, shortMessage } = error;
  // Of ethers: the long one holds requests, and addresses of nodes with their keys.
  const text = typeof shortMessage === 'string' ? shortMessage : typeof message === 'string' ? message : '';
  // V8 quotes what it could not parse.
  if (error instanceof SyntaxError && /JSON/.test(text)) return 'Not valid JSON';
  const code = String(codeOf(error) ?? '');
  const mayHoldValues = isOfEngine.test(code) && !quotesNames.test(code);
  return cut(mayHoldValues ? text.replace(/"[\s\S]*"/, '[…]') : text);
}

const cut = (text: string): string => (text.length > maxMessage ? `${text.slice(0, maxMessage)}…` : text);

/** Without its first lines: they repeat the message as it was. */
export const framesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, maxFrames)
    .join('\n');
