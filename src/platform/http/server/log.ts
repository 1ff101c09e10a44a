import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { currentScope } from '../../database/scope/call-scope';
import { errorLine, stackFramesOf, loggable } from '../../errors/loggable-error';

const secrets = [
  'authorization',
  'cookie',
  'password',
  'newPassword',
  'currentPassword',
  'accessToken',
  'refreshToken',
  'ticket',
  'secret',
  'privateKey',
];

/** True for an argument of a log call that is not a text: an error or another thrown value. */
const isThrown = (value: unknown): boolean => value !== undefined && value !== null && typeof value !== 'string';
const isError = (value: unknown): value is Error => value instanceof Error;

/** Replaces each error by its safe fields, because an error of a driver contains the parameters of its statement. */
function errorsAsLoggable(fields: Record<string, unknown>): Record<string, unknown> {
  if (!Object.values(fields).some(isError)) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isError(value) ? loggable(value) : value]),
  );
}

/** Sets a safe message, because pino and Fastify would otherwise use the error's own message, which may contain values. */
function withSafeMessage(inputs: unknown[]): unknown[] {
  const safeInputs = inputs.map((input, index) => (index > 0 && isError(input) ? errorLine(input) : input));
  const [first, message, ...details] = safeInputs;
  const error = isError(first) ? first : (first as { err?: unknown } | null | undefined)?.err;
  if (!isError(error)) return safeInputs;
  const hasOwnMessage = message !== undefined && message !== error.message;
  if (hasOwnMessage) return safeInputs;
  return [isError(first) ? { err: first } : first, loggable(error).message, ...details];
}

/** Secrets are masked wherever an object is logged, up to three levels down, except in the line of a request. */
export const logOptions: LoggerOptions = {
  redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]), censor: '[secret]' },
  timestamp: pino.stdTimeFunctions.isoTime,
  mixin: () => ({ traceId: currentScope()?.traceId ?? undefined }),
  formatters: { level: (label) => ({ level: label }), log: errorsAsLoggable },
  serializers: { err: (error: unknown) => loggable(error), error: (error: unknown) => loggable(error) },
  hooks: {
    logMethod(inputs, method, level) {
      Reflect.apply(method, this, withSafeMessage(inputs));
      if (level >= warnLevel) flush(streamOf(this));
    },
  },
};

/** Lines are written together when so many bytes wait, or after this time. One system call a line takes 5 % of the time of a small request. */
const minWrittenBytes = 4_096;
const maxWaitMs = 100;
const warnLevel = 40;

type BufferedStream = DestinationStream & { flushSync?: () => void };
let standardOutput: BufferedStream | undefined;

/**
 * Opens the standard output once for all loggers of the process, so that their lines keep their order. A process that is killed loses
 * the lines of the last 100 ms, but none from level `warn` on, which is written at once.
 */
function openStandardOutput(): BufferedStream {
  if (standardOutput) return standardOutput;
  const output = pino.destination({ fd: 1, sync: true, minLength: minWrittenBytes, periodicFlush: maxWaitMs });
  process.once('exit', () => flush(output));
  standardOutput = output;
  return output;
}

/** Writes the waiting lines now. */
function flush(stream: BufferedStream): void {
  stream.flushSync?.();
}

const streamOf = (logger: Logger): BufferedStream =>
  (logger as unknown as Record<symbol, BufferedStream>)[pino.symbols.streamSym]!;

export function createLogger(level: string, output: DestinationStream = openStandardOutput()): Logger {
  return pino({ ...logOptions, level }, output);
}

/** Sets the user in the log line of a request that arrived without authentication, such as a sign-in. */
export function setLogUser(request: object, userId: number): void {
  Object.assign(request, { user: { id: userId } });
}

const problemCodes = new WeakMap<object, string>();

/** Sets the code of the error in the log line of a request, so that refusals can be counted by their reason. */
export function setLogProblem(request: object, code: string): void {
  problemCodes.set(request, code);
}

/**
 * Writes one line for each request. The line has no field that can hold a secret or an error, so it is not redacted. Redaction would
 * take 8 % of the time of a small request.
 */
export function logRequests(instance: FastifyInstance): void {
  const log = createRequestLogger(instance.log as Logger);
  const loggedRequests = new WeakSet<FastifyRequest>();
  instance.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    // Fastify calls no onResponse hook if the client disconnects first, as every client of an event stream does.
    reply.raw.once('close', () => {
      if (!loggedRequests.has(request)) log.info({ ...toLogFields(request, reply), cut: true }, 'request');
    });
    done();
  });
  instance.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
    loggedRequests.add(request);
    const level = reply.statusCode >= 500 ? 'error' : 'info';
    log[level](toLogFields(request, reply), 'request');
    if (level === 'error') flush(streamOf(log));
    done();
  });
}

/** This is no child of the other logger, because a child without paths to redact still visits every field. */
function createRequestLogger(logger: Logger): Logger {
  const { timestamp, formatters } = logOptions;
  return pino({ level: logger.level, timestamp, formatters: { level: formatters!.level! } }, streamOf(logger));
}

/** Omits the query string, because a verification link carries its token there. */
const toLogFields = (request: FastifyRequest, reply: FastifyReply): object => ({
  traceId: request.id,
  method: request.method,
  path: request.url.split('?', 1)[0],
  route: request.routeOptions.url,
  status: reply.raw.headersSent ? reply.statusCode : undefined,
  code: problemCodes.get(request),
  durationMs: Math.round(reply.elapsedTime * 10) / 10,
  user: (request as { user?: { id?: number } }).user?.id,
  ip: request.ip,
});

/**
 * Writes Nest's own messages to the same log. Nest's Logger passes the message first and the context (the name of the class) last.
 * Between the two it may pass errors, stack texts or other thrown values, and all of them are logged.
 */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log = (message: unknown, ...details: unknown[]): void => this.write('debug', message, details);
  debug = (message: unknown, ...details: unknown[]): void => this.write('debug', message, details);
  verbose = (message: unknown, ...details: unknown[]): void => this.write('trace', message, details);
  warn = (message: unknown, ...details: unknown[]): void => this.write('warn', message, details);
  error = (message: unknown, ...details: unknown[]): void => this.write('error', message, details);
  fatal = (message: unknown, ...details: unknown[]): void => this.write('fatal', message, details);

  private write(level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal', message: unknown, details: unknown[]): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const last = details.at(-1);
    const context = typeof last === 'string' && !last.includes('\n') ? last : undefined;
    const values = [message, ...(context === undefined ? details : details.slice(0, -1))];
    const [text, ...furtherTexts] = values.filter((value) => typeof value === 'string');
    const [err, ...errors] = values.filter(isThrown).map((value) => loggable(value));
    const reason = furtherTexts.filter((furtherText) => !stackFramesOf(furtherText)).join(', ');
    const stack = furtherTexts.map(stackFramesOf).join('');
    const fields: Record<string, unknown> = { context };
    if (err) fields.err = err;
    if (errors.length > 0) fields.errors = errors;
    if (reason) fields.reason = reason;
    if (stack) fields.stack = stack;
    this.logger[level](fields, text ?? (err && `${err.type}: ${err.message}`));
  }
}
