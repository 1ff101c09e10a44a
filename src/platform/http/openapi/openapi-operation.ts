import { STATUS_CODES } from 'node:http';
import {
  ApiKeyNotAllowed,
  ReauthenticationRequired,
  SecondFactorRequired,
  Unauthenticated,
} from '../../errors/access.errors';
import { scopeOf } from '../../auth/api-scopes';
import type { DomainErrorClass } from '../../errors/domain-error';
import { DatabaseUnavailable, RequestTimedOut } from '../../errors/unavailable.errors';
import {
  BodyTooLarge,
  IdempotencyKeyRequired,
  IdempotencyKeyReused,
  InternalError,
  InvalidCursor,
  MalformedJson,
  MalformedRequest,
  PreconditionFailed,
  RateLimited,
  UnsupportedMediaType,
  ValidationFailed,
} from '../problems/http.errors';
import type { Problems } from './openapi-problems';
import type { Json, Schemas } from './openapi-schemas';
import { successStatus, type RouteOptions } from '../route';

/** A parameter in the query, path or header. A shared parameter has only `$ref`. */
interface Parameter {
  name?: string;
  in?: string;
  description?: string;
  required?: boolean;
  schema?: Json;
  $ref?: string;
}

export interface Operation {
  operationId: string;
  'x-rules'?: { rule: string; message: string }[] | undefined;
  tags?: string[] | undefined;
  security?: Json[] | undefined;
  parameters?: Parameter[] | undefined;
  requestBody?: Json | undefined;
  responses: Json;
}

export interface DocumentedRoute {
  options: RouteOptions;
  isPublic: boolean;
  /** A public route that also takes a token. */
  isPersonal: boolean;
  requiresRecentProof: boolean;
  isOpenWithoutSecondFactor: boolean;
  isOpenToApiKeys: boolean;
  bodyLimitBytes: number;
  /** The group of the route in the documentation. */
  tag: string;
}

/** Completes the operation that Nest generates (path, parameters, body) with the options of `@Route`. */
export function completeOperation(
  method: string,
  path: string,
  operation: Operation,
  route: DocumentedRoute,
  schemas: Schemas,
  problems: Problems,
): Operation {
  const isRead = method === 'get';
  const ownParameters = (operation.parameters ?? []).map((parameter) => describe(parameter, path, route.options));
  const parameters = [...ownParameters, ...headerParameters(isRead, route.options)];
  const errors = [...(route.options.errors ?? []), ...commonErrors(isRead, parameters, route)];
  const { summary, deprecated } = route.options;
  const responses = { ...successResponses(isRead, route, schemas), ...problems.byStatus(errors) };
  return withoutUndefined({
    operationId: operation.operationId,
    summary,
    description: descriptionOf(route, route.isOpenToApiKeys ? scopeOf(route.tag, method.toUpperCase()) : null),
    tags: route.options.tag ? [route.options.tag] : operation.tags,
    deprecated: deprecated || undefined,
    security: securityOf(route),
    parameters: parameters.length > 0 ? parameters : undefined,
    'x-rules': route.options.rules && showRules(route.options.rules),
    requestBody: requestBodyOf(operation, route, schemas),
    responses,
  });
}

function descriptionOf(
  { options: { description, access }, isPublic, isPersonal }: DocumentedRoute,
  scope: string | null,
): string {
  const publicAccess = isPersonal ? 'everybody, with or without a token' : 'everybody, without a token';
  const allowed = access ?? (isPublic ? publicAccess : 'every person who is signed in');
  const keys = scope && !(isPublic && !isPersonal) && `An API key needs the scope \`${scope}\`.`;
  return [description, `For ${allowed}.`, keys].filter(Boolean).join(' ');
}

/** The name of the security scheme of event streams in the document. */
export const streamTicketScheme = 'streamTicket';

/** Undefined: the security of the whole document, which is the access token. An empty object stands for "no token". */
function securityOf({ isPublic, isPersonal, options }: DocumentedRoute): Json[] | undefined {
  if (isPublic) return isPersonal ? [{}, { bearer: [] }] : [];
  return options.produces === 'text/event-stream' ? [{ bearer: [] }, { [streamTicketScheme]: [] }] : undefined;
}

/** The form in which the document lists rules that JSON Schema cannot say. */
export const showRules = (rules: Record<string, string>): { rule: string; message: string }[] =>
  Object.entries(rules).map(([rule, message]) => ({ rule, message }));

function requestBodyOf(
  { requestBody }: Operation,
  { options, bodyLimitBytes }: DocumentedRoute,
  schemas: Schemas,
): Json | undefined {
  if (options.takesFile) return options.accepts ? bytesOf(options.accepts) : fileForm;
  if (!requestBody) return undefined;
  const [{ schema }] = Object.values(requestBody.content as Record<string, { schema: object }>) as [{ schema: object }];
  return { ...withSizeLimit(requestBody, bodyLimitBytes), required: !schemas.hasDefault(schema) };
}

