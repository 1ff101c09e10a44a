import { Body, Controller, Delete, Get, Param, Put, UseGuards } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { Route } from '../../../platform/http/route';
import { Leases } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import { requireTreasurer } from '../../rewards';
import { address } from '../settings/addresses';
import { ChainNotConfigured } from '../chain.errors';
import { ChainGuard } from '../chain.guard';
import {
  ChainNotReadSinceHalt,
  HotWalletNotFound,
  NoncesNotAcknowledged,
  PaymentsUnexplained,
} from './administration.errors';
import { ChainStatus, Halt, HotWalletView, Resumption, showHotWallet, showStatus } from './chain-status.dto';
import { ChainStatusQuery, type HotWalletRow } from './chain-status.query';
import { HotWallets } from './hot-wallets';

const tag = 'Chain';
const Address = (): ParameterDecorator => Param('address', { schema: address.toLowerCase() });

/** How the chain stands, and the accounts that pay. */
@Controller('coins')
@UseGuards(ChainGuard)
export class ChainAdministrationController {
  constructor(
    private readonly status: ChainStatusQuery,
    private readonly wallets: HotWallets,
    private readonly leases: Leases,
    private readonly clock: Clock,
  ) {}

  @Get('chain/status')
  @Route({
    summary: 'Show how the chain stands',
    description: 'For administrators. What each part means, and what to do: docs/chain.md.',
    response: ChainStatus,
    errors: [Forbidden, ChainNotConfigured],
    tag,
  })
  async show(@CurrentActor() actor: Actor): Promise<ChainStatus> {
    requireTreasurer(actor);
    const [facts, tallies] = [await this.status.facts(), await this.status.tallies()];
    const hotWallets = await this.status.hotWallets();
    const leader = await this.leases.holderOf('job:rewards:poll-chain');
    return showStatus({ facts, tallies, hotWallets, leader }, this.clock.now());
  }

  @Put('hot-wallets/:address/halt')
  @Route({
    summary: 'Halt a hot wallet',
    description: 'For administrators. Nothing more is signed; what was signed before is still sent.',
    response: HotWalletView,
    errors: [Forbidden, HotWalletNotFound, ChainNotConfigured],
    tag,
  })
  async halt(
    @CurrentActor() actor: Actor,
    @Address() wallet: string,
    @Body({ schema: Halt }) { reason }: Halt,
  ): Promise<HotWalletView> {
    requireTreasurer(actor);
    await this.wallets.halt(wallet, { reason, actorId: actor.id });
    return showHotWallet((await this.status.hotWallet(wallet)) as HotWalletRow);
  }

  @Delete('hot-wallets/:address/halt')
  @Route({
    summary: 'Let a halted hot wallet go on',
    description:
      'For administrators, after the audit. Where the chain has consumed nonces beyond ours, its count must be acknowledged; ' +
      'payments that look like those of withdrawals must be explained.',
    response: HotWalletView,
    errors: [
      ...[Forbidden, HotWalletNotFound, ChainNotReadSinceHalt, NoncesNotAcknowledged, PaymentsUnexplained],
      ChainNotConfigured,
    ],
    tag,
  })
  async resume(
    @CurrentActor() actor: Actor,
    @Address() wallet: string,
    @Body({ schema: Resumption }) { reason, nextNonce }: Resumption,
  ): Promise<HotWalletView> {
    requireTreasurer(actor);
    await this.wallets.resume(wallet, nextNonce, { reason, actorId: actor.id });
    return showHotWallet((await this.status.hotWallet(wallet)) as HotWalletRow);
  }
}
