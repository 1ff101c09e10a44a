import { Controller, Get, Query } from '@nestjs/common';
import { requireAdministrator } from '../../../platform/auth/administrator';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { Accounts, UserNotFound } from '../../users';
import { CoinHistory } from './coin-history.query';
import { CoinTransactionPage, CoinTransactionQuery, toTransactionPage, type CoinTransaction } from './coins.dto';

/** Administrators read the transactions of a person, for example to find the id of one that must be reversed. */
@Controller('users')
export class UserCoinsController {
  constructor(
    private readonly history: CoinHistory,
    private readonly accounts: Accounts,
  ) {}

  @Get(':id/transactions')
  @Route({
    summary: 'List the transactions of a person, newest first',
    access: 'administrators',
    response: CoinTransactionPage,
    errors: [Forbidden, UserNotFound],
    tag: 'Users',
  })
  async listUserTransactions(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Query({ schema: CoinTransactionQuery }) query: CoinTransactionQuery,
  ): Promise<Page<CoinTransaction>> {
    requireAdministrator(actor);
    const page = await toTransactionPage(this.history, id, query);
    if (page.data.length === 0) await this.accounts.requireExists(id);
    return page;
  }
}
