import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { DomainError } from '../../../platform/errors/domain-error';
import { EventBus } from '../../../platform/events/event-bus';
import type { Turn } from '../passwords/fair-queue';
import { Passwords } from '../passwords/passwords';
import type { SecurityEventKind } from '../security/security-event.lists';
import { SecurityEvents } from '../security/security-events';
import { CodesGuessed, PasswordGuessed } from '../users.events';
import type { Device, RemoteDevice } from './device';
import { KnownNetworks } from './known-networks.query';
import { LoginAttempts, type Attempt, type AttemptTarget } from './login-attempts';

/** An account is under attack after this many failures from all networks, if each follows the one before within an hour. */
const minFailuresOfAttack = 20;
const maxDelayMs = 3_000;
const delayStepMs = 100;

/** The security events of each purpose. A re-authentication is no event, because the session has not changed. */
const successKinds: Partial<Record<AttemptTarget['purpose'], SecurityEventKind>> = {
  'sign-in': 'signed_in',
  'password-change': 'password_changed',
  'email-change': 'email_change_requested',
};
const refusalKinds: Record<AttemptTarget['purpose'], SecurityEventKind> = {
  'sign-in': 'sign_in_refused',
  'password-change': 'password_change_refused',
  'email-change': 'email_change_refused',
  reauthentication: 'reauthentication_refused',
  'second-factor': 'second_factor_refused',
};

/**
 * Verifies a password against the hash of an account. Failed attempts are counted and delayed. If an account is under attack,
 * attempts from unknown networks are delayed and share one group of the hash queue. A network is known if the owner signed
 * in from it recently. Attempts from one network never cause a refusal in another network.
 */
@Injectable()
export class PasswordVerifier {
  private readonly log = new Logger('PasswordVerifier');

  constructor(
    private readonly database: Database,
    private readonly loginAttempts: LoginAttempts,
    private readonly knownNetworks: KnownNetworks,
    private readonly passwords: Passwords,
    private readonly securityEvents: SecurityEvents,
    private readonly events: EventBus,
  ) {}

  /**
   * @param storedHash null if there is no account; the comparison does the same work then
   * @param turn the turn of the caller, which is not kept during a delay
   * @returns the attempt, to be passed to `runAttempt`; null if the password is wrong
   * @throws TooManyAttempts, PasswordsBusy
   */
  async verify(
    target: AttemptTarget,
    password: string,
    storedHash: string | null,
    device: RemoteDevice,
    turn?: Turn,
  ): Promise<Attempt | null> {
    const attempt = await this.loginAttempts.start(target, device);
    const isMatch = await this.runAttempt(attempt, async () => {
      const group = await this.delayIfUnderAttack(attempt, device, turn);
      return this.passwords.isCorrect(password, storedHash, group);
    });
    if (isMatch) return attempt;
    await this.recordRefusal(attempt, device);
    return null;
  }

  /** Runs the work that the password allows. The attempt no longer counts if the work fails without a fault of the caller. */
  async runAttempt<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // A refusal such as CREDENTIALS_REFUSED for a closed account is counted like a wrong password.
      if (!(error instanceof DomainError && error.type.isGuess)) await this.cancelAttempt(attempt);
      throw error;
    }
  }

  /** Called in the transaction of the work that the password allows. */
  async recordSuccess(attempt: Attempt, device: Device): Promise<void> {
    const { accountId: personId, purpose } = attempt.target;
    await this.loginAttempts.clearAfterSuccess(attempt);
    const kind = successKinds[purpose];
    if (kind) await this.securityEvents.record({ kind, personId, device });
  }

  /** Records the refusal of a wrong password or code, and tells the owner of many. */
  async recordRefusal({ target, totalCount }: Attempt, device: RemoteDevice): Promise<void> {
    if (!shouldRecord(totalCount)) return;
    const { accountId: personId, purpose } = target;
    await this.database.transaction(async () => {
      const note = `Failure ${totalCount} in a series with less than an hour between failures`;
      await this.securityEvents.record({ kind: refusalKinds[purpose], personId, actorId: null, device, note });
      if (totalCount === minFailuresOfAttack && personId > 0) await this.publishGuessing(target, totalCount);
    });
  }

  private publishGuessing({ accountId: userId, purpose }: AttemptTarget, failureCount: number): Promise<void> {
    const Guessed = purpose === 'second-factor' ? CodesGuessed : PasswordGuessed;
    return this.events.publish(new Guessed({ userId, failureCount }));
  }

  /** Returns the group of the caller in the queues. */
  private async delayIfUnderAttack(
    { target: { accountId }, totalCount }: Attempt,
    device: RemoteDevice,
    turn?: Turn,
  ): Promise<string> {
    const isUnderAttack = totalCount > minFailuresOfAttack;
    if (!isUnderAttack || (await this.knownNetworks.has(accountId, device))) return device.widerNetwork;
    const group = `account ${accountId}`;
    const pause = (): Promise<void> =>
      this.pause(Math.min(maxDelayMs, (totalCount - minFailuresOfAttack) * delayStepMs));
    await (turn ? turn.suspend(group, pause) : pause());
    return group;
  }

  /** A failure is only logged, so that the caller gets the first error. If the database cannot be reached, the attempt stays counted. */
  private async cancelAttempt(attempt: Attempt): Promise<void> {
    await this.loginAttempts.cancel(attempt).catch((error: unknown) => {
      this.log.warn('The count of an attempt that was not verified could not be undone', error);
    });
  }

  private pause(delayMs: number): Promise<void> {
    return sleep(delayMs);
  }
}

/** The first 20 failures of a series and then every 100th are recorded, so that a guesser cannot fill the table. */
const shouldRecord = (totalCount: number): boolean => totalCount <= minFailuresOfAttack || totalCount % 100 === 0;
