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
import { PasswordProof } from './password-proof';

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
    private readonly proof: PasswordProof,
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
    const account = await this.find(fold(login));
    const claim = { purpose: 'sign-in' as const, accountId: account?.id ?? 0, login };
    const attempt = await this.proof.judge(claim, password, account?.password ?? null, device);
    if (!account || !attempt) throw new CredentialsRefused();
    const tokens = await this.proof.use(attempt, () => this.admit(account, attempt, password, device));
    return { person: account, tokens };
  }

  private async admit(account: Account, attempt: Attempt, password: string, device: RemoteDevice): Promise<Tokens> {
    const stored = await this.encodedAnew(password, account.password, device);
    return this.database.transaction(async () => {
      await this.enter(account, stored);
      await this.proof.accept(attempt, device);
      return this.sessions.open(account.id, device);
    });
  }

  /** Before the transaction: it takes longer than a row may be held. Where many wait, the next sign-in will do. */
  private async encodedAnew(password: string, stored: string, { widerNetwork }: RemoteDevice): Promise<string> {
    if (!this.passwords.isWeak(stored)) return stored;
    return this.passwords.hash(password, widerNetwork).catch((error: unknown) => {
      if (error instanceof PasswordsBusy) return stored;
      throw error;
    });
  }

  /** Data from elsewhere may hold a username that is somebody's e-mail address: the address wins. */
  private find(foldedLogin: string): Promise<Account | undefined> {
    const [email, username] = ['email', 'username'].map((column) => this.database.dialect.folded(column));
    return this.database.row(
      { ...personShape, password: text },
      `SELECT ${personColumns}, password FROM users_user WHERE ${email} = $1 OR ${username} = $1
       ORDER BY CASE WHEN ${email} = $1 THEN 0 ELSE 1 END LIMIT 1`,
      [foldedLogin],
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
