import { applyDecorators, HttpCode, SetMetadata, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import type { DomainErrorClass } from '../errors/domain-error';
import { IdempotencyInterceptor } from './idempotency';
import { addRouteConfig } from './route-config';

export const routeMetadata = 'http:route';

export interface RouteOptions {
  /** One line, imperative: "Enrol in a course". */
  summary: string;
  description?: string;
  /** What a success answers: a schema named by `.meta({ id, examples })`. Without one the route answers 204. */
  response?: z.ZodType;
  /** 200 with an answer, 204 without, unless given. */
  status?: 200 | 201 | 202 | 204;
  /** What this route refuses by itself; what every route refuses is documented by `openapi.ts`. */
  errors?: DomainErrorClass[];
  /** Honours Idempotency-Key. 'own': the route keeps the key itself (the ledger does), only the documentation is written here. */
  idempotent?: boolean | 'own';
  /** Refused without Idempotency-Key: what a second click must not do twice. */
  keyRequired?: boolean;
  /** The answer carries a numeric `version`: ETag, If-None-Match on GET, If-Match on writes. */
  versioned?: boolean;
  /** The answer says in `Location` where its outcome is read. */
  location?: boolean;
  /** Media type of the answer where it is not JSON: `text/event-stream`, `image/png`. */
  produces?: string;
  /** Media type of the body where it is not JSON. */
  accepts?: string;
  /** Groups routes in the documentation; the noun of the controller unless given. */
  tag?: string;
  operationId?: string;
  deprecated?: boolean;
}

/**
 * Everything a caller must know of a route, in one place; the status of the answer comes from here too.
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
    ...(options.keyRequired ? [addRouteConfig({ requiresKey: true })] : []),
    ...(options.versioned ? [addRouteConfig({ versioned: true })] : []),
    // What swagger's ApiConsumes does, without loading it in every process.
    ...(options.accepts ? [SetMetadata('swagger/apiConsumes', [options.accepts])] : []),
  );
}

export function successStatus({ status, response, produces }: RouteOptions): number {
  return status ?? (response || produces ? 200 : 204);
}
