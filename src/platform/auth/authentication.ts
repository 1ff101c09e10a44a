import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Unauthenticated } from '../errors/access.errors';
import { AccessTokens } from './access-tokens';
import type { Actor } from './actor';
import { ActorDirectory, KnownActors } from './actor-directory';

/** The one place that decides who asks. The server asks it before it reads a body; the guard lets in whom it has let in. */
@Injectable()
export class Authentication implements OnModuleInit {
  private directory: ActorDirectory;

  constructor(
    private readonly tokens: AccessTokens,
    private readonly known: KnownActors,
    private readonly modules: ModuleRef,
  ) {}

  onModuleInit(): void {
    this.directory = this.modules.get(ActorDirectory, { strict: false });
  }

  /**
   * The actor of a bearer that was signed by us and whose session stands.
   * @throws Unauthenticated
   */
  async actorOf(authorization: string | undefined): Promise<Actor> {
    const claims = this.tokens.claimsOf(authorization);
    const actor =
      claims && (await this.known.of(claims.sid, () => this.directory.find(claims.sid, Number(claims.sub))));
    if (!actor) throw new Unauthenticated('The access token is missing, expired or revoked.');
    return actor;
  }

  /** The person a valid bearer was signed for, without a query: for counting, not for letting in. */
  personOf(authorization: string | undefined): string | null {
    return this.tokens.claimsOf(authorization)?.sub ?? null;
  }
}
