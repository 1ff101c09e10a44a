import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Route } from '../../../platform/http/route';
import { ChainNotConfigured } from '../chain.errors';
import { ChainGuard } from '../chain.guard';
import { DepositPage, DepositQuery, showDeposit, type DepositView } from './deposits.dto';
import { MyDeposits } from './my-deposits.query';

const newestFirst = keyset('deposits:newest', [z.int()]);

@Controller('me/deposits')
@UseGuards(ChainGuard)
export class DepositsController {
  constructor(private readonly deposits: MyDeposits) {}

  @Get()
  @Route({
    summary: 'List your deposits, newest first',
    description:
      'The coins that your linked wallets have sent to the school. A deposit is credited once, when its block is final.',
    response: DepositPage,
    errors: [ChainNotConfigured],
    tag: 'Coins',
  })
  async listMyDeposits(
    @CurrentActor() actor: Actor,
    @Query({ schema: DepositQuery }) query: DepositQuery,
  ): Promise<Page<DepositView>> {
    const before = newestFirst.read(query.cursor)?.[0];
    const rows = await this.deposits.list(actor.id, { before, count: query.limit + 1 });
    const total = query.withTotal ? await this.deposits.count(actor.id) : undefined;
    return toPage(rows, query.limit, ({ id }) => newestFirst.after(id), showDeposit, total);
  }
}
