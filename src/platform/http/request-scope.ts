import type { FastifyInstance } from 'fastify';
import { CallScope, inScope } from '../database/call-scope';
import { routeConfigOf } from './route-config';

/** What a timer can wait: 24 days. */
const longestTimeoutMs = 2 ** 31 - 1;

/**
 * Before anybody is looked up: everything that asks the database comes later. When a request's time is over it is answered 503, and
 * commits nothing any more.
 */
export function scopeRequests(instance: FastifyInstance, timeoutMs: number): void {
  instance.addHook('onRoute', (route) => {
    if (routeConfigOf({ routeOptions: route }).isStream) route.handlerTimeout = longestTimeoutMs;
  });
  instance.addHook('preParsing', (request, reply, _body, done) => {
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    const scope = new CallScope('request', route, request.id);
    inScope(routeConfigOf(request).isStream ? scope : scope.endWithin(timeoutMs - reply.elapsedTime), done);
  });
}
