import { Injectable } from '@nestjs/common';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Passwords } from '../passwords/passwords';
import { personColumns, personShape, type Person } from '../person';
import { Sessions, type Tokens } from '../sessions/sessions';
import { CredentialsRefused } from '../users.errors';
import type { RemoteDevice } from './device';
import { LoginAttempts } from './login-attempts';

export interface Credentials {
  /** A username or an e-mail address, in any case. */
  login: string;
  password: string;
}

type Account = Person & { password: string };

@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly attempts: LoginAttempts,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
  ) {}

  /**
   * A session for who knows the password. Whatever is wrong, the answer is the same, after the same work.
   * @throws CredentialsRefused, TooManyAttempts, PasswordsBusy
   */
  async open(credentials: Credentials, device: RemoteDevice): Promise<{ person: Person; tokens: Tokens }> {
    const { login, password } = credentials;
    await this.attempts.begin(login, device.network);
    const account = await this.find(login);
    const matched = await this.passwords.matches(password, account?.password ?? null);
    if (!account || !matched) throw new CredentialsRefused();
    // Hashed before the transaction: it takes longer than a row may be held.
    const stored = this.passwords.isWeak(account.password) ? await this.passwords.hash(password) : account.password;
    const tokens = await this.database.transaction(async () => {
      await this.enter(account, stored);
      await this.attempts.forget(login, device.network);
      return this.sessions.open(account.id, device);
    });
    return { person: account, tokens };
  }

  /** Data from elsewhere may hold a username that is somebody's e-mail address: the address wins. */
  private find(login: string): Promise<Account | undefined> {
    return this.database.row(
      { ...personShape, password: text },
      `SELECT ${personColumns}, password FROM users_user WHERE lower(email) = lower($1) OR lower(username) = lower($1)
       ORDER BY CASE WHEN lower(email) = lower($1) THEN 0 ELSE 1 END LIMIT 1`,
      [login],
    );
  }

  /** Only into an open account, with the password as it was judged: a change of either has ended all sessions since. */
  private async enter({ id, password }: Account, stored: string): Promise<void> {
    const entered = await this.database.run(
      'UPDATE users_user SET last_login = $3, password = $4 WHERE id = $1 AND password = $2 AND is_active',
      [id, password, this.clock.now(), stored],
    );
    if (entered === 0) throw new CredentialsRefused();
  }
}
