import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Unauthenticated } from '../errors/access.errors';
import { routeConfigOf } from '../http/route-config';
import type { Actor } from './actor';

/**
 * Every route wants an actor, unless it is @Public(). Who that is was decided before the body was read (`Authentication`): this
 * guard decides nothing anew, it refuses whatever came past that.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: Actor }>();
    if (!request.user && !routeConfigOf(request).isPublic) throw new Unauthenticated();
    return true;
  }
}
