import { Controller, Get, UseGuards } from '@nestjs/common';
import { Route } from '../../platform/http/route';
import { ChainConnection, showConnection } from './chain.dto';
import { Chain } from './settings/chain-settings';
import { ChainNotConfigured } from './chain.errors';
import { ChainGuard } from './chain.guard';
import { TreasuryQuery } from './supply/treasury.query';

@Controller('coins/chain')
@UseGuards(ChainGuard)
export class ChainController {
  constructor(
    private readonly chain: Chain,
    private readonly treasury: TreasuryQuery,
  ) {}

  @Get()
  @Route({
    summary: 'Show where TeoCoins live on the chain',
    description: 'Where to send deposits, and what limits withdrawals.',
    response: ChainConnection,
    errors: [ChainNotConfigured],
    tag: 'Coins',
  })
  async show(): Promise<ChainConnection> {
    return showConnection(this.chain.settings, await this.treasury.address());
  }
}
