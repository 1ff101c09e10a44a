import { Injectable } from '@nestjs/common';
import { bool, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { fold } from '../../../platform/database/case-folding';
import { Clock } from '../../../platform/time/clock';
import { FairQueue, type Turn } from '../passwords/fair-queue';
import { Passwords } from '../passwords/passwords';
import { personColumns, personShape, type Person } from '../accounts/person';
import type { Tokens } from '../sessions/sessions';
import { canSignInSql } from '../leaving/departure.entity';
import { Returns } from '../leaving/returns';
import { CredentialsRefused, PasswordsBusy, SignInIncomplete } from '../users.errors';
import type { RemoteDevice } from './device';
import { FirstStep, type Progress } from './first-step';
import type { Attempt } from './login-attempts';
import { PasswordVerifier } from './password-verifier';

export interface Credentials {
  /** A username or an e-mail address; case is ignored. */
  login: string;
  password: string;
}

type Account = Person & { password: string };
type OpenedSession = { person: Person; tokens: Tokens };

/**
 * The sign-ins that work at a time. The others wait before their first statement, so that a class that signs in at once does not take
 * the connections of all other requests. It is one more than the passwords that are compared at a time, so that none of those threads idles.
 */
const maxRunning = 3;
const maxWaiting = 100;

@Injectable()
export class SignIn {
  private readonly queue = new FairQueue(maxRunning, maxWaiting);

  constructor(
    private readonly database: Database,
    private readonly verifier: PasswordVerifier,
    private readonly passwords: Passwords,
    private readonly firstStep: FirstStep,
    private readonly returns: Returns,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens a session if the password is right and the person has no second factor. An unknown login, a wrong password and a closed account get the same response
   * after the same work, so that a caller cannot find out which accounts exist. A person who is leaving comes back with it.
   * @throws SignInIncomplete if the second factor must follow; CredentialsRefused, TooManyAttempts, PasswordsBusy
   */
  open(credentials: Credentials, device: RemoteDevice): Promise<OpenedSession> {
    return this.queue.run(device.widerNetwork, (turn) => this.openInTurn(credentials, device, turn));
  }

  private async openInTurn({ login, password }: Credentials, device: RemoteDevice, turn: Turn): Promise<OpenedSession> {
    const account = await this.findAccount(fold(login));
    const target = { purpose: 'sign-in' as const, accountId: account?.id ?? 0, login };
    const attempt = await this.verifier.verify(target, password, account?.password ?? null, device, turn);
    if (!account || !attempt) throw new CredentialsRefused();
    const { tokens, challenge } = await this.verifier.runAttempt(attempt, () =>
      this.advance(account, attempt, password, device),
    );
    // The error is thrown outside the transaction because the challenge must be committed.
    if (challenge) throw new SignInIncomplete(challenge);
    return { person: account, tokens };
  }

  private async advance(account: Account, attempt: Attempt, password: string, device: RemoteDevice): Promise<Progress> {
    const currentHash = await this.rehashIfWeak(password, account.password, device);
    return this.database.transaction(async () => {
      const { isActive } = await this.recordSignIn(account, currentHash);
      const progress = await this.firstStep.complete(attempt, device);
      if (progress.tokens && !isActive) await this.returns.open(account.id, device);
      return progress;
    });
  }

  /**
   * Returns a new hash if the stored one is weak. Called before the transaction because hashing takes longer than a row lock
   * may be held. If the hash queue is full, the old hash is kept until the next sign-in.
   */
  private async rehashIfWeak(password: string, storedHash: string, { widerNetwork }: RemoteDevice): Promise<string> {
    if (!this.passwords.isWeak(storedHash)) return storedHash;
    return this.passwords.hash(password, widerNetwork).catch((error: unknown) => {
      if (error instanceof PasswordsBusy) return storedHash;
      throw error;
    });
  }

  /** The e-mail address has priority because in imported data the username of one person can be the address of another. */
  private findAccount(foldedLogin: string): Promise<Account | undefined> {
    const emailSql = this.database.dialect.folded('email');
    const usernameSql = this.database.dialect.folded('username');
    return this.database.row(
      { ...personShape, password: text },
      `SELECT ${personColumns}, password FROM users_user WHERE ${emailSql} = $1 OR ${usernameSql} = $1
       ORDER BY CASE WHEN ${emailSql} = $1 THEN 0 ELSE 1 END LIMIT 1`,
      [foldedLogin],
    );
  }

  /**
   * Updates the row only if the account can still be signed in to and the password is unchanged, because a change of either ends all
   * sessions. Returns whether it is active now, because the person may have asked to leave since the account was read.
   */
  private async recordSignIn({ id, password }: Account, currentHash: string): Promise<{ isActive: boolean }> {
    const updated = await this.database.row(
      { isActive: bool },
      `UPDATE users_user SET last_login = $3, password = $4
       WHERE id = $1 AND password = $2 AND ${canSignInSql('users_user')} RETURNING is_active AS "isActive"`,
      [id, password, this.clock.now(), currentHash],
    );
    if (!updated) throw new CredentialsRefused();
    return updated;
  }
}
