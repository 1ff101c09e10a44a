import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Route } from '../../../platform/http/route';
import { requireTreasurer } from '../rewards.policy';
import {
  showUnusualAccount,
  UnusualAccountPage,
  UnusualAccountQuery,
  type UnusualAccountView,
} from './unusual-accounts.dto';
import { UnusualAccounts } from './unusual-accounts.query';

const unusualAccountCursor = keyset('unusual-accounts', [z.int()]);

@Controller('rewards/unusual-accounts')
export class UnusualAccountsController {
  constructor(private readonly accounts: UnusualAccounts) {}

  @Get()
  @Route({
    summary: 'List accounts that earn or receive coins in an unusual way, last found first',
    access: 'administrators',
    description: 'A job searches for these accounts every 15 minutes. It does not restrict them.',
    response: UnusualAccountPage,
    errors: [Forbidden],
    tag: 'Rewards',
  })
  async listUnusualAccounts(
    @CurrentActor() actor: Actor,
    @Query({ schema: UnusualAccountQuery }) { limit, cursor, withTotal }: UnusualAccountQuery,
  ): Promise<Page<UnusualAccountView>> {
    requireTreasurer(actor);
    const beforeId = unusualAccountCursor.read(cursor)?.[0];
    const rows = await this.accounts.list(beforeId, limit + 1);
    const total = withTotal ? await this.accounts.count() : undefined;
    return toPage(rows, limit, ({ id }) => unusualAccountCursor.after(id), showUnusualAccount, total);
  }
}
