import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pino, type Logger, type LoggerOptions } from 'pino';
import { errorLine, stackFramesOf, loggable } from '../../errors/loggable-error';

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

/** Logs only allow-listed fields of each error, because an error of a driver holds the parameters of its statement. */
function errorsAsLoggable(fields: Record<string, unknown>): Record<string, unknown> {
  if (!Object.values(fields).some(isError)) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isError(value) ? loggable(value) : value]),
  );
}

/** Sets a safe message, because pino and Fastify otherwise use the error's own message, which may hold values. */
function withSafeMessage(inputs: unknown[]): unknown[] {
  const [first, message, ...rest] = inputs.map((each, index) => (index > 0 && isError(each) ? errorLine(each) : each));
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

/** Sets the user in the log line of a request that arrived without authentication, such as a sign-in. */
export function setLogUser(request: object, userId: number): void {
  Object.assign(request, { user: { id: userId } });
}

/** Writes one line for each request. */
export function logRequests(instance: FastifyInstance): void {
  const logged = new WeakSet<FastifyRequest>();
  instance.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    // Fastify calls no onResponse hook if the client disconnects first, as every client of an event stream does.
    reply.raw.once('close', () => {
      if (!logged.has(request)) request.log.info({ ...toLogFields(request, reply), cut: true }, 'request');
    });
    done();
  });
  instance.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
    logged.add(request);
    request.log[reply.statusCode >= 500 ? 'error' : 'info'](toLogFields(request, reply), 'request');
    done();
  });
}

/** Omits the query string, because a verification link carries its token there. */
const toLogFields = (request: FastifyRequest, reply: FastifyReply): object => ({
  method: request.method,
  path: request.url.split('?', 1)[0],
  route: request.routeOptions.url,
  status: reply.raw.headersSent ? reply.statusCode : undefined,
  durationMs: Math.round(reply.elapsedTime * 10) / 10,
  user: (request as { user?: { id?: number } }).user?.id,
  ip: request.ip,
});

/**
 * Writes Nest's own messages to the same log. Nest's Logger passes the message first and the context last. Between them it may
 * pass errors, stack texts or other thrown values, and all of them are logged.
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
    const args = [message, ...rest.slice(0, context === undefined ? undefined : -1)];
    const [text, ...more] = args.filter((each) => typeof each === 'string');
    const [err, ...errors] = args.filter(isThrown).map((each) => loggable(each));
    const reason = more.filter((each) => !stackFramesOf(each)).join(', ');
    const stack = more.map(stackFramesOf).join('');
    const fields = { context, ...(err && { err }), ...(errors.length > 0 && { errors }) };
    const allFields = { ...fields, ...(reason && { reason }), ...(stack && { stack }) };
    this.logger[level](allFields, text ?? (err && `${err.type}: ${err.message}`));
  }
}
