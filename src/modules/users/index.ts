export { Accounts, type NewAccount } from './accounts/accounts';
export { AccountOverview, AccountOverviews } from './administration/account-overview';
export { TaughtCourses } from './administration/taught-courses';
export { UserSettingsStore } from './accounts/own-settings';
export { EmailNotVerified, UserNotFound } from './users.errors';
export {
  requireVerifiedEmail,
  VerifiedEmails,
  verifiedEmailShape,
  verifiedEmailSql,
} from './verification/verified-email';
export { coinsHeldUntil, recoveredAtSql, recoveryShape } from './recovery/coin-hold';
export { Passwords } from './passwords/passwords';
export { rowsOfPerson, type PersonalColumns } from './exports/own-rows';
export { PersonalDataRegistry, type Obstacle, type PersonalData } from './leaving/personal-data';
export { UserLookup } from './lookup/user-lookup';
export { privacySettingIsOnSql } from './privacy/privacy-settings';
export { Classmates, Visibility } from './privacy/visibility';
export { Registration } from './accounts/registration';
export { SessionLifetime } from './sessions/session-lifetime';
export { Sessions, type Tokens } from './sessions/sessions';
export { TeacherApprovals } from './teachers/teacher-approvals';
export {
  ApiKeyCreated,
  CodesGuessed,
  CredentialsDropped,
  PasswordChanged,
  PasswordGuessed,
  PasswordResetCreated,
  PasswordWasReset,
  PersonRegistered,
  RoleChanged,
  SecondFactorChanged,
  SessionReuseDetected,
  TeacherApplied,
  TeacherApproved,
  TeacherRejected,
  TimezoneChanged,
  type FactorChange,
} from './users.events';
export { UsersModule } from './users.module';
export type { Role } from './user.lists';
export { userSettings } from './users.settings';
