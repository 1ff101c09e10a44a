import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport';
import { AccessTokens } from './access-tokens';
import type { Actor } from './actor';
import { ActorDirectory, ActorCache } from './actor-directory';

/** The parts of a request that identify the caller. */
export interface RequestCredentials {
  headers: { authorization?: string | undefined };
  /** The `ticket` in the query, on the route of an event stream only. */
  ticket?: string | undefined;
}

/** Accepts a bearer token that this server signed and whose session is still active. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'access-token') implements OnModuleInit {
  private directory: ActorDirectory;

  constructor(
    private readonly tokens: AccessTokens,
    private readonly actors: ActorCache,
    private readonly modules: ModuleRef,
  ) {
    super();
  }

  onModuleInit(): void {
    this.directory = this.modules.get(ActorDirectory, { strict: false });
  }

  override authenticate(request: RequestCredentials): void {
    this.validate(request.headers.authorization).then(
      (actor) => (actor ? this.success(actor) : this.fail()),
      (error: unknown) => this.error(error),
    );
  }

  async validate(authorization: string | undefined): Promise<Actor | null> {
    const claims = this.tokens.claimsOf(authorization);
    return claims && this.actors.getOrLoad(claims.sid, () => this.directory.find(claims.sid, Number(claims.sub)));
  }
}
