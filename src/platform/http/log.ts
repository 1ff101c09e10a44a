import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pino, type Logger, type LoggerOptions } from 'pino';
import { errorLine, framesOf, loggable } from '../errors/loggable-error';

const secrets = [
  'authorization',
  'cookie',
  'password',
  'newPassword',
  'currentPassword',
  'accessToken',
  'refreshToken',
  'secret',
  'privateKey',
];

const isThrown = (value: unknown): boolean => value !== undefined && value !== null && typeof value !== 'string';
const isError = (value: unknown): value is Error => value instanceof Error;

/** An error is told by an allow-list wherever it stands: a driver's carries the statement's parameters. */
function errorsAsLoggable(fields: Record<string, unknown>): Record<string, unknown> {
  if (!Object.values(fields).some(isError)) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isError(value) ? loggable(value) : value]),
  );
}

/** pino takes the message of an error for the line's where none is given, and Fastify does: as it is, with its values. */
function withSafeMessage(inputs: unknown[]): unknown[] {
  const [first, message, ...rest] = inputs.map((each, at) => (at > 0 && isError(each) ? errorLine(each) : each));
  const error = isError(first) ? first : (first as { err?: unknown } | null | undefined)?.err;
  if (!isError(error) || (message !== undefined && message !== error.message))
    return [first, ...[message, ...rest].slice(0, inputs.length - 1)];
  return [isError(first) ? { err: first } : first, loggable(error).message, ...rest];
}

/** Secrets are masked wherever an object is logged, up to three levels down. */
export const logOptions: LoggerOptions = {
  redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]), censor: '[secret]' },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }), log: errorsAsLoggable },
  serializers: { err: (error: unknown) => loggable(error), error: (error: unknown) => loggable(error) },
  hooks: {
    logMethod(inputs, method) {
      Reflect.apply(method, this, withSafeMessage(inputs));
    },
  },
};

export function createLogger(level: string): Logger {
  return pino({ ...logOptions, level });
}

/** Whose request it turned out to be, where nobody was signed in when it came. */
export function nameInLog(request: object, personId: number): void {
  Object.assign(request, { user: { id: personId } });
}

/** One line a request. */
export function logRequests(instance: FastifyInstance): void {
  const told = new WeakSet<FastifyRequest>();
  instance.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    // Of an answer that its caller cuts, as each listener to a stream does in the end, Fastify tells no end.
    reply.raw.once('close', () => {
      if (!told.has(request)) request.log.info({ ...lineOf(request, reply), cut: true }, 'request');
    });
    done();
  });
  instance.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
    told.add(request);
    request.log[reply.statusCode >= 500 ? 'error' : 'info'](lineOf(request, reply), 'request');
    done();
  });
}

/** Without the query: a verification link carries its token there. */
const lineOf = (request: FastifyRequest, reply: FastifyReply): object => ({
  method: request.method,
  path: request.url.split('?', 1)[0],
  route: request.routeOptions.url,
  status: reply.raw.headersSent ? reply.statusCode : undefined,
  durationMs: Math.round(reply.elapsedTime * 10) / 10,
  user: (request as { user?: { id?: number } }).user?.id,
  ip: request.ip,
});

/**
 * Nest's own messages, through the same stream. Its Logger puts the context last; between the message and that may stand an
 * error, or the text of a stack, or whatever was thrown: none of it is lost.
 */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log = (message: unknown, ...rest: unknown[]): void => this.write('debug', message, rest);
  debug = (message: unknown, ...rest: unknown[]): void => this.write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]): void => this.write('trace', message, rest);
  warn = (message: unknown, ...rest: unknown[]): void => this.write('warn', message, rest);
  error = (message: unknown, ...rest: unknown[]): void => this.write('error', message, rest);
  fatal = (message: unknown, ...rest: unknown[]): void => this.write('fatal', message, rest);

  private write(level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal', message: unknown, rest: unknown[]): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const last = rest.at(-1);
    const context = typeof last === 'string' && !last.includes('\n') ? last : undefined;
    const given = [message, ...rest.slice(0, context === undefined ? undefined : -1)];
    const [text, ...more] = given.filter((each) => typeof each === 'string');
    const [err, ...errors] = given.filter(isThrown).map((each) => loggable(each));
    const [reason, stack] = [more.filter((each) => !framesOf(each)).join(', '), more.map(framesOf).join('')];
    const fields = { context, ...(err && { err }), ...(errors.length > 0 && { errors }) };
    const said = { ...fields, ...(reason && { reason }), ...(stack && { stack }) };
    this.logger[level](said, text ?? (err && `${err.type}: ${err.message}`));
  }
}
