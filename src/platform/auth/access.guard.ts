import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Actor } from './actor';
import { KnownActors } from './actor-directory';
import { DomainError } from '../errors/domain-error';
import { Unauthenticated } from '../errors/access.errors';
import { PUBLIC } from './public';

const strategies = ['access-token'];

/** The one guard: every route wants an actor, unless it is @Public(). More ways to sign in are more strategies in the list. */
@Injectable()
export class AccessGuard extends AuthGuard(strategies) {
  constructor(
    private readonly reflector: Reflector,
    private readonly known: KnownActors,
  ) {
    super();
  }

  override canActivate(
    context: ExecutionContext,
  ): ReturnType<InstanceType<ReturnType<typeof AuthGuard>>['canActivate']> {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<{ headers: { authorization?: string }; user?: Actor }>();
    const actor = this.known.withHeader(request.headers.authorization);
    if (!actor) return super.canActivate(context);
    request.user = actor;
    return true;
  }

  override handleRequest<A>(error: unknown, actor: A | false): A {
    // A database that is away is not a wrong token.
    if (error instanceof DomainError) throw error;
    if (error || !actor) throw new Unauthenticated('The access token is missing, expired or revoked.');
    return actor;
  }
}
