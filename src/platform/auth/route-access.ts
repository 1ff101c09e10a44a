import { addRouteConfig } from '../http/route-config';

/**
 * Requires that the caller has signed in, or has sent `POST /auth/reauthentication`, within the last ten minutes. For routes with which
 * a thief of a session could keep the account or take its coins.
 */
export const RequiresRecentProof = (): MethodDecorator => addRouteConfig({ requiresRecentProof: true });

/** Closes a route to API keys, whatever their scopes are: its response could open an account, or says where people are. */
export const ClosedToApiKeys = (): MethodDecorator => addRouteConfig({ isClosedToApiKeys: true });

/** Opens a route to an administrator who must add a second factor first. All other routes refuse them. */
export const OpenWithoutSecondFactor = (): MethodDecorator => addRouteConfig({ isOpenWithoutSecondFactor: true });
