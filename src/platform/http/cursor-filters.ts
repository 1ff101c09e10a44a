import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** These parameters may change from page to page. */
const pageParameters = new Set(['cursor', 'limit', 'withTotal']);
const hashLength = 8;
/** Is no cursor, so that reading it causes INVALID_CURSOR at the place where a list reads its cursor. */
const notACursor = '!';

type Query = Record<string, unknown>;

/**
 * Ties each cursor to its list, filters and order: a short hash of the path and of the other parameters follows the cursor. With other
 * filters a cursor would skip items without a sign. The hash is no protection against forgery, which is harmless.
 */
export function tieCursorsToFilters(instance: FastifyInstance): void {
  instance.addHook('preHandler', (request, _reply, done) => {
    const query = request.query as Query | undefined;
    if (query && typeof query.cursor === 'string') query.cursor = withoutHash(query.cursor, request);
    done();
  });
  instance.addHook('preSerialization', (request, _reply, payload, done) => {
    const page = (payload as { page?: { nextCursor?: unknown } } | null)?.page;
    if (typeof page?.nextCursor !== 'string') return done(null, payload);
    const nextCursor = `${page.nextCursor}.${hashOf(request)}`;
    done(null, { ...(payload as object), page: { ...page, nextCursor } });
  });
}

function withoutHash(cursor: string, request: FastifyRequest): string {
  const separator = cursor.lastIndexOf('.');
  return cursor.slice(separator + 1) === hashOf(request) ? cursor.slice(0, separator) : notACursor;
}

const hashOf = ({ url, query }: FastifyRequest): string => hashOfFilters(url.split('?', 1)[0]!, query as Query);

/** The part of a cursor after its last dot, for a list at this path with these parameters. */
export function hashOfFilters(path: string, query: Query): string {
  const filters = Object.entries(query)
    .filter(([name]) => !pageParameters.has(name))
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return hash('sha256', JSON.stringify([path, filters]), 'base64url').slice(0, hashLength);
}
