import { createSecretKey, type KeyObject } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Config } from '../config/config';
import { AccessGuard } from './access.guard';
import { AccessTokenStrategy } from './access-token.strategy';
import { AccessTokens, AUTH_SECRET } from './access-tokens';
import { ActorCache } from './actor-directory';
import { Authentication } from './authentication';
import { authSecret } from './auth-secret';

const secretKey = (config: Config): KeyObject => createSecretKey(authSecret(config), 'utf8');

@Global()
@Module({
  providers: [
    { provide: AUTH_SECRET, inject: [Config], useFactory: secretKey },
    { provide: APP_GUARD, useClass: AccessGuard },
    AccessTokens,
    AccessTokenStrategy,
    Authentication,
    ActorCache,
  ],
  exports: [AccessTokens, Authentication, ActorCache],
})
export class AuthModule {}
