import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SecondFactorRequired, Unauthenticated } from '../errors/access.errors';
import { routeConfigOf } from '../http/route-config';
import type { Actor } from './actor';
import { RecentProofs } from './recent-proofs';

/**
 * Requires an authenticated caller on every route that is not @Public(), and a recent proof on the routes with
 * @RequiresRecentProof(). The server has authenticated the caller with `Authentication` before it read the body, so this guard only
 * checks the result.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly proofs: RecentProofs) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: Actor }>();
    const { isPublic, isOpenWithoutSecondFactor, requiresRecentProof } = routeConfigOf(request);
    if (!request.user) {
      if (!isPublic) throw new Unauthenticated();
      return true;
    }
    if (request.user.mustAddSecondFactor && !isOpenWithoutSecondFactor) throw new SecondFactorRequired();
    if (requiresRecentProof) await this.proofs.require(request.user);
    return true;
  }
}
