import { createSecretKey, type KeyObject } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../config/config';
import { AccessGuard } from './access.guard';
import { AccessTokenStrategy } from './access-token.strategy';
import { AccessTokens, AUTH_SECRET } from './access-tokens';
import { ActorCache } from './actor-directory';
import { Authentication } from './authentication';
import { ApiKeyStrategy } from './api-key.strategy';
import { authSecret } from './auth-secret';
import { RecentProofs } from './recent-proofs';
import { ExpireStreamTickets } from './expire-stream-tickets.job';
import { LinkTokens } from './link-tokens';
import { SealedSecrets } from './sealed-secrets';
import { StreamTicket } from './stream-ticket.entity';
import { StreamTicketStrategy } from './stream-ticket.strategy';
import { StreamTickets } from './stream-tickets';

const secretKey = (config: Config): KeyObject => createSecretKey(authSecret(config), 'utf8');

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([StreamTicket])],
  providers: [
    { provide: AUTH_SECRET, inject: [Config], useFactory: secretKey },
    { provide: APP_GUARD, useClass: AccessGuard },
    AccessTokens,
    AccessTokenStrategy,
    ApiKeyStrategy,
    StreamTicketStrategy,
    StreamTickets,
    ExpireStreamTickets,
    Authentication,
    ActorCache,
    LinkTokens,
    RecentProofs,
    SealedSecrets,
  ],
  exports: [AccessTokens, Authentication, ActorCache, LinkTokens, RecentProofs, SealedSecrets, StreamTickets],
})
export class AuthModule {}
