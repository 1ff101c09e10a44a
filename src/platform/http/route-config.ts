import { SetMetadata } from '@nestjs/common';
import { routeConfigKey } from '../internals/nest-route-config';

/** The options that decorators set on a route, for hooks that run before the handler is known. */
export interface RouteConfig {
  isPublic?: boolean;
  /** A public route whose response depends on the caller, if the request has a token. */
  isPersonal?: boolean;
  /** The caller must have proved recently who they are. */
  requiresRecentProof?: boolean;
  /** Also for an administrator who must add a second factor first. */
  isOpenWithoutSecondFactor?: boolean;
  /** No API key may use the route, whatever its scopes are. */
  isClosedToApiKeys?: boolean;
  versioned?: boolean;
  /** No cache keeps the response, not even that of the caller's browser. */
  isNotStored?: boolean;
  requiresKey?: boolean;
  bodyLimitBytes?: number;
  /** The body may be a form, which is ignored. Only for a route whose address is a secret, because any web page can send a form. */
  acceptsForms?: boolean;
  /** The body is a form with a file, or a part of a file, which the handler reads itself. */
  takesFile?: boolean;
  /** The response is an event stream, which lasts until the client disconnects. */
  isStream?: boolean;
  /** The URL of the result, as a template. */
  location?: string;
  limitsGuesses?: boolean;
  limitsRegistrations?: boolean;
  limitsMails?: boolean;
  /** The content security policy of a page. */
  policy?: string;
}

export const routeConfigOf = ({ routeOptions }: { routeOptions: { config?: object } }): RouteConfig =>
  routeOptions.config ?? {};

/** A stream belongs to a session, which a key does not have. */
export const isOpenToApiKeys = ({ isClosedToApiKeys, isStream }: RouteConfig): boolean =>
  !isClosedToApiKeys && !isStream;

/** The options that decorators have set on a handler. */
export const routeConfigOfHandler = (handler: object): RouteConfig =>
  (Reflect.getMetadata(routeConfigKey, handler) as RouteConfig | undefined) ?? {};

/** Adds options to Fastify's route configuration. Nest's own decorator is not used, because it replaces the options of earlier ones. */
export function addRouteConfig(config: RouteConfig | Record<string, unknown>): MethodDecorator {
  return (target, key, descriptor) => {
    const existing = routeConfigOfHandler(descriptor.value as object);
    SetMetadata(routeConfigKey, { ...existing, ...config })(target, key, descriptor);
  };
}

/** Makes a decorator of routes usable on a controller too, where it decorates every method. It has no effect on other methods than routes. */
export function toEachRoute(decorate: MethodDecorator): MethodDecorator & ClassDecorator {
  return ((target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (key !== undefined && descriptor) return decorate(target, key, descriptor);
    const { prototype } = target as { prototype: object };
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
      if (name !== 'constructor' && typeof member.value === 'function') decorate(prototype, name, member);
  }) as MethodDecorator & ClassDecorator;
}
