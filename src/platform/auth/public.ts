import { addRouteConfig, toEachRoute } from '../http/route-config';

/** Lets anonymous clients use a route, or every route of a controller. All other routes require an actor. */
export const Public = (): MethodDecorator & ClassDecorator => toEachRoute(addRouteConfig({ isPublic: true }));
