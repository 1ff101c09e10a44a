import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { admitBeforeParsing, type Authenticate } from './request-authentication';
import { AllowedMethods } from './allowed-methods';
import { limitBodies } from './body-limit';
import { serveDocumentation } from './documentation-pages';
import { tagAnswers } from './etag';
import { MethodNotAllowed, RouteNotFound, UnsupportedMediaType, ValidationFailed } from './http.errors';
import { requireKeys } from './idempotency';
import { parseJsonBody } from './json-body';
import { logRequests } from './log';
import { ProblemFilter } from './problem.filter';
import { endConnectionsWhenStopping } from './connection-draining';
import { Readiness } from './readiness';
import { limitRates, type ActorKey, type RateLimits } from './rate-limit';
import { scopeRequests } from './request-scope';
import { traceRequests } from './request-spans';
import { SchemaPipe } from './schema.pipe';
import { secureHeaders } from './security-headers';

export const globalPrefix = 'api/v1';
/** Addresses that machines around us know by convention. */
const outsidePrefix = ['health/live', 'health/ready', 'metrics', 'metrics/page'];

export interface HttpConfig extends RateLimits {
  corsOrigins: string[];
  isTraced: boolean;
  requestTimeoutMs: number;
  docsPage: boolean;
}

export interface HttpOptions {
  /** Finds out who asks, on every route that is not public. */
  authenticate: Authenticate;
  /** Rate limits count by person where this knows one, else by network address. */
  actorKey?: ActorKey;
  /** The groups of the documentation, each with its description. */
  tags?: Record<string, string>;
}

/** Everything that holds for all routes, the same for the server, the tests and the OpenAPI file. Before `app.init()`. */
export async function configureHttp(
  app: NestFastifyApplication,
  config: HttpConfig,
  options: HttpOptions,
): Promise<void> {
  const instance = app.getHttpAdapter().getInstance();
  const methods = new AllowedMethods(instance);
  app.setGlobalPrefix(globalPrefix, { exclude: outsidePrefix });
  app.useGlobalFilters(new ProblemFilter((request) => explainMissing(request, methods)));
  app.useGlobalPipes(new SchemaPipe());
  takeJsonOnly(app, instance);
  limitBodies(instance);
  logRequests(instance);
  secureHeaders(instance);
  allowOrigins(app, config.corsOrigins);
  await limitRates(instance, config, options.actorKey ?? (() => null));
  refuseNulInPath(instance);
  tagAnswers(instance);
  if (config.isTraced) traceRequests(instance);
  scopeRequests(instance, config.requestTimeoutMs);
  admitBeforeParsing(instance, options.authenticate);
  requireKeys(instance);
  endConnectionsWhenStopping(instance, app.get(Readiness, { strict: false }));
  if (config.docsPage) await serveDocumentation(app, instance, options.tags ?? {});
}

function explainMissing(request: FastifyRequest, methods: AllowedMethods): RouteNotFound | MethodNotAllowed {
  const allowed = methods.of(request.url);
  return allowed.length > 0 ? new MethodNotAllowed(allowed) : new RouteNotFound();
}

/** A form post is what a foreign page can make a browser send without asking: only JSON is read. */
function takeJsonOnly(app: NestFastifyApplication, instance: FastifyInstance): void {
  instance.removeContentTypeParser(['application/json', 'text/plain']);
  app.useBodyParser('application/json', {}, (_request, body, done) => {
    done(null, parseJsonBody(body));
  });
  app.useBodyParser('application/x-www-form-urlencoded', {}, (_request, _body, done) => {
    done(new UnsupportedMediaType('Send application/json.'));
  });
}

const told = [
  'ETag',
  'Retry-After',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'X-Trace-Id',
  'Idempotency-Replayed',
];

/** No credentials: the token travels in a header that no browser adds by itself. */
function allowOrigins(app: NestFastifyApplication, origins: string[]): void {
  if (origins.length === 0) return;
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
  app.enableCors({ origin: origins, methods, exposedHeaders: told, maxAge: 600 });
}

/** PostgreSQL refuses U+0000 with an error of its own; bodies and queries are checked where they are parsed. */
function refuseNulInPath(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    const path = request.url.split('?', 1)[0]!;
    done(
      path.includes('%00')
        ? new ValidationFailed([{ pointer: '/path', message: 'Must not contain U+0000' }])
        : undefined,
    );
  });
}
