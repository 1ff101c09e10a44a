import { Body, Controller, Delete, Get, Patch, Post, Req } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Public } from '../../../platform/auth/public';
import { OpenWithoutSecondFactor, RequiresRecentProof } from '../../../platform/auth/route-access';
import { NotStored } from '../../../platform/http/etag';
import { RateLimitCredentials } from '../../../platform/http/limits/rate-limit';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { setLogUser } from '../../../platform/http/server/log';
import { showSignIn, SignInResponse } from '../sign-in/auth.dto';
import { CurrentDevice, type RemoteDevice } from '../sign-in/device';
import { PasskeyChanges } from './passkey-changes';
import { PasskeySignIn } from './passkey-sign-in';
import { PasskeyStore } from './passkey-store';
import {
  AddedPasskey,
  NewPasskey,
  PasskeyChange,
  PasskeyOptions,
  PasskeyPage,
  PasskeyProof,
  PasskeyView,
  showOptions,
  showPasskey,
} from './passkeys.dto';
import { PasskeyExists, PasskeyNotFound, PasskeyRefused, TooManyPasskeys } from './passkeys.errors';
import { RelyingParty } from './relying-party';

/** Passkeys of the caller, and the sign-in with a passkey. */
@Controller()
export class PasskeysController {
  constructor(
    private readonly changes: PasskeyChanges,
    private readonly store: PasskeyStore,
    private readonly signIns: PasskeySignIn,
    private readonly relyingParty: RelyingParty,
  ) {}

  @Post('auth/passkey-challenges')
  @Public()
  @Route({
    summary: 'Request a challenge to sign in with a passkey',
    description: 'It is valid for five minutes and one use.',
    response: PasskeyOptions,
    tag: 'Auth',
  })
  async requestPasskeyChallenge(): Promise<PasskeyOptions> {
    return showOptions(await this.relyingParty.getOptions(''));
  }

  @Post('auth/reauthentication/challenge')
  @OpenWithoutSecondFactor()
  @Route({
    summary: 'Request a challenge to prove again with a passkey who you are',
    description: 'It is valid for five minutes, for one use and in this session.',
    response: PasskeyOptions,
    tag: 'Auth',
  })
  async requestProofChallenge(@CurrentActor() actor: Actor): Promise<PasskeyOptions> {
    return showOptions(await this.relyingParty.getOptions(actor.sessionId));
  }

  @Post('auth/passkey')
  @Public()
  @RateLimitCredentials()
  @Route({
    summary: 'Sign in with a passkey',
    description: 'Needs neither a password nor a code. Every failure has the same response.',
    response: SignInResponse,
    errors: [PasskeyRefused],
    tag: 'Auth',
  })
  async signInWithPasskey(
    @Body({ schema: PasskeyProof }) { credential }: PasskeyProof,
    @CurrentDevice() device: RemoteDevice,
    @Req() request: object,
  ): Promise<SignInResponse> {
    const signIn = await this.signIns.open(credential, device);
    setLogUser(request, signIn.person.id);
    return showSignIn(signIn);
  }

  @Get('me/passkeys')
  @NotStored()
  @OpenWithoutSecondFactor()
  @Route({
    summary: 'List my passkeys, newest first',
    description: 'All passkeys are on one page.',
    response: PasskeyPage,
    tag: 'Me',
  })
  async listMyPasskeys(@CurrentActor() { id }: Actor): Promise<Page<PasskeyView>> {
    const passkeys = await this.store.list(id);
    return { data: passkeys.map(showPasskey), page: { nextCursor: null, hasMore: false } };
  }

  @Post('me/passkeys/challenge')
  @OpenWithoutSecondFactor()
  @RequiresRecentProof()
  @Route({
    summary: 'Begin to add a passkey',
    description: 'The options are valid for five minutes, for one passkey and in this session.',
    response: PasskeyOptions,
    tag: 'Me',
  })
  async beginPasskey(@CurrentActor() actor: Actor): Promise<PasskeyOptions> {
    return showOptions(await this.changes.begin(actor));
  }

  /** Not idempotent by key, because the stored response would contain the recovery codes. */
  @Post('me/passkeys')
  @OpenWithoutSecondFactor()
  @RequiresRecentProof()
  @Route({
    summary: 'Add a passkey',
    description:
      'All other sessions end, and you are notified. If it is the first second factor, the response has recovery codes.',
    response: AddedPasskey,
    status: 201,
    location: '/me/passkeys/{id}',
    errors: [PasskeyRefused, PasskeyExists, TooManyPasskeys],
    tag: 'Me',
  })
  async addPasskey(
    @CurrentActor() actor: Actor,
    @Body({ schema: NewPasskey }) newPasskey: NewPasskey,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<AddedPasskey> {
    const { passkey, recoveryCodes } = await this.changes.add(actor, newPasskey, device);
    return { ...showPasskey(passkey), recoveryCodes };
  }

  @Patch('me/passkeys/:id')
  @Route({ summary: 'Rename a passkey', response: PasskeyView, errors: [PasskeyNotFound], tag: 'Me' })
  async renamePasskey(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: PasskeyChange }) { name }: PasskeyChange,
  ): Promise<PasskeyView> {
    return showPasskey(await this.store.rename(actor.id, id, name));
  }

  @Delete('me/passkeys/:id')
  @RequiresRecentProof()
  @Route({
    summary: 'Remove a passkey',
    description: 'If it was the last second factor, the recovery codes stop working too. All other sessions end.',
    errors: [PasskeyNotFound],
    tag: 'Me',
  })
  async removePasskey(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<void> {
    await this.changes.remove(actor, id, device);
  }
}
