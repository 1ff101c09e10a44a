import type { FastifyInstance } from 'fastify';
import { RouteNotFound } from './http.errors';
import { routeConfigOf } from './route-config';

/** Gives who asks, by the Authorization header. @throws Unauthenticated */
export type Authenticate = (authorization: string | undefined) => Promise<object>;

/**
 * Nothing of a body is read before its sender is known: to parse a megabyte costs a thousand times what refusing it does.
 * After the limits on requests, so that guessing tokens is limited too.
 */
export function admitBeforeParsing(instance: FastifyInstance, authenticate: Authenticate): void {
  instance.addHook('preParsing', async (request) => {
    if (request.is404) throw new RouteNotFound();
    if (routeConfigOf(request).isPublic) return;
    Object.assign(request, { user: await authenticate(request.headers.authorization) });
  });
}
