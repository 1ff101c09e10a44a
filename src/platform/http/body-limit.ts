import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
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
  instance.addHook('onRoute', (route) => {
    route.bodyLimit = routeConfigOf({ routeOptions: route }).bodyLimitBytes ?? bodyLimits.usual;
  });
  instance.addHook('onSend', ({ raw }, _reply, _payload, done) => {
    const isUnread = raw.readableFlowing === null && !raw.complete;
    if (isUnread && (raw.headers['content-length'] || raw.headers['transfer-encoding'])) discard(raw);
    done();
  });
}

/**
 * A caller that is refused before its body was read still sends it, and reads the answer at the end: closing at once would
 * reset the connection under the answer. Node would read whatever comes; more than any route takes is not waited for.
 */
function discard(body: IncomingMessage): void {
  let bytes = 0;
  body.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > bodyLimits.work) body.destroy();
  });
  body.on('error', () => undefined);
}
