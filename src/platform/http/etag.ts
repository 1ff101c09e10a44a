import { hash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PreconditionFailed, ValidationFailed } from './problems/http.errors';
import { addRouteConfig, routeConfigOf, toEachRoute } from './route-config';

/** One ETag of a list (RFC 9110 § 8.8.3). */
const entityTag = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g;
const entityTags = new RegExp(`^${entityTag.source}(\\s*,\\s*${entityTag.source})*$`);
const versionedTag = /^v([1-9]\d{0,9})(?:-[\w-]*)?$/;
/** The largest version, because the column is a 32-bit integer. So no ETag of this server contains a larger one. */
const maxVersion = 2 ** 31 - 1;
const noVersion = 0;

/**
 * The version that the caller edited (`If-Match: "v7-…"` gives 7), or null without the header. Of a list the newest version
 * counts, because the resource cannot go back to an older one.
 * The hash in the tag is ignored, because a counter that changed in the body must not make an edit fail.
 */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext) =>
  expectedVersion(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);

export function expectedVersion(header: string | undefined): number | null {
  if (header === undefined || header.trim() === '*') return null;
  if (!entityTags.test(header.trim()))
    throw new ValidationFailed([
      { pointer: '/header/if-match', message: 'Must be ETags, such as "v7-…"', rule: 'etag' },
    ]);
  return Math.max(
    ...[...header.matchAll(entityTag)].map(([, weakMark, tag]) => (weakMark ? noVersion : versionOf(tag!))),
  );
}

/** A weak tag never matches (RFC 9110 § 13.1.1). A tag of another resource becomes version 0, which matches no row either. */
function versionOf(tag: string): number {
  const version = Number(versionedTag.exec(tag)?.[1] ?? noVersion);
  return version <= maxVersion ? version : noVersion;
}

/** Refuses an edit of version `expected` if the row has another version now. @throws PreconditionFailed */
export function requireVersion(expected: number | null, actual: number): void {
  if (expected !== null && expected !== actual)
    throw new PreconditionFailed('Read the current version, apply your change to it, and send its ETag.');
}

const digest = (payload: string | Buffer): string => hash('sha1', payload, 'base64url').slice(0, 16);

/**
 * Forbids every cache to keep the response, for data with which a person who uses the same device later could find or take an account.
 * The ETag stays, so that a client that keeps the response in its memory can ask for a 304.
 */
export const NotStored = (): MethodDecorator & ClassDecorator => toEachRoute(addRouteConfig({ isNotStored: true }));

/** The versions of response bodies. They are read before serialisation, so that the text need not be parsed again. */
const versions = new WeakMap<FastifyRequest, number | undefined>();

/**
 * Sets the ETag `"v<version>-<hash>"` on versioned resources, and a weak ETag on every other JSON response to a GET. A GET whose
 * If-None-Match is equal gets a 304. @fastify/etag is not used, because it also tags errors, and sends 304 for a POST that took
 * effect. Each GET costs one SHA-1 of the payload (about 2 µs for 1 KB). A 304 saves the transfer, not the query.
 */
export function setEtags(instance: FastifyInstance): void {
  instance.addHook('preSerialization', (request, _reply, payload, done) => {
    if (routeConfigOf(request).versioned) versions.set(request, (payload as { version?: number } | null)?.version);
    done(null, payload);
  });
  instance.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode < 200 || reply.statusCode > 299) return done();
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', cacheControlOf(request, isRead));
    if (!isJson(reply)) return done();
    const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : undefined;
    if (body !== undefined) setEtag(request, reply, body, isRead);
    if (routeConfigOf(request).isPersonal) addVary(reply, 'Authorization');
    const isUnchanged = isRead && isFresh(request.headers['if-none-match'], reply.getHeader('etag'));
    if (!isUnchanged) return done();
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    // Fastify's own hook for HEAD measures the payload, so it must not be null.
    done(null, request.method === 'HEAD' ? '' : null);
  });
}

const cacheControlOf = (request: FastifyRequest, isRead: boolean): string =>
  isRead && !routeConfigOf(request).isNotStored ? 'private, no-cache' : 'no-store';

function setEtag(request: FastifyRequest, reply: FastifyReply, body: string | Buffer, isRead: boolean): void {
  if (reply.hasHeader('etag')) return;
  const version = versions.get(request);
  if (version !== undefined) reply.header('etag', `"v${version}-${digest(body)}"`);
  else if (isRead) reply.header('etag', `W/"${digest(body)}"`);
}

/** Adds a name to the Vary header. The headers of other plugins, such as that of CORS, stay. */
export function addVary(reply: FastifyReply, name: string): void {
  const present = reply.getHeader('vary');
  reply.header('vary', present === undefined ? name : `${[present].flat().join(', ')}, ${name}`);
}

const isJson = (reply: FastifyReply): boolean =>
  String(reply.getHeader('content-type') ?? '').startsWith('application/json');

/** True if the list of tags in `header` contains `etag`. A weak and a strong tag are equal here (RFC 9110 § 13.1.2). */
function isFresh(header: string | undefined, etag: unknown): boolean {
  if (!header || typeof etag !== 'string') return false;
  const withoutWeakMark = (value: string): string => value.trim().replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some((tag) => withoutWeakMark(tag) === withoutWeakMark(etag));
}
