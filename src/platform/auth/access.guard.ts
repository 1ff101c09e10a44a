import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Unauthenticated } from '../errors/access.errors';
import { routeConfigOf } from '../http/route-config';
import type { Actor } from './actor';

/**
 * Requires an actor on every route that is not @Public(). `Authentication` has set the actor before the body was read. This guard
 * only refuses a request that was not authenticated there.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: Actor }>();
    if (!request.user && !routeConfigOf(request).isPublic) throw new Unauthenticated();
    return true;
  }
}
