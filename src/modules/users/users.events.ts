import { DomainEvent } from '../../platform/events/domain-event';
import type { OpenRole, Role } from './user.lists';

/** An account and its settings were created. In-transaction handlers create the rows that their module needs for each person. */
export class PersonRegistered extends DomainEvent<{ userId: number; role: Role }> {
  static override readonly type = 'users.person-registered.v1';
}

/** A person has registered as a teacher and waits for the decision of an administrator. */
export class TeacherApplied extends DomainEvent<{ teacherId: number }> {
  static override readonly type = 'users.teacher-applied.v1';
}

export class TeacherApproved extends DomainEvent<{ teacherId: number; decisionId: number }> {
  static override readonly type = 'users.teacher-approved.v1';
}

/** A pending teacher was rejected, or an approved one was suspended. The `status` in the row of the decision says which. */
export class TeacherRejected extends DomainEvent<{ teacherId: number; decisionId: number; reason: string }> {
  static override readonly type = 'users.teacher-rejected.v1';
}

/** The calendar days of the person are computed in another time zone from now on. */
export class TimezoneChanged extends DomainEvent<{ userId: number; timezone: string }> {
  static override readonly type = 'users.timezone-changed.v1';
}

/** Published for every change of a password because the person cannot otherwise notice a change by a thief. */
export class PasswordChanged extends DomainEvent<{ userId: number }> {
  static override readonly type = 'users.password-changed.v1';
}

/** An administrator or an operator created a one-time link to reset the password. The owner is notified, because a thief could use it. */
export class PasswordResetCreated extends DomainEvent<{ userId: number; isByAdministrator: boolean }> {
  static override readonly type = 'users.password-reset-created.v1';
}

/** The password was reset with a one-time link. Until `heldUntil` the person can neither send nor withdraw coins. */
export class PasswordWasReset extends DomainEvent<{ userId: number; heldUntil: string }> {
  static override readonly type = 'users.password-was-reset.v1';
}

/** Somebody asked for a link to set a new password, with this address. Nobody knows yet whether there is an account. */
export class PasswordResetRequested extends DomainEvent<{ email: string }> {
  static override readonly type = 'users.password-reset-requested.v1';
}

/** The address was proven by somebody who was not signed in, so what was set before must not stay: password, sessions, second factors, API keys and wallets. */
export class CredentialsDropped extends DomainEvent<{ userId: number }> {
  static override readonly type = 'users.credentials-dropped.v1';
}

/** The person signed in from a device or a network that they have not used recently. */
export class SignedInFromNewDevice extends DomainEvent<{
  userId: number;
  device: string;
  address: string;
  at: string;
}> {
  static override readonly type = 'users.signed-in-from-new-device.v1';
}

/** An administrator changed the role of a person. */
export class RoleChanged extends DomainEvent<{ userId: number; role: OpenRole; reason: string }> {
  static override readonly type = 'users.role-changed.v1';
}

/** Many wrong passwords were tried at this account within a short time. Its owner is notified. */
export class PasswordGuessed extends DomainEvent<{ userId: number; failureCount: number }> {
  static override readonly type = 'users.password-guessed.v1';
}

/** A refresh token was used twice, so somebody may have copied it. The session was ended, and its owner is notified. */
export class SessionReuseDetected extends DomainEvent<{ userId: number; sessionId: string }> {
  static override readonly type = 'users.session-reuse-detected.v1';
}

/** Many wrong codes of the second factor were tried by somebody who knows the password or has a session. The owner is notified. */
export class CodesGuessed extends DomainEvent<{ userId: number; failureCount: number }> {
  static override readonly type = 'users.codes-guessed.v1';
}

/** An administrator created an API key. The owner is notified because a thief could keep access with it. */
export class ApiKeyCreated extends DomainEvent<{ userId: number; keyId: number; name: string }> {
  static override readonly type = 'users.api-key-created.v1';
}

export type FactorChange =
  | 'authenticator_added'
  | 'authenticator_removed'
  | 'passkey_added'
  | 'passkey_removed'
  | 'passkey_copied'
  | 'recovery_code_used'
  | 'recovery_codes_replaced'
  | 'removed_by_administrator'
  | 'removed_by_operator'
  | 'removed_with_credentials';

/** A second factor of a person has changed, or a recovery code was used. The owner is notified because a thief could do it. */
export class SecondFactorChanged extends DomainEvent<{ userId: number; change: FactorChange; changedAt: string }> {
  static override readonly type = 'users.second-factor-changed.v1';
}
