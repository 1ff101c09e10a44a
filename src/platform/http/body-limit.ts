import type { FastifyInstance } from 'fastify';
import { RefusedBodies } from './refused-bodies';
import { addRouteConfig, routeConfigOf, toEachRoute } from './route-config';

const kilobyte = 1_024;

/** Bytes a body may have. `usual` holds for every route that says nothing. */
export const bodyLimits = {
  credentials: 16 * kilobyte,
  usual: 64 * kilobyte,
  /** Long texts in any script, and lists of thousands of ids. */
  long: 256 * kilobyte,
  /** What people write over days: lessons, exercises and the work handed in. */
  work: 1_024 * kilobyte,
};

/** For routes, or whole controllers, whose schema takes less or more than is usual; a test compares limits and schemas. */
export const BodyLimit = (limit: keyof typeof bodyLimits): MethodDecorator & ClassDecorator =>
  toEachRoute(addRouteConfig({ bodyLimitBytes: bodyLimits[limit] }));

export function limitBodies(instance: FastifyInstance): void {
  const refused = new RefusedBodies(bodyLimits.work);
  instance.addHook('onRoute', (route) => {
    route.bodyLimit = routeConfigOf({ routeOptions: route }).bodyLimitBytes ?? bodyLimits.usual;
  });
  instance.addHook('onSend', ({ raw }, _reply, _payload, done) => {
    const isUnread = raw.readableFlowing === null && !raw.complete;
    if (isUnread && (raw.headers['content-length'] || raw.headers['transfer-encoding'])) refused.discard(raw);
    done();
  });
}
