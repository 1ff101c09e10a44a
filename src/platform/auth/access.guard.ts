import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeyNotAllowed, SecondFactorRequired, Unauthenticated } from '../errors/access.errors';
import { tagOf } from '../http/route';
import { isOpenToApiKeys, routeConfigOf, type RouteConfig } from '../http/route-config';
import type { Actor } from './actor';
import { scopeOf } from './api-scopes';
import { RecentProofs } from './recent-proofs';

/**
 * Requires an authenticated caller on every route that is not @Public(), a scope of an API key, and a recent proof on the
 * routes with @RequiresRecentProof(). The server has authenticated the caller with `Authentication` before it read the body, so this guard only
 * checks the result.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly proofs: RecentProofs) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: Actor }>();
    const config = routeConfigOf(request);
    const { isPublic, isOpenWithoutSecondFactor, requiresRecentProof } = config;
    if (!request.user) {
      if (!isPublic) throw new Unauthenticated();
      return true;
    }
    if (request.user.mustAddSecondFactor && !isOpenWithoutSecondFactor) throw new SecondFactorRequired();
    requireScope(request.user, config, context, request.method);
    if (requiresRecentProof) await this.proofs.require(request.user);
    return true;
  }
}

/** @throws ApiKeyNotAllowed */
function requireScope({ scopes }: Actor, config: RouteConfig, context: ExecutionContext, method: string): void {
  if (scopes === null) return;
  const scope = isOpenToApiKeys(config) ? scopeOf(tagOf(context.getHandler(), context.getClass()), method) : null;
  if (scope === null || !scopes.includes(scope)) throw new ApiKeyNotAllowed(scope);
}
