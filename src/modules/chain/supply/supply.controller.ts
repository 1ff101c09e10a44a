import { Controller, Get, UseGuards } from '@nestjs/common';
import { Route } from '../../../platform/http/route';
import { ChainNotConfigured, ChainNotFollowedYet } from '../chain.errors';
import { ChainGuard } from '../chain.guard';
import { SupplyProof } from './supply-proof';
import { CoinSupply, showSupply } from './supply.dto';

@Controller('coins/supply')
@UseGuards(ChainGuard)
export class SupplyController {
  constructor(private readonly proof: SupplyProof) {}

  @Get()
  @Route({
    summary: 'Prove that every TeoCoin is covered',
    description:
      'Shows the balances of all people, the origin of the coins, and the coins that the treasury holds on the chain at a final block. The values are at most 5 seconds old.',
    response: CoinSupply,
    errors: [ChainNotConfigured, ChainNotFollowedYet],
    tag: 'Coins',
  })
  async getCoinSupply(): Promise<CoinSupply> {
    return showSupply(await this.proof.getSupply());
  }
}
