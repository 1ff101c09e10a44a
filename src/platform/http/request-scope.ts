import type { FastifyInstance } from 'fastify';
import { CallScope, inScope } from '../database/call-scope';

/** Before anybody is looked up: everything that asks the database comes later. */
export function scopeRequests(instance: FastifyInstance): void {
  instance.addHook('preParsing', (request, _reply, _body, done) => {
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    inScope(new CallScope('request', route, request.id), done);
  });
}
