import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';

export interface RouteInputs {
  takesQuery: boolean;
  takesBody: boolean;
}

/**
 * Whether a handler declares `@Query()` and `@Body()`. Nest stores that under a key of its own, as `<kind>:<index>`, and has no
 * public way to read it.
 */
export function inputsOf(controller: object, handlerName: string): RouteInputs {
  const declared = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handlerName) ?? {}) as object;
  const kinds = new Set(Object.keys(declared).map((key) => Number(key.split(':', 1)[0])));
  return { takesQuery: kinds.has(RouteParamtypes.QUERY), takesBody: kinds.has(RouteParamtypes.BODY) };
}
