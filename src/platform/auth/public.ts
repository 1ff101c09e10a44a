import { addRouteConfig, toEachRoute } from '../http/route-config';

/** Lets anonymous clients use a route, or every route of a controller. All other routes require an actor. */
export const Public = (): MethodDecorator & ClassDecorator => toEachRoute(addRouteConfig({ isPublic: true }));

/**
 * Lets anonymous clients use a route whose response has more for a signed-in caller. The handler reads the caller with
 * `@OptionalActor()`. A token that is not valid gives 401, so that a client refreshes it instead of showing the page of a visitor.
 */
export const PublicOrSignedIn = (): MethodDecorator => addRouteConfig({ isPublic: true, isPersonal: true });
