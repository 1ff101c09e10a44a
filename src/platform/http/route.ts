import { applyDecorators, HttpCode, SetMetadata, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import type { DomainErrorClass } from '../errors/domain-error';
import { IdempotencyInterceptor } from './idempotency/idempotency';
import { consumes } from '../internals/swagger-consumes';
import { addRouteConfig } from './route-config';

export const routeMetadata = 'http:route';

export interface RouteOptions {
  /** One line, imperative: "Enrol in a course". */
  summary: string;
  description?: string;
  /**
   * Who may send the request, as the end of "For …": "the teacher of the course and administrators". Default: every person who is signed in.
   * A route that can respond FORBIDDEN must say it.
   */
  access?: string;
  /** Rules about several members or about stored data, which no schema can say: the name in `rule` of an error, and a sentence. */
  rules?: Record<string, string>;
  /** What the parameter of the path names, if the segment before it does not say it: "blocked person" for `/me/blocks/{id}`. */
  resource?: string;
  /** The schema of the successful response, named by `.meta({ id, examples })`. Without one the route responds 204. */
  response?: z.ZodType;
  /** Default: 200 with a response schema, 204 without one. */
  status?: 200 | 201 | 202 | 204;
  /** The errors of this route. Errors that every route can have are added in `openapi-operation.ts`. */
  errors?: DomainErrorClass[];
  /** Accepts Idempotency-Key. With 'own' the handler stores the key itself, as the ledger does, and only the documentation is added here. */
  idempotent?: boolean | 'own';
  /** Refuses a request without Idempotency-Key, because a second click must not repeat the effect. */
  keyRequired?: boolean;
  /** The response has a numeric `version`, so that the route supports ETag, If-None-Match on GET and If-Match on writes. */
  versioned?: boolean;
  /** The URL of the result as a template, such as `/courses/{id}`, with values of the body or the path. It is sent as the header `Location`. */
  location?: string;
  /** The media types of the response if it is not JSON, such as `image/png`. With `text/event-stream`, `response` is the data of an event. */
  produces?: string | readonly string[];
  /** The response is a stored file, of which a client may read a part, and which it may keep. */
  isFile?: boolean;
  /** The request is a form with one file in the field `file`, or bytes of the type `accepts`. The handler reads it itself. */
  takesFile?: boolean;
  /** Headers of the request that the handler reads, with their description and JSON Schema. */
  headers?: Record<string, { description: string; schema: Record<string, unknown> }>;
  /** The media type of the request body if it is not JSON. */
  accepts?: string;
  /** The group of the route in the documentation. Default: the name of the controller. */
  tag?: string;
  deprecated?: boolean;
}

/**
 * Documents a route for callers, and sets the status of its response.
 *
 *     @Post()
 *     @Route({ summary: 'Create a course', response: Course, status: 201, errors: [TitleTaken], idempotent: true })
 */
export function Route(options: RouteOptions): MethodDecorator {
  return applyDecorators(
    SetMetadata(routeMetadata, options),
    HttpCode(successStatus(options)),
    ...(options.idempotent === true ? [UseInterceptors(IdempotencyInterceptor)] : []),
    ...(options.produces === 'text/event-stream' ? [addRouteConfig({ isStream: true })] : []),
    ...(options.takesFile ? [addRouteConfig({ takesFile: true })] : []),
    ...(options.keyRequired ? [addRouteConfig({ requiresKey: true })] : []),
    ...(options.location ? [addRouteConfig({ location: options.location })] : []),
    ...(options.versioned ? [addRouteConfig({ versioned: true })] : []),
    ...(options.accepts ? [consumes(options.accepts)] : []),
  );
}

/** The group of a route in the documentation: its `tag`, or the name of the controller. */
export function tagOf(handler: object, controller: { name: string }): string {
  const options = Reflect.getMetadata(routeMetadata, handler) as RouteOptions | undefined;
  return options?.tag ?? controller.name.replace(/Controller$/, '');
}

export function successStatus({ status, response, produces }: RouteOptions): number {
  return status ?? (response || produces ? 200 : 204);
}
