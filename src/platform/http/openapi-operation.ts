import { STATUS_CODES } from 'node:http';
import { Unauthenticated } from '../errors/access.errors';
import type { DomainErrorClass } from '../errors/domain-error';
import { DatabaseUnavailable, RequestTimedOut } from '../errors/unavailable.errors';
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
} from './http.errors';
import type { Problems } from './openapi-problems';
import type { Json, Schemas } from './openapi-schemas';
import { successStatus, type RouteOptions } from './route';

/** One of the query, path or header; a shared one is a reference without a name of its own. */
interface Parameter {
  name?: string;
  in?: string;
  required?: boolean;
  schema?: Json;
  $ref?: string;
}

export interface Operation {
  operationId: string;
  tags?: string[] | undefined;
  security?: Json[] | undefined;
  parameters?: Parameter[] | undefined;
  requestBody?: Json | undefined;
  responses: Json;
}

export interface DocumentedRoute {
  options: RouteOptions;
  isPublic: boolean;
  bodyLimitBytes: number;
}

/** What Nest found out by itself (address, parameters, body), completed by what `@Route` says. */
export function completeOperation(
  method: string,
  operation: Operation,
  route: DocumentedRoute,
  schemas: Schemas,
  problems: Problems,
): Operation {
  const reading = method === 'get';
  const parameters = [...(operation.parameters ?? []), ...headerParameters(reading, route.options)];
  const errors = [...(route.options.errors ?? []), ...commonErrors(reading, parameters, route)];
  const { summary, description, deprecated } = route.options;
  const responses = { ...success(reading, route, schemas), ...problems.byStatus(errors) };
  return withoutUndefined({
    operationId: route.options.operationId ?? operation.operationId,
    summary,
    description,
    tags: route.options.tag ? [route.options.tag] : operation.tags,
    deprecated: deprecated || undefined,
    security: route.isPublic ? [] : undefined,
    parameters: parameters.length > 0 ? parameters.map(describedOnce) : undefined,
    requestBody: operation.requestBody && limited(operation.requestBody, route.bodyLimitBytes),
    responses,
  });
}

const limited = (body: Json, bytes: number): Json => ({ ...body, description: `At most ${bytes / 1_024} KB.` });

const withoutUndefined = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/**
 * Nest writes the description of a query member on the parameter and leaves it in the schema. An optional one loses its example:
 * the documentation page would fill it in, and a list tried out there would be filtered by it.
 */
function describedOnce(parameter: Parameter): Parameter {
  if (!parameter.schema) return parameter;
  const { description: _description, example, ...schema } = parameter.schema;
  return { ...parameter, schema: parameter.required && example !== undefined ? { ...schema, example } : schema };
}

function headerParameters(reading: boolean, options: RouteOptions): Parameter[] {
  const names = [];
  if (options.idempotent) names.push(options.keyRequired ? 'Idempotency-Key-Required' : 'Idempotency-Key');
  if (options.versioned && reading) names.push('If-None-Match');
  if (edits(reading, options)) names.push('If-Match');
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

/** What is created has a version to tell, and none before that could be stale. */
const edits = (reading: boolean, options: RouteOptions): boolean =>
  Boolean(options.versioned) && !reading && successStatus(options) !== 201;

/** What the house refuses before or around the handler: no author of a route has to think of it. */
function commonErrors(reading: boolean, parameters: Parameter[], route: DocumentedRoute): DomainErrorClass[] {
  const { idempotent, keyRequired } = route.options;
  const errors: DomainErrorClass[] = [InternalError, DatabaseUnavailable, RequestTimedOut, RateLimited];
  if (!route.isPublic) errors.push(Unauthenticated);
  if (parameters.some(({ in: place }) => place === 'path')) errors.push(MalformedRequest, ValidationFailed);
  if (parameters.some(({ in: place }) => place === 'query')) errors.push(ValidationFailed);
  if (parameters.some(({ name }) => name === 'cursor')) errors.push(InvalidCursor);
  if (!reading) errors.push(MalformedRequest, MalformedJson, BodyTooLarge, UnsupportedMediaType, ValidationFailed);
  if (idempotent) errors.push(IdempotencyKeyReused);
  if (keyRequired) errors.push(IdempotencyKeyRequired);
  if (edits(reading, route.options)) errors.push(PreconditionFailed);
  return errors;
}

function success(reading: boolean, { options }: DocumentedRoute, schemas: Schemas): Json {
  const status = successStatus(options);
  const content = contentOf(options, schemas);
  const answer = {
    description: STATUS_CODES[status],
    headers: successHeaders(reading, options),
    ...content,
  };
  const json = options.response && !options.produces;
  return { [status]: answer, ...(reading && json ? { 304: { $ref: '#/components/responses/NotModified' } } : {}) };
}

function contentOf({ response, produces }: RouteOptions, schemas: Schemas): Json {
  if (produces)
    return { content: { [produces]: { schema: response ? schemas.of(response, 'output') : { type: 'string' } } } };
  return response ? { content: { 'application/json': { schema: schemas.of(response, 'output') } } } : {};
}

function successHeaders(reading: boolean, { response, produces, idempotent, versioned, location }: RouteOptions): Json {
  const names = ['X-Trace-Id', 'RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'];
  if (response && !produces && (reading || versioned)) names.push('ETag');
  if (idempotent) names.push('Idempotency-Replayed');
  if (location) names.push('Location');
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
