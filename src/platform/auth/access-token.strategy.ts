import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport';
import { AccessTokens } from './access-tokens';
import type { Actor } from './actor';
import { ActorDirectory, KnownActors } from './actor-directory';

/** What a strategy is given: nothing but headers has been read of a request when it is asked. */
export interface Arriving {
  headers: { authorization?: string | undefined };
}

/** A bearer token, signed by us, whose session still stands. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'access-token') implements OnModuleInit {
  private directory: ActorDirectory;

  constructor(
    private readonly tokens: AccessTokens,
    private readonly known: KnownActors,
    private readonly modules: ModuleRef,
  ) {
    super();
  }

  onModuleInit(): void {
    this.directory = this.modules.get(ActorDirectory, { strict: false });
  }

  override authenticate(request: Arriving): void {
    this.validate(request.headers.authorization).then(
      (actor) => (actor ? this.success(actor) : this.fail()),
      (error: unknown) => this.error(error),
    );
  }

  async validate(authorization: string | undefined): Promise<Actor | null> {
    const claims = this.tokens.claimsOf(authorization);
    return claims && this.known.of(claims.sid, () => this.directory.find(claims.sid, Number(claims.sub)));
  }
}
