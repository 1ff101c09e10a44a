import { Body, Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { OpenWithoutSecondFactor, RequiresRecentProof } from '../../../platform/auth/route-access';
import { Config } from '../../../platform/config/config';
import { Forbidden } from '../../../platform/errors/access.errors';
import { NotStored } from '../../../platform/http/etag';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { RateLimitCredentials } from '../../../platform/http/limits/rate-limit';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { PasskeyRefused } from '../passkeys/passkeys.errors';
import { CurrentDevice, type RemoteDevice } from '../sign-in/device';
import { PasswordsBusy, TooManyAttempts, UserNotFound, WrongPassword } from '../users.errors';
import { requireAdminOverOthers } from '../users.policy';
import { requiresSecondFactor } from '../users.settings';
import { Authenticators } from './authenticators/authenticators';
import { FactorChanges } from './factor-changes';
import { FactorRemovals } from './factor-removals';
import {
  AuthenticatorSecret,
  CodeEntry,
  FactorRemoval,
  Proof,
  Reauthentication,
  RecoveryCodeList,
  SecondFactorOverview,
  showAuthenticator,
  showOverview,
} from './factors.dto';
import { AuthenticatorUnreadable, CodeRefused, SecondFactorExists, SecondFactorNotFound } from './factors.errors';
import { Reauthentications } from './reauthentication';
import { SecondFactors } from './second-factors';

/** Second factors of the caller, re-authentication, and the removal of a lost factor. No route with secrets is idempotent by key, because the stored response would contain them. */
@Controller()
export class FactorsController {
  constructor(
    private readonly factors: SecondFactors,
    private readonly authenticators: Authenticators,
    private readonly changes: FactorChanges,
    private readonly removals: FactorRemovals,
    private readonly reauthentications: Reauthentications,
    private readonly config: Config,
  ) {}

  @Post('auth/reauthentication')
  @OpenWithoutSecondFactor()
  @RateLimitCredentials()
  @BodyLimit('credentials')
  @Route({
    summary: 'Prove again who you are',
    description:
      'For ten minutes this session may then do what needs a recent proof (403 `REAUTHENTICATION_REQUIRED`). Send a code or a passkey if you have a second factor, and otherwise the password. A sign-in is a proof too.',
    response: Proof,
    errors: [CodeRefused, AuthenticatorUnreadable, PasskeyRefused, WrongPassword, TooManyAttempts, PasswordsBusy],
    tag: 'Auth',
  })
  async reauthenticate(
    @CurrentActor() actor: Actor,
    @Body({ schema: Reauthentication }) proof: Reauthentication,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<Proof> {
    return { expiresAt: (await this.reauthentications.prove(actor, proof, device)).toISOString() };
  }

  @Get('me/second-factor')
  @NotStored()
  @OpenWithoutSecondFactor()
  @Route({ summary: 'Show my second factors', response: SecondFactorOverview, tag: 'Me' })
  async getSecondFactor(@CurrentActor() actor: Actor): Promise<SecondFactorOverview> {
    const isRequired = actor.role === 'admin' && requiresSecondFactor(this.config);
    return showOverview(await this.factors.getOverview(actor.id), isRequired);
  }

  @Post('me/second-factor/authenticator')
  @OpenWithoutSecondFactor()
  @RequiresRecentProof()
  @Route({
    summary: 'Begin to add an authenticator app',
    description: 'The app is no factor until you confirm it with a code. A repeated request replaces the secret.',
    response: AuthenticatorSecret,
    errors: [SecondFactorExists],
    tag: 'Me',
  })
  async addAuthenticator(@CurrentActor() actor: Actor): Promise<AuthenticatorSecret> {
    return showAuthenticator(await this.authenticators.begin(actor.id, actor.username));
  }

  @Put('me/second-factor/authenticator/confirmation')
  @OpenWithoutSecondFactor()
  @RequiresRecentProof()
  @RateLimitCredentials()
  @Route({
    summary: 'Confirm my authenticator app with a code',
    description: 'From now on a sign-in needs a code. All other sessions end, and you are notified.',
    response: RecoveryCodeList,
    errors: [CodeRefused, AuthenticatorUnreadable],
    tag: 'Me',
  })
  async confirmAuthenticator(
    @CurrentActor() actor: Actor,
    @Body({ schema: CodeEntry }) { code }: CodeEntry,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<RecoveryCodeList> {
    return { recoveryCodes: await this.changes.confirm(actor, code, device) };
  }

  @Delete('me/second-factor/authenticator')
  @RequiresRecentProof()
  @Route({
    summary: 'Remove my authenticator app',
    description: 'If it was the last second factor, the recovery codes stop working too. All other sessions end.',
    errors: [SecondFactorNotFound],
    tag: 'Me',
  })
  async removeAuthenticator(@CurrentActor() actor: Actor, @CurrentDevice() device: RemoteDevice): Promise<void> {
    await this.changes.remove(actor, device);
  }

  @Post('me/second-factor/recovery-codes')
  @RequiresRecentProof()
  @Route({
    summary: 'Replace my recovery codes',
    response: RecoveryCodeList,
    errors: [SecondFactorNotFound],
    tag: 'Me',
  })
  async replaceRecoveryCodes(
    @CurrentActor() actor: Actor,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<RecoveryCodeList> {
    return { recoveryCodes: await this.changes.replaceRecoveryCodes(actor, device) };
  }

  @Delete('users/:id/second-factor')
  @RequiresRecentProof()
  @Route({
    summary: 'Remove the second factor of a person who has lost it',
    access: 'administrators',
    description:
      'For a student or a teacher. All sessions of the person end, their coins are held for 24 hours (409 `COINS_HELD`), and they are notified. The second factor of an administrator is removed by an operator at the command line.',
    errors: [Forbidden, UserNotFound, SecondFactorNotFound],
    tag: 'Users',
  })
  async removeUserSecondFactor(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: FactorRemoval }) { reason }: FactorRemoval,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<void> {
    requireAdminOverOthers(actor, id);
    await this.removals.removeByAdmin(id, { actorId: actor.id, device, reason });
  }
}
