import { DomainEvent } from '../../platform/events/domain-event';
import type { Role } from './user.lists';

/** A person has an account, with settings. In-transaction handlers add what their module keeps for everybody. */
export class PersonRegistered extends DomainEvent<{ userId: number; role: Role }> {
  static override readonly type = 'users.person-registered.v1';
}

export class TeacherApproved extends DomainEvent<{ teacherId: number; decisionId: number }> {
  static override readonly type = 'users.teacher-approved.v1';
}

/** Rejected while waiting, or suspended after an approval: the decision's row says which. */
export class TeacherRejected extends DomainEvent<{ teacherId: number; decisionId: number; reason: string }> {
  static override readonly type = 'users.teacher-rejected.v1';
}

/** The learner's calendar has another zone from now on. */
export class TimezoneChanged extends DomainEvent<{ userId: number; timezone: string }> {
  static override readonly type = 'users.timezone-changed.v1';
}

/** The person's own doing, or a thief's: worth a security notice either way. */
export class PasswordChanged extends DomainEvent<{ userId: number }> {
  static override readonly type = 'users.password-changed.v1';
}

/** Many wrong passwords were tried at this account within a short time: its owner should know. */
export class PasswordGuessed extends DomainEvent<{ userId: number; failureCount: number }> {
  static override readonly type = 'users.password-guessed.v1';
}

/** Somebody holds a copy of an old refresh token: the session was ended, its owner should know. */
export class SessionReuseDetected extends DomainEvent<{ userId: number; sessionId: string }> {
  static override readonly type = 'users.session-reuse-detected.v1';
}
