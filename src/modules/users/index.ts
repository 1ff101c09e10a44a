export { Accounts, type NewAccount } from './accounts/accounts';
export { AccountOverview, AccountOverviews } from './administration/account-overview';
export { TaughtCourses } from './administration/taught-courses';
export { UserSettingsStore } from './accounts/own-settings';
export { Classmates } from './accounts/classmates';
export { EmailNotVerified, UserNotFound } from './users.errors';
export {
  requireVerifiedEmail,
  VerifiedEmails,
  verifiedEmailShape,
  verifiedEmailSql,
} from './verification/verified-email';
export { coinsHeldUntil, recoveredAtSql, recoveryShape } from './recovery/coin-hold';
export { Passwords } from './passwords/passwords';
export { privacySettingIsOnSql, UserLookup } from './lookup/user-lookup';
export { Registration } from './accounts/registration';
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
