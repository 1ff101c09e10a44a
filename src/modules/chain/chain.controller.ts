import { Controller, Get, UseGuards } from '@nestjs/common';
import { Route } from '../../platform/http/route';
import { ChainConnection, showConnection } from './chain.dto';
import { ChainConfig } from './settings/chain-settings';
import { ChainNotConfigured } from './chain.errors';
import { ChainGuard } from './chain.guard';
import { SchoolAddresses } from './settings/school-addresses.query';

@Controller('coins/chain')
@UseGuards(ChainGuard)
export class ChainController {
  constructor(
    private readonly chain: ChainConfig,
    private readonly addresses: SchoolAddresses,
  ) {}

  @Get()
  @Route({
    summary: 'Show the chain of the TeoCoin',
    description: 'The address for deposits and the limits of withdrawals.',
    response: ChainConnection,
    errors: [ChainNotConfigured],
    tag: 'Coins',
  })
  async getChainConnection(): Promise<ChainConnection> {
    return showConnection(this.chain.settings, await this.addresses.findTreasury());
  }
}
