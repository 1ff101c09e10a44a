import { ActorDirectory } from '../../../platform/auth/actor-directory';
import { ActiveSessions } from './active-sessions.query';
import { ExpireSessions } from './expire-sessions.job';
import { RefreshTokens } from './refresh-tokens';
import { SessionDirectory } from './session-directory';
import { SessionLifetime } from './session-lifetime';
import { SessionRefresh } from './session-refresh';
import { Session } from './session.entity';
import { Sessions } from './sessions';
import { SessionsController } from './sessions.controller';

/** What the module of users needs of this folder. */
export const sessions = {
  entities: [Session],
  controllers: [SessionsController],
  providers: [
    ActiveSessions,
    ExpireSessions,
    RefreshTokens,
    SessionLifetime,
    SessionRefresh,
    Sessions,
    { provide: ActorDirectory, useClass: SessionDirectory },
  ],
  exports: [ActorDirectory, SessionLifetime, Sessions],
};
