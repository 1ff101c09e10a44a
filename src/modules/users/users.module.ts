import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActorDirectory } from '../../platform/auth/actor-directory';
import { Accounts } from './accounts';
import { Activations } from './activations';
import { AuthController } from './auth.controller';
import { Block } from './blocks/block.entity';
import { Blocks } from './blocks/blocks';
import { BlocksController } from './blocks/blocks.controller';
import { MeController } from './me.controller';
import { OwnSettingsStore } from './own-settings';
import { PasswordChanges } from './password-change';
import { Passwords } from './passwords/passwords';
import { Profiles } from './profiles';
import { Registration } from './registration';
import { ExpireSessions } from './sessions/expire-sessions.job';
import { RefreshTokens } from './sessions/refresh-tokens';
import { SessionDirectory } from './sessions/session-directory';
import { SessionRefresh } from './sessions/session-refresh';
import { Session } from './sessions/session.entity';
import { Sessions } from './sessions/sessions';
import { SessionsController } from './sessions/sessions.controller';
import { StandingSessions } from './sessions/standing-sessions.query';
import { LoginAttempt } from './sign-in/login-attempt.entity';
import { LoginAttempts } from './sign-in/login-attempts';
import { SignIn } from './sign-in/sign-in';
import { TeacherApproval } from './teachers/teacher-approval.entity';
import { TeacherApprovals } from './teachers/teacher-approvals';
import { TeachersController } from './teachers/teachers.controller';
import { TeacherLists } from './teachers/teachers.query';
import { UserSettings } from './user-settings.entity';
import { User } from './user.entity';
import { UsersData } from './users.data';
import { UsersController } from './users.controller';

const forOthers = [Accounts, Passwords, Registration, Sessions];
const account = [Activations, Blocks, OwnSettingsStore, PasswordChanges, Profiles];
const sessions = [ExpireSessions, LoginAttempts, RefreshTokens, SessionRefresh, SignIn, StandingSessions];
const teachers = [TeacherApprovals, TeacherLists];

@Module({
  imports: [TypeOrmModule.forFeature([User, UserSettings, Session, LoginAttempt, TeacherApproval, Block])],
  controllers: [
    AuthController,
    MeController,
    BlocksController,
    SessionsController,
    UsersController,
    TeachersController,
  ],
  providers: [
    ...forOthers,
    ...account,
    ...sessions,
    ...teachers,
    UsersData,
    { provide: ActorDirectory, useClass: SessionDirectory },
  ],
  exports: [...forOthers, ActorDirectory],
})
export class UsersModule {}
