import { Injectable } from '@nestjs/common';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { fold } from '../../../platform/database/case-folding';
import { Clock } from '../../../platform/time/clock';
import { Passwords } from '../passwords/passwords';
import { personColumns, personShape, type Person } from '../accounts/person';
import { Sessions, type Tokens } from '../sessions/sessions';
import { CredentialsRefused, PasswordsBusy } from '../users.errors';
import type { RemoteDevice } from './device';
import type { Attempt } from './login-attempts';
import { PasswordVerifier } from './password-verifier';

export interface Credentials {
  /** A username or an e-mail address; case is ignored. */
  login: string;
  password: string;
}

type Account = Person & { password: string };

@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly verifier: PasswordVerifier,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens a session if the password is right. Wrong logins, wrong passwords and closed accounts get the
   * same response after the same work, so that a caller cannot find out which accounts exist.
   * @throws CredentialsRefused, TooManyAttempts, PasswordsBusy
   */
  async open(credentials: Credentials, device: RemoteDevice): Promise<{ person: Person; tokens: Tokens }> {
    const { login, password } = credentials;
    const account = await this.findAccount(fold(login));
    const target = { purpose: 'sign-in' as const, accountId: account?.id ?? 0, login };
    const attempt = await this.verifier.verify(target, password, account?.password ?? null, device);
    if (!account || !attempt) throw new CredentialsRefused();
    const tokens = await this.verifier.runAttempt(attempt, () => this.openSession(account, attempt, password, device));
    return { person: account, tokens };
  }

  private async openSession(
    account: Account,
    attempt: Attempt,
    password: string,
    device: RemoteDevice,
  ): Promise<Tokens> {
    const encoded = await this.rehashIfWeak(password, account.password, device);
    return this.database.transaction(async () => {
      await this.recordSignIn(account, encoded);
      await this.verifier.recordSuccess(attempt, device);
      return this.sessions.open(account.id, device);
    });
  }

  /**
   * Returns a new hash if the stored one is weak. Called before the transaction because hashing takes longer than a row lock
   * may be held. If the hash queue is full, the old hash is kept until the next sign-in.
   */
  private async rehashIfWeak(password: string, encoded: string, { widerNetwork }: RemoteDevice): Promise<string> {
    if (!this.passwords.isWeak(encoded)) return encoded;
    return this.passwords.hash(password, widerNetwork).catch((error: unknown) => {
      if (error instanceof PasswordsBusy) return encoded;
      throw error;
    });
  }

  /** The e-mail address has priority because in imported data the username of one person can be the address of another. */
  private findAccount(foldedLogin: string): Promise<Account | undefined> {
    const [email, username] = ['email', 'username'].map((column) => this.database.dialect.folded(column));
    return this.database.row(
      { ...personShape, password: text },
      `SELECT ${personColumns}, password FROM users_user WHERE ${email} = $1 OR ${username} = $1
       ORDER BY CASE WHEN ${email} = $1 THEN 0 ELSE 1 END LIMIT 1`,
      [foldedLogin],
    );
  }

  /** Updates the row only if the account is open and the password is unchanged because a change of either ends all sessions. */
  private async recordSignIn({ id, password }: Account, encoded: string): Promise<void> {
    const updatedCount = await this.database.run(
      'UPDATE users_user SET last_login = $3, password = $4 WHERE id = $1 AND password = $2 AND is_active',
      [id, password, this.clock.now(), encoded],
    );
    if (updatedCount === 0) throw new CredentialsRefused();
  }
}
