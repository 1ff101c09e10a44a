import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Unauthenticated } from '../errors/access.errors';
import { routeConfigOf } from '../http/route-config';
import type { Actor } from './actor';

/**
 * Requires an authenticated caller on every route that is not @Public(). The server has authenticated the caller with
 * `Authentication` before it read the body, so this guard only checks the result.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: Actor }>();
    if (!request.user && !routeConfigOf(request).isPublic) throw new Unauthenticated();
    return true;
  }
}
