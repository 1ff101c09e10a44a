import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { fold } from '../../../platform/database/case-folding';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { LeftEmails } from '../leaving/left-emails';
import { TeacherApplications } from '../teachers/teacher-applications';
import { User } from './user.entity';
import type { Role } from '../user.lists';
import { EmailTaken, UserNotFound, UsernameTaken } from '../users.errors';
import { PersonRegistered } from '../users.events';
import { UserSettings } from './user-settings.entity';

export interface NewAccount {
  username: string;
  email: string;
  /** The hash of the password in Django's encoding, computed by `Passwords`. */
  password: string;
  role: Role;
  firstName?: string;
  lastName?: string;
  bio?: string;
  timezone?: string;
  language?: string;
  /** For people whose address needs no proof, as in the demo school. */
  isEmailVerified?: boolean;
  /** The text with which a teacher applies, perhaps empty. Left out for a teacher who did not apply, as in the demo school. */
  application?: string;
}

/** Creates accounts for registration, for the command line and for the demo school, and checks that an account exists. */
@Injectable()
export class Accounts {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly applications: TeacherApplications,
    private readonly leftEmails: LeftEmails,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates a person and their settings. A teacher has the status `pending` until an administrator approves them.
   * @returns the id of the person
   * @throws EmailTaken, also for the address of somebody who has left; UsernameTaken; the comparisons ignore case
   */
  async create(account: NewAccount): Promise<number> {
    if (await this.leftEmails.has(account.email)) throw new EmailTaken();
    return this.database.transaction(async () => {
      const userId = await this.insertUser(account);
      await this.insertSettings(userId, account);
      if (account.application !== undefined) await this.applications.open(userId, account.application);
      await this.events.publish(new PersonRegistered({ userId, role: account.role }));
      return userId;
    });
  }

  /** @throws UserNotFound */
  async requireExists(userId: number): Promise<void> {
    const person = await this.database.row({ id: int }, 'SELECT id FROM users_user WHERE id = $1', [userId]);
    if (!person) throw new UserNotFound();
  }

  private async insertUser({
    timezone: _timezone,
    language: _language,
    application: _application,
    isEmailVerified = false,
    ...account
  }: NewAccount): Promise<number> {
    const now = this.clock.now();
    const isAdmin = account.role === 'admin';
    const isTeacher = account.role === 'teacher';
    const person = {
      ...account,
      email: fold(account.email),
      emailVerifiedAt: isEmailVerified ? now : null,
      isStaff: isAdmin,
      isSuperuser: isAdmin,
      isApproved: !isTeacher,
      teacherStatus: isTeacher ? ('pending' as const) : null,
      dateJoined: now,
      createdAt: now,
      updatedAt: now,
    };
    try {
      const inserted = await this.database.repository(User).insert(person);
      return inserted.identifiers[0]?.id as number;
    } catch (error) {
      throw this.toTakenError(error);
    }
  }

  private async insertSettings(userId: number, { timezone = 'UTC', language = 'en' }: NewAccount): Promise<void> {
    const now = this.clock.now();
    await this.database
      .repository(UserSettings)
      .insert({ userId, timezone, language, privacySettings: {}, createdAt: now, updatedAt: now });
  }

  /** Returns EmailTaken or UsernameTaken for a violated unique index, and any other error unchanged. */
  private toTakenError(error: unknown): unknown {
    const constraint = this.database.dialect.uniqueViolation(error);
    if (constraint === null) return error;
    return constraint.includes('email') ? new EmailTaken() : new UsernameTaken();
  }
}
