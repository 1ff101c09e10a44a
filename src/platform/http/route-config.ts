import { SetMetadata } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants';

/** What our decorators say of a route, for the hooks that run before there is a handler to ask. */
export interface RouteConfig {
  isPublic?: boolean;
  versioned?: boolean;
  requiresKey?: boolean;
  bodyLimitBytes?: number;
  /** Goes on for as long as somebody listens. */
  isStream?: boolean;
  limitsGuesses?: boolean;
  limitsRegistrations?: boolean;
  /** The content security policy of a page. */
  policy?: string;
}

export const routeConfigOf = ({ routeOptions }: { routeOptions: { config?: object } }): RouteConfig =>
  routeOptions.config ?? {};

/** What the decorators of a handler say. */
export const routeConfigOfHandler = (handler: object): RouteConfig =>
  (Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as RouteConfig | undefined) ?? {};

/** Adds to Fastify's route configuration: Nest's own decorator replaces what another decorator has put there. */
export function addRouteConfig(config: RouteConfig | Record<string, unknown>): MethodDecorator {
  return (target, key, descriptor) => {
    const present = routeConfigOfHandler(descriptor.value as object);
    SetMetadata(FASTIFY_ROUTE_CONFIG_METADATA, { ...present, ...config })(target, key, descriptor);
  };
}

/** Makes a decorator of routes one of controllers too: it then decorates each of their routes. */
export function toEachRoute(decorate: MethodDecorator): MethodDecorator & ClassDecorator {
  return ((target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (key !== undefined && descriptor) return decorate(target, key, descriptor);
    const { prototype } = target as { prototype: object };
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
      if (typeof member.value === 'function' && Reflect.hasMetadata(METHOD_METADATA, member.value as object))
        decorate(prototype, name, member);
  }) as MethodDecorator & ClassDecorator;
}
