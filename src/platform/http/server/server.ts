import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SharedCounts } from '../../cache/shared-counts';
import { authenticateBeforeParsing, type Authenticate } from './request-authentication';
import { compressResponses, varyByEncoding } from './compression';
import { allowOrigins } from './cors';
import { AllowedMethods } from '../problems/allowed-methods';
import { limitBodies } from '../limits/body-limit';
import { serveDocumentation } from '../openapi/documentation-pages';
import { tieCursorsToFilters } from '../cursor-filters';
import { setEtags } from '../etag';
import { globalPrefix, setLocations } from '../location';
import { routeConfigOf } from '../route-config';
import { MethodNotAllowed, RouteNotFound, UnsupportedMediaType, ValidationFailed } from '../problems/http.errors';
import { requireKeys } from '../idempotency/idempotency';
import { parseJsonBody } from './json-body';
import { logRequests } from './log';
import { ProblemFilter } from '../problems/problem.filter';
import { closeConnectionsWhenStopping } from './connection-draining';
import { Readiness } from '../health/readiness';
import { limitRates, type ActorKey, type RateLimits } from '../limits/rate-limit';
import { limitDurations, scopeRequests } from './request-scope';
import { traceRequests } from './request-spans';
import { InputGuard } from '../input.guard';
import { SchemaPipe } from '../schema.pipe';
import { secureHeaders } from './security-headers';

/** Paths that load balancers and monitors expect without the prefix. */
const pathsWithoutPrefix = ['health/live', 'health/ready', 'metrics', 'metrics/page'];

interface HttpConfig extends RateLimits {
  corsOrigins: (string | RegExp)[];
  isTraced: boolean;
  requestTimeoutMs: number;
  hasDocsPage: boolean;
  isHttps: boolean;
}

interface HttpOptions {
  /** Authenticates the caller on every route that is not public. */
  authenticate: Authenticate;
  /** The counts of rate limits. */
  counts: SharedCounts;
  /** Returns the user whom rate limits count. Without a user they count by network address. */
  actorKey?: ActorKey;
  /** Replaces the references to files in the text of a response by addresses. */
  showFiles: (json: string) => string;
  /** The tags of the documentation and their descriptions. */
  tags?: Record<string, string>;
}

/** Configures the behaviour of all routes, for the server, the tests and the OpenAPI file. It must be called before `app.init()`. */
export async function configureHttp(
  app: NestFastifyApplication,
  config: HttpConfig,
  options: HttpOptions,
): Promise<void> {
  const instance = app.getHttpAdapter().getInstance();
  const methods = new AllowedMethods(instance);
  app.setGlobalPrefix(globalPrefix, { exclude: pathsWithoutPrefix });
  app.useGlobalFilters(new ProblemFilter((request) => toMissingRouteError(request, methods)));
  app.useGlobalGuards(new InputGuard());
  app.useGlobalPipes(new SchemaPipe());
  acceptOnlyJson(app, instance);
  limitBodies(instance);
  logRequests(instance);
  limitDurations(instance, config.requestTimeoutMs);
  secureHeaders(instance, config.isHttps);
  allowOrigins(app, config.corsOrigins, methods);
  await limitRates(instance, config, options.actorKey ?? (() => null), options.counts);
  methods.requireLiteralMatches(instance);
  refuseNulInPath(instance);
  varyByEncoding(instance);
  tieCursorsToFilters(instance);
  setLocations(instance);
  // Before the ETags, which are those of the text that is sent.
  showFileAddresses(instance, options.showFiles);
  setEtags(instance);
  await compressResponses(instance);
  if (config.isTraced) traceRequests(instance);
  scopeRequests(instance, config.requestTimeoutMs);
  authenticateBeforeParsing(instance, options.authenticate);
  requireKeys(instance);
  closeConnectionsWhenStopping(instance, app.get(Readiness, { strict: false }));
  if (config.hasDocsPage) await serveDocumentation(app, instance, options.tags ?? {});
}

function toMissingRouteError(request: FastifyRequest, methods: AllowedMethods): RouteNotFound | MethodNotAllowed {
  const allowed = methods.allowedFor(request.url);
  return allowed.length > 0 ? new MethodNotAllowed(allowed) : new RouteNotFound();
}

/**
 * Accepts only JSON, because a foreign web page can make a browser send a form without asking this server first (CORS preflight). A form
 * with a file is safe, because no browser adds the token of a person to it.
 */
function acceptOnlyJson(app: NestFastifyApplication, instance: FastifyInstance): void {
  instance.removeContentTypeParser(['application/json', 'text/plain']);
  app.useBodyParser('application/json', {}, (_request, body, done) => {
    done(null, parseJsonBody(body));
  });
  app.useBodyParser('application/x-www-form-urlencoded', {}, (request, _body, done) => {
    if (routeConfigOf(request).acceptsForms) done(null);
    else done(new UnsupportedMediaType('Send application/json.'));
  });
  // Nothing of this form is read here. The handler of a route that takes a file reads it from the connection.
  instance.addContentTypeParser(['multipart/form-data', 'application/offset+octet-stream'], (request, _body, done) => {
    const { acceptsForms, takesFile } = routeConfigOf(request);
    if (acceptsForms || takesFile) done(null);
    else done(new UnsupportedMediaType('Send application/json.'));
  });
}

function showFileAddresses(instance: FastifyInstance, showFiles: HttpOptions['showFiles']): void {
  instance.addHook('onSend', (_request, reply, payload, done) => {
    const isJson =
      typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('application/json');
    done(null, isJson ? showFiles(payload) : payload);
  });
}

/** Refuses U+0000 in a path, because PostgreSQL would fail on it. Bodies and queries are checked where they are parsed. */
function refuseNulInPath(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    const path = request.url.split('?', 1)[0]!;
    if (!path.includes('%00')) return done();
    done(new ValidationFailed([{ pointer: '/path', message: 'Must not contain U+0000', rule: 'storable_text' }]));
  });
}
