import { addRouteConfig, toEachRoute } from '../http/route-config';

/** Opens a route, or every route of a controller, to everybody; every other route wants an actor. */
export const Public = (): MethodDecorator & ClassDecorator => toEachRoute(addRouteConfig({ isPublic: true }));
