import type { KeyObject } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { AUTH_SECRET, issuer, type Claims } from './access-tokens';
import type { Actor } from './actor';
import { ActorDirectory, KnownActors } from './actor-directory';

interface Asking {
  headers: { authorization: string };
}

/** A bearer token, signed by us, whose session still stands. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'access-token') implements OnModuleInit {
  private directory: ActorDirectory;

  constructor(
    @Inject(AUTH_SECRET) secret: KeyObject,
    private readonly modules: ModuleRef,
    private readonly known: KnownActors,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // passport-jwt hands it to jsonwebtoken, which takes a KeyObject; its types do not know.
      secretOrKey: secret as unknown as Buffer,
      algorithms: ['HS256'],
      issuer,
      passReqToCallback: true,
    });
  }

  onModuleInit(): void {
    this.directory = this.modules.get(ActorDirectory, { strict: false });
  }

  async validate(request: Asking, { sub, sid, exp }: Claims): Promise<Actor | null> {
    const actor = await this.known.of(sid, () => this.directory.find(sid, Number(sub)));
    if (actor) this.known.remember(request.headers.authorization, { sid, exp });
    return actor;
  }
}
