import { Body, Controller, Delete, Get, Post, UseGuards } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { RequiresRecentProof } from '../../../platform/auth/route-access';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { ChainNotConfigured } from '../chain.errors';
import { ChainGuard } from '../chain.guard';
import { WalletChallenges } from './wallet-challenges';
import { Wallets } from './wallets';
import {
  showChallenge,
  showWallet,
  WalletChallengeRequest,
  WalletChallengeView,
  WalletLinkRequest,
  WalletPage,
  WalletView,
} from './wallets.dto';
import { EmailNotVerified } from '../../users';
import {
  TooManyWallets,
  WalletAddressReserved,
  WalletAlreadyLinked,
  WalletChallengeExpired,
  WalletChallengeNotFound,
  WalletChallengeUsed,
  WalletMessageDiffers,
  WalletMessageMalformed,
  WalletNotFound,
  WalletSignatureInvalid,
} from './wallets.errors';

const tag = 'Wallets';

@Controller('me/wallets')
@UseGuards(ChainGuard)
export class WalletsController {
  constructor(
    private readonly wallets: Wallets,
    private readonly challenges: WalletChallenges,
  ) {}

  @Post('challenge')
  @Route({
    summary: 'Request the message that links a wallet',
    description:
      'Returns a message of Sign-In with Ethereum (EIP-4361). Only you can use it, once, within ten minutes.',
    response: WalletChallengeView,
    errors: [WalletAddressReserved, ChainNotConfigured],
    tag,
  })
  async requestWalletChallenge(
    @CurrentActor() actor: Actor,
    @Body({ schema: WalletChallengeRequest }) { address }: WalletChallengeRequest,
  ): Promise<WalletChallengeView> {
    return showChallenge(await this.challenges.create(actor, address));
  }

  @Post()
  @RequiresRecentProof()
  @Route({
    summary: 'Link a wallet',
    description:
      'Send the message that you requested, signed with the key of the address. Contract wallets (EIP-1271) cannot be linked. ' +
      'Earlier deposits of the wallet are credited at once. You can withdraw coins to the wallet after its cool-down.',
    response: WalletView,
    status: 201,
    location: '/me/wallets/{id}',
    errors: [
      EmailNotVerified,
      WalletMessageMalformed,
      WalletChallengeNotFound,
      WalletChallengeUsed,
      WalletChallengeExpired,
      WalletMessageDiffers,
      WalletSignatureInvalid,
      WalletAddressReserved,
      WalletAlreadyLinked,
      TooManyWallets,
      ChainNotConfigured,
    ],
    idempotent: true,
    tag,
  })
  async linkWallet(
    @CurrentActor() actor: Actor,
    @Body({ schema: WalletLinkRequest }) signed: WalletLinkRequest,
  ): Promise<WalletView> {
    return showWallet(await this.wallets.link(actor.id, signed));
  }

  @Get()
  @Route({
    summary: 'List your wallets, newest first',
    description: 'All wallets are on one page.',
    response: WalletPage,
    errors: [ChainNotConfigured],
    tag,
  })
  async listMyWallets(@CurrentActor() actor: Actor): Promise<Page<WalletView>> {
    const wallets = await this.wallets.list(actor.id);
    return { data: wallets.map(showWallet), page: { nextCursor: null, hasMore: false } };
  }

  @Delete(':id')
  @Route({
    summary: 'Unlink a wallet',
    description: 'Withdrawals that are under way are still paid to it. If you link it again, a new cool-down begins.',
    errors: [WalletNotFound, ChainNotConfigured],
    tag,
  })
  async unlinkWallet(@CurrentActor() actor: Actor, @Id() id: number): Promise<void> {
    await this.wallets.unlink(actor.id, id);
  }
}
