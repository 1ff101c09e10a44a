import type { FastifyInstance, FastifyRequest } from 'fastify';
import { currentScope, type Caller } from '../../database/scope/call-scope';
import { RouteNotFound } from '../problems/http.errors';
import { routeConfigOf } from '../route-config';

/** Returns the actor that the Authorization header, or the ticket of an event stream, identifies. @throws Unauthenticated */
export type Authenticate = (authorization: string | undefined, ticket: string | undefined) => Promise<Caller>;

/**
 * Authenticates a request before its body is read, because parsing a megabyte takes a thousand times as long as a refusal. The hook
 * runs after the rate limits, so that they also limit the guessing of tokens.
 */
export function authenticateBeforeParsing(instance: FastifyInstance, authenticate: Authenticate): void {
  instance.addHook('preParsing', async (request) => {
    if (request.is404) throw new RouteNotFound();
    const { isPublic, isPersonal } = routeConfigOf(request);
    const { authorization } = request.headers;
    if (isPublic && !(isPersonal && authorization !== undefined)) return;
    const user = await authenticate(authorization, ticketOf(request));
    Object.assign(request, { user });
    const scope = currentScope();
    if (scope) scope.caller = user;
  });
}

/** Only an event stream takes a ticket, because every other client can send a header. */
function ticketOf(request: FastifyRequest): string | undefined {
  if (!routeConfigOf(request).isStream) return undefined;
  const { ticket } = request.query as { ticket?: unknown };
  return typeof ticket === 'string' ? ticket : undefined;
}
