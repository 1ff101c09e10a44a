import { DomainEvent } from '../../platform/events/domain-event';
import type { Role } from './user.lists';

/** A person has an account, with settings. In-transaction handlers add what their module keeps for everybody. */
export class PersonRegistered extends DomainEvent<{ userId: number; role: Role }> {
  static override readonly type = 'users.person-registered.v1';
}

export class TeacherApproved extends DomainEvent<{ teacherId: number; decisionId: number }> {
  static override readonly type = 'users.teacher-approved.v1';
}

export class TeacherRejected extends DomainEvent<{ teacherId: number; decisionId: number; reason: string }> {
  static override readonly type = 'users.teacher-rejected.v1';
}

/** The learner's calendar has another zone from now on. */
export class TimezoneChanged extends DomainEvent<{ userId: number; timezone: string }> {
  static override readonly type = 'users.timezone-changed.v1';
}
