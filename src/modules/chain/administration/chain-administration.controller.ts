import { Body, Controller, Delete, Get, Param, Put, UseGuards } from '@nestjs/common';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { RequiresRecentProof } from '../../../platform/auth/route-access';
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
import { ChainStatusQuery } from './chain-status.query';
import { HotWallets } from './hot-wallets';

const tag = 'Chain';
/** The address in the path, in lower case. */
const Address = (): ParameterDecorator => Param('address', { schema: address.toLowerCase() });

/** The status of the chain, and halting and resuming of hot wallets. */
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
    summary: 'Show the status of the chain',
    access: 'administrators',
    description: 'docs/operations/chain.md explains the fields and what to do.',
    response: ChainStatus,
    errors: [Forbidden, ChainNotConfigured],
    tag,
  })
  async getChainStatus(@CurrentActor() actor: Actor): Promise<ChainStatus> {
    requireTreasurer(actor);
    const facts = await this.status.getFacts();
    const tallies = await this.status.listTallies();
    const hotWallets = await this.status.listHotWallets();
    const leader = await this.leases.findHolder('job:rewards:poll-chain');
    return showStatus({ facts, tallies, hotWallets, leader }, this.clock.now());
  }

  @Put('hot-wallets/:address/halt')
  @Audited('chain.wallet-halted')
  @Route({
    summary: 'Halt a hot wallet',
    access: 'administrators',
    description: 'No more payments are signed. Transactions that were signed before are still sent.',
    response: HotWalletView,
    errors: [Forbidden, HotWalletNotFound, ChainNotConfigured],
    tag,
  })
  async haltHotWallet(
    @CurrentActor() actor: Actor,
    @Address() wallet: string,
    @Body({ schema: Halt }) { reason }: Halt,
  ): Promise<HotWalletView> {
    requireTreasurer(actor);
    await this.wallets.halt(wallet, { reason, actorId: actor.id });
    return showHotWallet(await this.status.getHotWallet(wallet));
  }

  @Delete('hot-wallets/:address/halt')
  @RequiresRecentProof()
  @Audited('chain.wallet-resumed', { keep: ['nextNonce'] })
  @Route({
    summary: 'Resume a halted hot wallet',
    access: 'administrators, after the audit',
    description:
      'If the chain has used more nonces than this school has assigned, `nextNonce` must ' +
      'be the `headNonce` of the wallet. Payments that may belong to withdrawals must be settled or booked first.',
    response: HotWalletView,
    errors: [
      Forbidden,
      HotWalletNotFound,
      ChainNotReadSinceHalt,
      NoncesNotAcknowledged,
      PaymentsUnexplained,
      ChainNotConfigured,
    ],
    tag,
  })
  async resumeHotWallet(
    @CurrentActor() actor: Actor,
    @Address() wallet: string,
    @Body({ schema: Resumption }) { reason, nextNonce }: Resumption,
  ): Promise<HotWalletView> {
    requireTreasurer(actor);
    await this.wallets.resume(wallet, nextNonce, { reason, actorId: actor.id });
    return showHotWallet(await this.status.getHotWallet(wallet));
  }
}
