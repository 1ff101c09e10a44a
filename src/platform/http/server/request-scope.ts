import type { FastifyInstance } from 'fastify';
import { CallScope, inScope } from '../../database/scope/call-scope';
import { routeConfigOf } from '../route-config';

/** The longest time that a timer can wait (24 days). */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Gives each request a scope with a deadline, before authentication sends the first query to the database. After the deadline the
 * caller gets a 503, and the request can no longer commit.
 */
export function scopeRequests(instance: FastifyInstance, timeoutMs: number): void {
  instance.addHook('onRoute', (route) => {
    if (routeConfigOf({ routeOptions: route }).isStream) route.handlerTimeout = maxTimerMs;
  });
  instance.addHook('preParsing', (request, reply, _body, done) => {
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    const scope = new CallScope('request', route, request.id);
    if (!routeConfigOf(request).isStream) scope.endWithin(timeoutMs - reply.elapsedTime);
    inScope(scope, done);
  });
}
