import { SetMetadata } from '@nestjs/common';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants';

/** Adds to Fastify's route configuration: Nest's own decorator replaces what another decorator has put there. */
export function addRouteConfig(config: Record<string, unknown>): MethodDecorator {
  return (target, key, descriptor) => {
    const present = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) as
      object | undefined;
    SetMetadata(FASTIFY_ROUTE_CONFIG_METADATA, { ...present, ...config })(target, key, descriptor);
  };
}
