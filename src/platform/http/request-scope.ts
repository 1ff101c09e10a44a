import type { FastifyInstance } from 'fastify';
import { CallScope, inScope } from '../database/call-scope';

/** After the body was read: its parser would lose the scope. Everything that asks the database comes later. */
export function scopeRequests(instance: FastifyInstance): void {
  instance.addHook('preHandler', (request, _reply, done) => {
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    inScope(new CallScope('request', route, request.id), done);
  });
}
