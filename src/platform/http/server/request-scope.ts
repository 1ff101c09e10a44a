import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CallScope, inScope } from '../../database/scope/call-scope';
import { RequestTimedOut } from '../../errors/unavailable.errors';
import { routeConfigOf } from '../route-config';

/** A file arrives slowly from a phone, and a picture is encoded after that. */
const uploadTimeoutMs = 120_000;

/**
 * Answers a request with a 503 after this time. Event streams have no deadline. Fastify's own `handlerTimeout` is not used, because it
 * creates and aborts a signal for each request, which takes 3 % of the time of a small one.
 */
export function limitDurations(instance: FastifyInstance, timeoutMs: number): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (!routeConfigOf(request).isStream) endAfter(reply, limitOf(request, timeoutMs));
    done();
  });
}

/**
 * Gives each request a scope with the same deadline, before authentication sends the first query to the database. After the deadline
 * the request can no longer commit.
 */
export function scopeRequests(instance: FastifyInstance, timeoutMs: number): void {
  instance.addHook('preParsing', (request, reply, _body, done) => {
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    const scope = new CallScope('request', route, request.id);
    if (!routeConfigOf(request).isStream) scope.endWithin(limitOf(request, timeoutMs) - reply.elapsedTime);
    inScope(scope, done);
  });
}

const limitOf = (request: FastifyRequest, timeoutMs: number): number =>
  routeConfigOf(request).takesFile ? Math.max(timeoutMs, uploadTimeoutMs) : timeoutMs;

function endAfter(reply: FastifyReply, timeoutMs: number): void {
  const timer = setTimeout(() => {
    if (reply.sent) return;
    // After the head of the response no problem can be sent any more.
    if (reply.raw.headersSent) reply.raw.destroy();
    else void reply.send(new RequestTimedOut());
  }, timeoutMs);
  reply.raw.once('close', () => clearTimeout(timer));
}
