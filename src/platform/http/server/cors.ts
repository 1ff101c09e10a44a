import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { AllowedMethods } from '../problems/allowed-methods';
import { RouteNotFound } from '../problems/http.errors';

/** A script in a browser reads only these headers of a response from another origin. */
const exposedHeaders = [
  'Allow',
  'Content-Disposition',
  'Date',
  'Deprecation',
  'ETag',
  'Link',
  'Location',
  'Retry-After',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Sunset',
  'Tus-Resumable',
  'Upload-Length',
  'Upload-Offset',
  'X-Trace-Id',
  'Idempotency-Replayed',
  'WWW-Authenticate',
];

/** Allows no credentials, because the token is sent in a header that a browser never adds by itself. */
export function allowOrigins(app: NestFastifyApplication, origins: (string | RegExp)[], allowed: AllowedMethods): void {
  answerOptions(app.getHttpAdapter().getInstance(), allowed);
  if (origins.length === 0) return;
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
  // Without `strictPreflight`, an OPTIONS that is no preflight request gets a 204 too, and not a 400.
  app.enableCors({ origin: origins, methods, exposedHeaders, maxAge: 600, strictPreflight: false });
}

/**
 * Answers OPTIONS with 204 and the methods of the path (RFC 9110 § 9.3.7). If no origin is allowed, a preflight request gets this
 * too, without the headers of CORS. The browser then says that the origin is not allowed. After an error status it would say that
 * the request failed. If origins are allowed, the plugin of CORS has sent the response before this hook.
 */
function answerOptions(instance: FastifyInstance, allowed: AllowedMethods): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'OPTIONS') return done();
    if (allowed.allowedFor(request.url).length === 0) return done(new RouteNotFound());
    void reply.code(204).send();
  });
  instance.addHook('onSend', (request, reply, _payload, done) => {
    const isAnswered = request.method === 'OPTIONS' && reply.statusCode === 204;
    if (isAnswered) reply.header('allow', [...allowed.allowedFor(request.url), 'OPTIONS'].join(', '));
    done();
  });
}
