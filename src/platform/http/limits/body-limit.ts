import type { FastifyInstance } from 'fastify';
import { RefusedBodies } from './refused-bodies';
import { addRouteConfig, routeConfigOf, toEachRoute } from '../route-config';

const kilobyte = 1_024;

/** The largest bodies, in bytes. `usual` applies to every route without `@BodyLimit`. */
export const bodyLimits = {
  credentials: 16 * kilobyte,
  usual: 64 * kilobyte,
  /** For long texts in any script and for lists of thousands of ids. */
  long: 256 * kilobyte,
  /** For lessons, exercises and submitted work. */
  work: 1_024 * kilobyte,
};

/** Larger than a photograph that a client may send by mistake. Such a client still gets its 413 or 401. */
const maxDiscardedBytes = 16 * 1_024 * kilobyte;

/** Sets the limit of a route, or of all routes of a controller, whose schema allows less or more than usual. A test compares limits and schemas. */
export const BodyLimit = (limit: keyof typeof bodyLimits): MethodDecorator & ClassDecorator =>
  toEachRoute(addRouteConfig({ bodyLimitBytes: bodyLimits[limit] }));

export function limitBodies(instance: FastifyInstance): void {
  const refusedBodies = new RefusedBodies(maxDiscardedBytes);
  instance.addHook('onRoute', (route) => {
    route.bodyLimit = routeConfigOf({ routeOptions: route }).bodyLimitBytes ?? bodyLimits.usual;
  });
  instance.addHook('onSend', ({ raw }, reply, _payload, done) => {
    const { connection, ...headers } = raw.headers;
    const isSending = (headers['content-length'] ?? headers['transfer-encoding']) && !raw.complete;
    if (!isSending) return done();
    // Fastify closes the connection after a body that is too large. A client that is still sending would get no response.
    reply.removeHeader('connection');
    // If the client wants the connection closed, Node closes it right after the response, so the response waits for the body.
    const mustWait = connection?.toLowerCase() === 'close';
    refusedBodies.discard(raw, () => mustWait && done());
    if (!mustWait) done();
  });
}
