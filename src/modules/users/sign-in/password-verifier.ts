import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { DomainError } from '../../../platform/errors/domain-error';
import { EventBus } from '../../../platform/events/event-bus';
import { Passwords } from '../passwords/passwords';
import { SecurityEvents } from '../security/security-events';
import { PasswordGuessed } from '../users.events';
import type { Device, RemoteDevice } from './device';
import { KnownNetworks } from './known-networks.query';
import { LoginAttempts, type Attempt, type Claim } from './login-attempts';

/** From this many failures within an hour on, from everywhere, an account is under attack. */
const attackCount = 20;
const maxDelayMs = 3_000;
const delayStepMs = 100;

/**
 * Judges a password against the one of an account. Whoever guesses is counted and slowed. An account under attack answers
 * strangers later, and all of them have one share of the hash queue; networks in which its owner is signed in are no strangers.
 * Nobody is ever refused for what others do elsewhere.
 */
@Injectable()
export class PasswordProof {
  private readonly log = new Logger('PasswordProof');

  constructor(
    private readonly database: Database,
    private readonly attempts: LoginAttempts,
    private readonly knownNetworks: KnownNetworks,
    private readonly passwords: Passwords,
    private readonly securityEvents: SecurityEvents,
    private readonly events: EventBus,
  ) {}

  /**
   * @param encoded the password of the account; null where there is no account: the work is the same
   * @returns the attempt, for `use`; null when the password is wrong
   * @throws TooManyAttempts, PasswordsBusy
   */
  async judge(claim: Claim, given: string, encoded: string | null, device: RemoteDevice): Promise<Attempt | null> {
    const attempt = await this.attempts.begin(claim, device);
    const matched = await this.use(attempt, () => this.compare(attempt, given, encoded, device));
    if (matched) return attempt;
    if (isTold(attempt.totalCount)) await this.recordRefusal(attempt, device);
    return null;
  }

  /** What the right password is for. Where it fails by no fault of the caller, the attempt does not count. */
  async use<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // A closed account is answered like a wrong password, and must be counted like one.
      if (!(error instanceof DomainError && error.type.isGuess)) await this.takeBack(attempt);
      throw error;
    }
  }

  /** In the transaction of what the right password allows. */
  async accept(attempt: Attempt, device: Device): Promise<void> {
    const { accountId: personId, purpose } = attempt.claim;
    await this.attempts.succeed(attempt);
    const kind = purpose === 'sign-in' ? 'signed_in' : 'password_changed';
    await this.securityEvents.record({ kind, personId, device });
  }

  private async compare(
    { claim: { accountId }, totalCount }: Attempt,
    given: string,
    encoded: string | null,
    device: RemoteDevice,
  ): Promise<boolean> {
    if (totalCount <= attackCount || (await this.knownNetworks.has(accountId, device)))
      return this.passwords.matches(given, encoded, device.widerNetwork);
    await this.pause(Math.min(maxDelayMs, (totalCount - attackCount) * delayStepMs));
    return this.passwords.matches(given, encoded, `account ${accountId}`);
  }

  /** Where the database is away the attempt stays counted; the caller is told what failed first. */
  private async takeBack(attempt: Attempt): Promise<void> {
    await this.attempts.takeBack(attempt).catch((error: unknown) => {
      this.log.warn('An attempt that was not judged stays counted', error);
    });
  }

  private pause(delayMs: number): Promise<void> {
    return sleep(delayMs);
  }

  private async recordRefusal({ claim, totalCount }: Attempt, device: RemoteDevice): Promise<void> {
    const { accountId: personId, purpose } = claim;
    const kind = purpose === 'sign-in' ? 'sign_in_refused' : 'password_change_refused';
    await this.database.transaction(async () => {
      const note = `Failure ${totalCount} in a row of less than an hour between each`;
      await this.securityEvents.record({ kind, personId, actorId: null, device, note });
      if (totalCount === attackCount) await this.warn(personId, totalCount);
    });
  }

  private async warn(userId: number, failureCount: number): Promise<void> {
    if (userId > 0) await this.events.publish(new PasswordGuessed({ userId, failureCount }));
  }
}

/** A guesser must not fill the table: of each run of failures the first twenty are recorded, and then every hundredth. */
const isTold = (totalCount: number): boolean => totalCount <= attackCount || totalCount % 100 === 0;
