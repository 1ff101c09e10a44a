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

/** Sets the limit of a route, or of all routes of a controller, if its schema allows smaller or larger bodies than usual. A test compares limits and schemas. */
export const BodyLimit = (limit: keyof typeof bodyLimits): MethodDecorator & ClassDecorator =>
  toEachRoute(addRouteConfig({ bodyLimitBytes: bodyLimits[limit] }));

export function limitBodies(instance: FastifyInstance): void {
  const refusedBodies = new RefusedBodies(bodyLimits.work);
  instance.addHook('onRoute', (route) => {
    route.bodyLimit = routeConfigOf({ routeOptions: route }).bodyLimitBytes ?? bodyLimits.usual;
  });
  instance.addHook('onSend', ({ raw }, _reply, _payload, done) => {
    const isUnread = raw.readableFlowing === null && !raw.complete;
    if (isUnread && (raw.headers['content-length'] || raw.headers['transfer-encoding'])) refusedBodies.discard(raw);
    done();
  });
}
