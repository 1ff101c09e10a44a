import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActorDirectory } from '../../platform/auth/actor-directory';
import { Accounts } from './accounts';
import { Passwords } from './passwords';
import { SessionDirectory } from './session-directory';
import { Session } from './session.entity';
import { Sessions } from './sessions';
import { TeacherApproval } from './teacher-approval.entity';
import { UserSettings } from './user-settings.entity';
import { User } from './user.entity';

@Module({
  imports: [TypeOrmModule.forFeature([User, UserSettings, Session, TeacherApproval])],
  providers: [Accounts, Passwords, Sessions, { provide: ActorDirectory, useClass: SessionDirectory }],
  exports: [Accounts, Passwords, Sessions, ActorDirectory],
})
export class UsersModule {}
