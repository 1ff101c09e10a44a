import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { joinParts } from '../../platform/module-parts';
import { accounts } from './accounts/account-parts';
import { administration } from './administration/administration-parts';
import { apiKeys } from './api-keys/api-key-parts';
import { blocks } from './blocks/block-parts';
import { personalExports } from './exports/export-parts';
import { secondFactors } from './factors/factor-parts';
import { leaving } from './leaving/leaving-parts';
import { lookup } from './lookup/lookup-parts';
import { accountMails } from './mails/account-mail-parts';
import { passkeys } from './passkeys/passkey-parts';
import { passwords } from './passwords/password-parts';
import { privacy } from './privacy/privacy-parts';
import { profileImage } from './profile-image/profile-image-parts';
import { recovery } from './recovery/recovery-parts';
import { securityEvents } from './security/security-parts';
import { sessions } from './sessions/session-parts';
import { signIn } from './sign-in/sign-in-parts';
import { teachers } from './teachers/teacher-parts';
import { verification } from './verification/verification-parts';
import { UsersData } from './users.data';

const parts = joinParts([
  lookup,
  signIn,
  accounts,
  blocks,
  profileImage,
  sessions,
  securityEvents,
  administration,
  teachers,
  recovery,
  verification,
  secondFactors,
  passkeys,
  apiKeys,
  leaving,
  personalExports,
  passwords,
  privacy,
  accountMails,
]);

@Module({
  imports: [TypeOrmModule.forFeature(parts.entities)],
  controllers: parts.controllers,
  providers: [...parts.providers, UsersData],
  exports: parts.exports,
})
export class UsersModule {}
