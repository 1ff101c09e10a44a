import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActorDirectory } from '../../platform/auth/actor-directory';
import { ApiKeyDirectory } from '../../platform/auth/api-key.strategy';
import { Accounts } from './accounts/accounts';
import { ActivationNotes } from './accounts/activation-notes';
import { Activations } from './accounts/activations';
import { Visibility } from './privacy/visibility';
import { AuthController } from './sign-in/auth.controller';
import { Block } from './blocks/block.entity';
import { Blocks } from './blocks/blocks';
import { BlocksController } from './blocks/blocks.controller';
import { MeController } from './accounts/me.controller';
import { UserSettingsStore } from './accounts/own-settings';
import { PasswordChanges } from './passwords/password-change';
import { Passwords } from './passwords/passwords';
import { Profiles } from './accounts/profiles';
import { Registration } from './accounts/registration';
import { ExpireSessions } from './sessions/expire-sessions.job';
import { RefreshTokens } from './sessions/refresh-tokens';
import { SecurityEventsController } from './security/security-events.controller';
import { SecurityEvent } from './security/security-event.entity';
import { ExpireSecurityEvents } from './security/expire-security-events.job';
import { SecurityEvents } from './security/security-events';
import { SessionDirectory } from './sessions/session-directory';
import { SessionLifetime } from './sessions/session-lifetime';
import { SessionRefresh } from './sessions/session-refresh';
import { Session } from './sessions/session.entity';
import { Sessions } from './sessions/sessions';
import { SessionsController } from './sessions/sessions.controller';
import { ActiveSessions } from './sessions/active-sessions.query';
import { LoginAttempt } from './sign-in/login-attempt.entity';
import { KnownNetworks } from './sign-in/known-networks.query';
import { LoginAttempts } from './sign-in/login-attempts';
import { PasswordVerifier } from './sign-in/password-verifier';
import { SignIn } from './sign-in/sign-in';
import { TeacherApproval } from './teachers/teacher-approval.entity';
import { TeacherApprovals } from './teachers/teacher-approvals';
import { TeacherApplication } from './teachers/teacher-application.entity';
import { TeacherApplications } from './teachers/teacher-applications';
import { TeacherApplicationsController } from './teachers/teacher-applications.controller';
import { TeachersController } from './teachers/teachers.controller';
import { TeacherLists } from './teachers/teachers.query';
import { UserSettings } from './accounts/user-settings.entity';
import { User } from './accounts/user.entity';
import { AccountRecovery } from './recovery/account-recovery';
import { PasswordReset } from './recovery/password-reset.entity';
import { PasswordResets } from './recovery/password-resets';
import { RecoveryController } from './recovery/recovery.controller';
import { ApiKey } from './api-keys/api-key.entity';
import { StoredApiKeys } from './api-keys/api-key-directory';
import { ApiKeys } from './api-keys/api-keys';
import { ApiKeysController } from './api-keys/api-keys.controller';
import { Authenticator } from './factors/authenticators/authenticator.entity';
import { AuthenticatorFindings } from './factors/authenticators/authenticator-findings';
import { Authenticators } from './factors/authenticators/authenticators';
import { CodeVerifier } from './factors/code-verifier';
import { FactorRecord } from './factors/factor-record';
import { FactorChanges } from './factors/factor-changes';
import { FactorRemovals } from './factors/factor-removals';
import { FactorsController } from './factors/factors.controller';
import { Reauthentications } from './factors/reauthentication';
import { RecoveryCode } from './factors/recovery-code.entity';
import { RecoveryCodes } from './factors/recovery-codes';
import { RemoveFactorsWhenCredentialsDropped } from './factors/remove-when-credentials-dropped';
import { SecondFactors } from './factors/second-factors';
import { PasskeyChallenge } from './passkeys/passkey-challenge.entity';
import { PasskeyChallenges } from './passkeys/passkey-challenges';
import { PasskeyChanges } from './passkeys/passkey-changes';
import { Passkey } from './passkeys/passkey.entity';
import { PasskeySignIn } from './passkeys/passkey-sign-in';
import { PasskeyStore } from './passkeys/passkey-store';
import { PasskeysController } from './passkeys/passkeys.controller';
import { RelyingParty } from './passkeys/relying-party';
import { SignInCompletion } from './sign-in/sign-in-completion';
import { FirstStep } from './sign-in/first-step';
import { SecondStep } from './sign-in/second-step';
import { SignInChallenge } from './sign-in/sign-in-challenge.entity';
import { SignInChallenges } from './sign-in/sign-in-challenges';
import { LookupLimit } from './lookup/lookup-limit';
import { UserLookup } from './lookup/user-lookup';
import { UserLookupController } from './lookup/user-lookup.controller';
import { Administrators } from './administration/administrators';
import { ManagedUsersController } from './administration/managed-users.controller';
import { PasswordStore } from './passwords/password-store';
import { ResetLinks } from './recovery/reset-links';
import { RoleStore } from './administration/role-store';
import { RoleChanges } from './administration/role-changes';
import { PublishedCourses } from './administration/taught-courses';
import { UserList } from './administration/user-list.query';
import { AccountOverviews } from './administration/account-overview';
import { AccountMails } from './mails/account-mails';
import { MailWhenAccountAtRisk } from './mails/mail-when-account-at-risk';
import { CoinHolds } from './recovery/coin-holds';
import { CredentialDrop } from './recovery/credential-drop';
import { PasswordResetRequests, SendPasswordReset } from './recovery/password-reset-requests';
import { NewDevices } from './sign-in/new-devices';
import { EmailChanges } from './verification/email-changes';
import { EmailConfirmations } from './verification/email-confirmations';
import { EmailVerification } from './verification/email-verification.entity';
import { ProvenEmails } from './verification/proven-emails';
import { EmailVerifications } from './verification/email-verifications';
import { VerificationController } from './verification/verification.controller';
import { VerifiedEmails } from './verification/verified-email';
import { AccountData } from './leaving/account-data';
import { Departure } from './leaving/departure.entity';
import { DepartureFindings } from './leaving/departure-findings';
import { DepartureNotes } from './leaving/departure-notes';
import { Departures } from './leaving/departures';
import { DeparturesController } from './leaving/departures.controller';
import { EraseDeparted } from './leaving/erase-departed.job';
import { Erasure } from './leaving/erasure';
import { LeftEmails } from './leaving/left-emails';
import { PersonalDataRegistry } from './leaving/personal-data';
import { PlatformTraces } from './leaving/platform-traces';
import { Returns } from './leaving/returns';
import { BuildExports } from './exports/build-exports.job';
import { ExpireExports } from './exports/expire-exports.job';
import { ExportBuilder } from './exports/export-builder';
import { PersonalExport } from './exports/personal-export.entity';
import { ProfileImageController } from './profile-image/profile-image.controller';
import { ProfileImages } from './profile-image/profile-images';
import { PersonalExports } from './exports/personal-exports';
import { PersonalExportsController } from './exports/personal-exports.controller';
import { UsersData } from './users.data';
import { UsersController } from './accounts/users.controller';

