import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { ValidationFailed } from '../../../platform/http/problems/http.errors';
import { fieldErrors } from '../../../platform/http/schema.pipe';
import { Accounts } from './accounts';
import { email, type NewPerson } from '../sign-in/auth.dto';
import { requireGoodPassword } from '../passwords/password-rules';
import { Passwords } from '../passwords/passwords';
import { personColumns, personShape, type Person } from './person';
import { EmailVerifications } from '../verification/email-verifications';
import { Sessions, type Tokens } from '../sessions/sessions';
import { SecurityEvents } from '../security/security-events';
import type { RemoteDevice } from '../sign-in/device';
import { username } from './users.dto';

const NewAdministrator = z.strictObject({ username, email, password: z.string() });

/** Registers people who sign up, and administrators that the command line creates. */
@Injectable()
export class Registration {
  constructor(
    private readonly database: Database,
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly verifications: EmailVerifications,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /**
   * Creates an account, signs the person in and mails a link that proves the address.
   * @throws WeakPassword, EmailTaken, UsernameTaken, PasswordsBusy
   */
  async register(person: NewPerson, device: RemoteDevice): Promise<{ person: Person; tokens: Tokens }> {
    requireGoodPassword(person.password, person, '/body/password');
    // The hash is computed before the transaction because a transaction blocks all other writers on SQLite.
    const password = await this.passwords.hash(person.password, device.widerNetwork);
    return this.database.transaction(async () => {
      const userId = await this.accounts.create({ ...person, ...applicationOf(person), password });
      await this.securityEvents.record({ kind: 'signed_up', personId: userId, device });
      const tokens = await this.sessions.open(userId, device);
      const registered = await this.get(userId);
      await this.verifications.mailLink(userId, registered.email, registered.email);
      return { person: registered, tokens };
    });
  }

  /**
   * Creates an administrator. Only the command line calls this method, so no route can create an administrator.
   * @returns the id of the administrator
   * @throws ValidationFailed, EmailTaken, UsernameTaken, WeakPassword (also for fewer than 15 characters)
   */
  async createAdministrator(account: { username: string; email: string; password: string }): Promise<number> {
    const parsed = NewAdministrator.safeParse(account);
    if (!parsed.success) throw new ValidationFailed(fieldErrors(parsed.error.issues, '', account));
    const administrator = { ...parsed.data, role: 'admin' as const };
    requireGoodPassword(administrator.password, administrator, '/password');
    const password = await this.passwords.hash(administrator.password);
    return this.database.transaction(async () => {
      const personId = await this.accounts.create({ ...administrator, password });
      await this.securityEvents.record({ kind: 'administrator_created', personId, actorId: null });
      return personId;
    });
  }

  private async get(userId: number): Promise<Person> {
    const sql = `SELECT ${personColumns} FROM users_user WHERE id = $1`;
    return (await this.database.row(personShape, sql, [userId]))!;
  }
}

/** Everybody who registers as a teacher applies, with or without a text. */
const applicationOf = ({ role, application = '' }: NewPerson): { application?: string } =>
  role === 'teacher' ? { application } : {};
