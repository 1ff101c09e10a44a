import { DiscoveryService } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { bodyLimits } from '../limits/body-limit';
import { routeMetadata, tagOf, type RouteOptions } from '../route';
import { isOpenToApiKeys, routeConfigOfHandler } from '../route-config';
import type { DocumentedRoute } from './openapi-operation';

/**
 * Stops the start if a tag has no description, because the document would lack it.
 * @throws UndescribedTag
 */
export function requireDescribedTags(app: NestFastifyApplication, tags: Record<string, string>): void {
  for (const [operation, { tag }] of routesOf(app)) {
    if (!tags[tag]) throw new UndescribedTag(tag, operation);
  }
}

/** A module has routes with a tag that has no description. */
class UndescribedTag extends Error {
  override name = 'UndescribedTag';

  constructor(tag: string, operation: string) {
    super(
      `The tag "${tag}" of the route ${operation} has no description. Add one to \`tags\` in src/app.module.ts, or in the \`extension\` of the package`,
    );
  }
}

/** The routes of the application by the names of their handlers. @throws Error if two routes have the same name */
export function routesOf(app: NestFastifyApplication): Map<string, DocumentedRoute> {
  const routes = new Map<string, DocumentedRoute>();
  for (const { metatype } of app.get(DiscoveryService, { strict: false }).getControllers()) {
    const controller = metatype as new () => object;
    for (const [name, handler] of methodsOf(controller)) {
      const route = describe(handler, controller);
      if (!route) continue;
      if (routes.has(name))
        throw new Error(`Two routes are named ${name}: name the handler of ${controller.name} otherwise`);
      routes.set(name, route);
    }
  }
  return routes;
}

function methodsOf(controller: new () => object): [string, object][] {
  const prototype = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype)
    .filter((name) => name !== 'constructor' && typeof prototype[name] === 'function')
    .map((name) => [name, prototype[name]!]);
}

function describe(handler: object, controller: { name: string }): DocumentedRoute | undefined {
  const options = Reflect.getMetadata(routeMetadata, handler) as RouteOptions | undefined;
  const config = routeConfigOfHandler(handler);
  const { isPublic = false, isPersonal = false, bodyLimitBytes = bodyLimits.usual } = config;
  const tag = tagOf(handler, controller);
  const { requiresRecentProof = false, isOpenWithoutSecondFactor = false } = config;
  return (
    options && {
      options,
      isPublic,
      isPersonal,
      requiresRecentProof,
      isOpenWithoutSecondFactor,
      isOpenToApiKeys: isOpenToApiKeys(config),
      bodyLimitBytes,
      tag,
    }
  );
}
