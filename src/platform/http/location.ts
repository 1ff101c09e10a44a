import type { FastifyInstance, FastifyRequest } from 'fastify';
import { routeConfigOf } from './route-config';

export const globalPrefix = 'api/v1';
const placeholder = /\{(\w+)\}/g;

/**
 * Sets the header `Location` of routes that name a template, such as `/courses/{id}`. A value comes from the body of the response, or
 * else from the path of the request. If a value is missing, because the request created nothing, the header is not sent.
 */
export function setLocations(instance: FastifyInstance): void {
  instance.addHook('preSerialization', (request, reply, payload, done) => {
    const { location } = routeConfigOf(request);
    const isSuccess = reply.statusCode >= 200 && reply.statusCode < 300;
    const path = location && isSuccess ? fill(location, payload, request) : null;
    if (path !== null) reply.header('location', `/${globalPrefix}${path}`);
    done(null, payload);
  });
}

function fill(template: string, payload: unknown, request: FastifyRequest): string | null {
  const values = { ...(request.params as object), ...(payload as object) } as Record<string, unknown>;
  const names = [...template.matchAll(placeholder)].map(([, name]) => name!);
  if (names.some((name) => values[name] === undefined || values[name] === null)) return null;
  return template.replaceAll(placeholder, (_, name: string) => encodeSegment(String(values[name])));
}

/** A colon, as in the name of a job, may stand in a path (RFC 3986, section 3.3). */
const encodeSegment = (text: string): string => encodeURIComponent(text).replaceAll('%3A', ':');
