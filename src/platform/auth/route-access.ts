import { addRouteConfig } from '../http/route-config';

/**
 * Requires that the caller has signed in, or has sent `POST /auth/reauthentication`, within the last ten minutes. For routes with which
 * a thief of a session could keep the account or take its coins.
 */
export const RequiresRecentProof = (): MethodDecorator => addRouteConfig({ requiresRecentProof: true });

/** Opens a route to an administrator who must add a second factor first. All other routes refuse them. */
export const OpenWithoutSecondFactor = (): MethodDecorator => addRouteConfig({ isOpenWithoutSecondFactor: true });
