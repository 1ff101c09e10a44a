import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { ValidationFailed } from '../../../platform/http/http.errors';
import { fieldErrors } from '../../../platform/http/schema.pipe';
import { Accounts } from './accounts';
import { email, type NewPerson } from '../sign-in/auth.dto';
import { requireGoodPassword } from '../passwords/password-rules';
import { Passwords } from '../passwords/passwords';
import type { Person } from './person';
import { Profiles } from './profiles';
import { Sessions, type Tokens } from '../sessions/sessions';
import { SecurityEvents } from '../security/security-events';
import type { RemoteDevice } from '../sign-in/device';
import { username } from './users.dto';

const NewAdministrator = z.strictObject({ username, email, password: z.string() });

/** How people get in: by themselves, or, the first administrator, from the command line. */
@Injectable()
export class Registration {
  constructor(
    private readonly database: Database,
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly profiles: Profiles,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /**
   * A person with a first session.
   * @throws WeakPassword, EmailTaken, UsernameTaken, PasswordsBusy
   */
  async register(person: NewPerson, device: RemoteDevice): Promise<{ person: Person; tokens: Tokens }> {
    requireGoodPassword(person.password, person, '/body/password');
    // Hashed before the transaction: on SQLite it would keep everybody else from writing meanwhile.
    const password = await this.passwords.hash(person.password, device.widerNetwork);
    return this.database.transaction(async () => {
      const userId = await this.accounts.create({ ...person, password });
      await this.securityEvents.record({ kind: 'signed_up', personId: userId, device });
      const tokens = await this.sessions.open(userId, device);
      return { person: await this.profiles.of(userId), tokens };
    });
  }

  /**
   * For the command line: there is no route to become an administrator.
   * @returns the new id
   * @throws ValidationFailed, WeakPassword (fewer than 15 characters, for one), EmailTaken, UsernameTaken
   */
  async createAdministrator(account: { username: string; email: string; password: string }): Promise<number> {
    const parsed = NewAdministrator.safeParse(account);
    if (!parsed.success) throw new ValidationFailed(fieldErrors(parsed.error.issues, ''));
    const owner = { ...parsed.data, role: 'admin' as const };
    requireGoodPassword(owner.password, owner, '/password');
    const password = await this.passwords.hash(owner.password);
    return this.database.transaction(async () => {
      const personId = await this.accounts.create({ ...owner, password });
      await this.securityEvents.record({ kind: 'administrator_created', personId, actorId: null });
      return personId;
    });
  }
}