const bytesOf = (type: string): Json => ({
  required: true,
  content: { [type]: { schema: { type: 'string', format: 'binary' } } },
});

const fileForm: Json = {
  required: true,
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        properties: { file: { type: 'string', format: 'binary' } },
        required: ['file'],
      },
    },
  },
};

const withSizeLimit = (body: Json, bytes: number): Json => ({ ...body, description: `At most ${bytes / 1_024} KB.` });

const withoutUndefined = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Describes a parameter of the path, and drops what Nest has written twice. */
function describe(parameter: Parameter, path: string, { resource }: RouteOptions): Parameter {
  const isInPath = parameter.in === 'path' && !parameter.description;
  const described = isInPath
    ? { ...parameter, description: descriptionOfId(parameter.name!, path, resource) }
    : parameter;
  return withoutDuplicates(described);
}

/** `{id}` in `/courses/{id}/lessons` is the "Id of the course". */
function descriptionOfId(name: string, path: string, resource?: string): string {
  const segments = path.split('/');
  const collection = segments[segments.indexOf(`{${name}}`) - 1] ?? '';
  const noun = resource ?? collection.replaceAll('-', ' ').replace(/s$/, '');
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} of the ${noun}`;
}

/**
 * Removes the description from the schema, because Nest also writes it on the parameter. The example of an optional parameter is
 * removed too, because the documentation page would fill it in, and then filter the list by it.
 */
function withoutDuplicates(parameter: Parameter): Parameter {
  if (!parameter.schema) return parameter;
  const { description: _description, example, ...schema } = parameter.schema;
  return { ...parameter, schema: parameter.required && example !== undefined ? { ...schema, example } : schema };
}

function headerParameters(isRead: boolean, options: RouteOptions): Parameter[] {
  const names = [];
  if (options.idempotent) names.push(options.keyRequired ? 'Idempotency-Key-Required' : 'Idempotency-Key');
  if (options.versioned && isRead) names.push('If-None-Match');
  if (takesIfMatch(isRead, options)) names.push('If-Match');
  const shared = names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
  const own = Object.entries(options.headers ?? {}).map(([name, { description, schema }]) => ({
    name,
    in: 'header',
    description,
    required: false,
    schema,
  }));
  return [...shared, ...own];
}

/** A route that creates a resource takes no If-Match, because there is no earlier version that could be stale. */
const takesIfMatch = (isRead: boolean, options: RouteOptions): boolean =>
  Boolean(options.versioned) && !isRead && successStatus(options) !== 201;

/** The errors that the platform raises before or around the handler, so that `@Route` need not list them. */
function commonErrors(isRead: boolean, parameters: Parameter[], route: DocumentedRoute): DomainErrorClass[] {
  const { idempotent, keyRequired } = route.options;
  const errors: DomainErrorClass[] = [
    InternalError,
    DatabaseUnavailable,
    RequestTimedOut,
    RateLimited,
    ValidationFailed,
  ];
  if (!route.isPublic || route.isPersonal) errors.push(Unauthenticated, ApiKeyNotAllowed);
  if ((!route.isPublic || route.isPersonal) && !route.isOpenWithoutSecondFactor) errors.push(SecondFactorRequired);
  if (route.requiresRecentProof) errors.push(ReauthenticationRequired);
  if (parameters.some(({ in: place }) => place === 'path')) errors.push(MalformedRequest);
  if (parameters.some(({ name }) => name === 'cursor')) errors.push(InvalidCursor);
  if (!isRead) errors.push(MalformedRequest, MalformedJson, BodyTooLarge, UnsupportedMediaType);
  if (idempotent) errors.push(IdempotencyKeyReused);
  if (keyRequired) errors.push(IdempotencyKeyRequired);
  if (takesIfMatch(isRead, route.options)) errors.push(PreconditionFailed);
  return errors;
}

function successResponses(isRead: boolean, { options }: DocumentedRoute, schemas: Schemas): Json {
  const status = successStatus(options);
  const content = contentOf(options, schemas);
  const response = {
    description: STATUS_CODES[status],
    headers: successHeaders(isRead, options),
    ...content,
  };
  const isJson = options.response && !options.produces;
  const responses: Json = { [status]: response };
  if (isRead && (isJson || options.isFile)) responses['304'] = { $ref: '#/components/responses/NotModified' };
  if (options.isFile) responses['206'] = { ...response, description: STATUS_CODES[206] };
  return responses;
}

function contentOf({ response, produces }: RouteOptions, schemas: Schemas): Json {
  if (!response && !produces) return {};
  const schema = response ? schemas.of(response, 'output') : { type: 'string' };
  const types = [produces ?? 'application/json'].flat();
  return { content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}

function successHeaders(isRead: boolean, { response, produces, idempotent, versioned, location }: RouteOptions): Json {
  const names = ['X-Trace-Id', 'RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'];
  if (response && !produces && (isRead || versioned)) names.push('ETag');
  if (idempotent) names.push('Idempotency-Replayed');
  if (location) names.push('Location');
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
