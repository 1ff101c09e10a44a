import { hash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PreconditionFailed, ValidationFailed } from './http.errors';
import { routeConfigOf } from './route-config';

const strongTag = /^"([\x21\x23-\x7e]*)"$/;
const ourTag = /^v([1-9]\d{0,9})(?:-[\w-]*)?$/;
/** What a version may grow to; more is none of ours, and no number that the database can compare. */
const highestVersion = 2 ** 31 - 1;
const noVersion = 0;

/**
 * The version an edit was made from (`If-Match: "v7-…"` gives 7), or null when the caller does not say.
 * Only the version counts: a counter that moved in the body since is no reason to refuse an edit.
 */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext) =>
  expectedVersion(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);

export function expectedVersion(header: string | undefined): number | null {
  if (header === undefined || header.trim() === '*') return null;
  const tag = strongTag.exec(header.trim())?.[1];
  if (tag === undefined)
    throw new ValidationFailed([{ pointer: '/header/if-match', message: 'Send one ETag as it was given: "v7-…"' }]);
  // A tag of something else matches nothing: that is refused where the row is looked at, as every stale one is.
  const version = Number(ourTag.exec(tag)?.[1] ?? noVersion);
  return version <= highestVersion ? version : noVersion;
}

/** The caller edited `expected`, the row is at `actual`: one of the two people must look again. */
export function requireVersion(expected: number | null, actual: number): void {
  if (expected !== null && expected !== actual)
    throw new PreconditionFailed('Read it again, apply your change to what you find, send the new ETag.');
}

const digest = (payload: string | Buffer): string => hash('sha1', payload, 'base64url').slice(0, 16);

/** The answer of a versioned route carries its own version: read before it becomes text, which would have to be parsed again. */
const versions = new WeakMap<FastifyRequest, number | undefined>();

/**
 * `"v<version>-<hash>"` on nouns people edit, a weak tag on every other JSON answer of a GET, and 304 for both.
 * Not @fastify/etag: it tags errors too, and answers 304 to a POST that has already taken effect.
 * Costs one SHA-1 of the payload a GET (about 2 µs for 1 KB); it saves the transfer, not the query.
 */
export function tagAnswers(instance: FastifyInstance): void {
  instance.addHook('preSerialization', (request, _reply, payload, done) => {
    if (routeConfigOf(request).versioned) versions.set(request, (payload as { version?: number } | null)?.version);
    done(null, payload);
  });
  instance.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode < 200 || reply.statusCode > 299 || !isJson(reply)) return done();
    const reading = request.method === 'GET' || request.method === 'HEAD';
    const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : undefined;
    if (body !== undefined) tag(request, reply, body, reading);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', reading ? 'private, no-cache' : 'no-store');
    if (!reading || !isFresh(request.headers['if-none-match'], reply.getHeader('etag'))) return done();
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    done(null, null);
  });
}

function tag(request: FastifyRequest, reply: FastifyReply, body: string | Buffer, reading: boolean): void {
  if (reply.hasHeader('etag')) return;
  const version = versions.get(request);
  if (version !== undefined) reply.header('etag', `"v${version}-${digest(body)}"`);
  else if (reading) reply.header('etag', `W/"${digest(body)}"`);
}

const isJson = (reply: FastifyReply): boolean =>
  String(reply.getHeader('content-type') ?? '').startsWith('application/json');

/** RFC 9110 § 13.1.2: any tag of the list, compared weakly. */
function isFresh(header: string | undefined, etag: unknown): boolean {
  if (!header || typeof etag !== 'string') return false;
  const bare = (value: string): string => value.trim().replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some((candidate) => bare(candidate) === bare(etag));
}