const exportedServices = [
  Accounts,
  Passwords,
  Registration,
  SessionLifetime,
  Sessions,
  UserLookup,
  UserSettingsStore,
  AccountOverviews,
  VerifiedEmails,
  Visibility,
  PersonalDataRegistry,
];
const accountServices = [LookupLimit, ActivationNotes, Activations, Blocks, PasswordChanges, Profiles];
const sessionServices = [ExpireSessions, RefreshTokens, SessionRefresh, ActiveSessions];
const signInServices = [
  KnownNetworks,
  LoginAttempts,
  NewDevices,
  PasswordVerifier,
  FirstStep,
  SecondStep,
  SignInChallenges,
  SignInCompletion,
  SignIn,
];
const passkeyServices = [PasskeyChallenges, PasskeyChanges, PasskeySignIn, PasskeyStore, RelyingParty];
const factorServices = [
  AuthenticatorFindings,
  Authenticators,
  CodeVerifier,
  FactorChanges,
  FactorRecord,
  FactorRemovals,
  RemoveFactorsWhenCredentialsDropped,
  Reauthentications,
  RecoveryCodes,
  SecondFactors,
];
const securityServices = [ExpireSecurityEvents, SecurityEvents];
const administrationServices = [Administrators, PublishedCourses, RoleChanges, RoleStore, UserList];
const recoveryServices = [
  AccountRecovery,
  CoinHolds,
  CredentialDrop,
  PasswordResetRequests,
  PasswordResets,
  PasswordStore,
  ResetLinks,
  SendPasswordReset,
];
const mailServices = [AccountMails, MailWhenAccountAtRisk];
const verificationServices = [EmailChanges, EmailConfirmations, EmailVerifications, ProvenEmails];
const leavingServices = [
  AccountData,
  DepartureFindings,
  DepartureNotes,
  Departures,
  EraseDeparted,
  Erasure,
  LeftEmails,
  PlatformTraces,
  Returns,
];
const exportServices = [BuildExports, ExpireExports, ExportBuilder, PersonalExports];
const teacherServices = [TeacherApplications, TeacherApprovals, TeacherLists];

@Module({
  imports: [
    TypeOrmModule.forFeature([
      User,
      UserSettings,
      Session,
      LoginAttempt,
      PasswordReset,
      EmailVerification,
      Authenticator,
      RecoveryCode,
      SignInChallenge,
      Passkey,
      ApiKey,
      PasskeyChallenge,
      SecurityEvent,
      TeacherApproval,
      TeacherApplication,
      Block,
      Departure,
      PersonalExport,
    ]),
  ],
  controllers: [
    UserLookupController,
    AuthController,
    MeController,
    BlocksController,
    SessionsController,
    SecurityEventsController,
    ManagedUsersController,
    UsersController,
    TeachersController,
    TeacherApplicationsController,
    RecoveryController,
    VerificationController,
    FactorsController,
    PasskeysController,
    ApiKeysController,
    DeparturesController,
    PersonalExportsController,
    ProfileImageController,
  ],
  providers: [
    ...exportedServices,
    ...accountServices,
    ...sessionServices,
    ...signInServices,
    ...passkeyServices,
    ...factorServices,
    ...securityServices,
    ...administrationServices,
    ...recoveryServices,
    ...mailServices,
    ...verificationServices,
    ...leavingServices,
    ...exportServices,
    ...teacherServices,
    UsersData,
    ProfileImages,
    ApiKeys,
    { provide: ApiKeyDirectory, useClass: StoredApiKeys },
    { provide: ActorDirectory, useClass: SessionDirectory },
  ],
  exports: [...exportedServices, ActorDirectory, ApiKeyDirectory],
})
export class UsersModule {}
