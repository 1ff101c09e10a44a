import { Body, Controller, Get, Post, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { BalanceTooLarge, requireTreasurer } from '../../rewards';
import { ChainNotConfigured } from '../chain.errors';
import { ChainGuard } from '../chain.guard';
import { WithdrawalNotFound, WithdrawalUnderWay } from '../withdrawals/withdrawals.errors';
import {
  NonceConsumedByAnother,
  NonceNotConsumed,
  NonceNotFree,
  NothingToRetry,
  PaymentNotFound,
  PaymentNotWithheld,
  PaymentOnChain,
  WithdrawalNotHalted,
} from './administration.errors';
import {
  ChainWithdrawal,
  ChainWithdrawalPage,
  ChainWithdrawalQuery,
  showChainWithdrawal,
  WithdrawalDecision,
} from './chain-withdrawals.dto';
import { ChainWithdrawals, type ChainWithdrawalRow } from './chain-withdrawals.query';
import { FoundPayments } from './found-payments';
import { WithdrawalDecisions } from './withdrawal-decisions';

const newestFirst = keyset('chain-withdrawals:newest', [z.int()]);
const tag = 'Chain';

/** Withdrawals as administrators see them, and what they decide where one does not go on by itself. */
@Controller('coins')
@UseGuards(ChainGuard)
export class WithdrawalDecisionsController {
  constructor(
    private readonly withdrawals: ChainWithdrawals,
    private readonly decisions: WithdrawalDecisions,
    private readonly found: FoundPayments,
  ) {}

  @Get('chain/withdrawals')
  @Route({
    summary: 'List everybody’s withdrawals, newest first',
    description: 'For administrators: with their nonces, signed transactions and decisions.',
    response: ChainWithdrawalPage,
    errors: [Forbidden, ChainNotConfigured],
    tag,
  })
  async list(
    @CurrentActor() actor: Actor,
    @Query({ schema: ChainWithdrawalQuery }) query: ChainWithdrawalQuery,
  ): Promise<Page<ChainWithdrawal>> {
    requireTreasurer(actor);
    const before = newestFirst.read(query.cursor)?.[0];
    const { state, userId } = query;
    const rows = await this.withdrawals.list({ before, state, userId, count: query.limit + 1 });
    const total = query.withTotal ? await this.withdrawals.count({ state, userId }) : undefined;
    return toPage(rows, query.limit, ({ id }) => newestFirst.after(id), showChainWithdrawal, total);
  }

  @Post('withdrawals/:id/decisions')
  @Route({
    summary: 'Decide about a withdrawal that does not go on',
    description:
      'For administrators, about withdrawals of others. retry: send it again; cancel: give its coins back at the next look, or spend its nonce on nothing; ' +
      'refund: give them back once its nonce is spent; settle: a transaction we did not know has paid it; ' +
      'pay: although its account is closed.',
    response: ChainWithdrawal,
    status: 201,
    errors: [
      ...[Forbidden, WithdrawalNotFound, WithdrawalUnderWay, NothingToRetry, WithdrawalNotHalted],
      ...[NonceNotConsumed, PaymentOnChain, NonceConsumedByAnother, PaymentNotFound, NonceNotFree],
      ...[PaymentNotWithheld, BalanceTooLarge, ChainNotConfigured],
    ],
    idempotent: true,
    keyRequired: true,
    tag,
  })
  async decide(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: WithdrawalDecision }) { action, reason, txHash, nonce }: WithdrawalDecision,
  ): Promise<ChainWithdrawal> {
    requireTreasurer(actor);
    const by = { reason, actorId: actor.id };
    if (action === 'settle') await this.found.settle(id, { txHash: txHash as string, nonce }, by);
    else await this.decisions[action](id, by);
    return showChainWithdrawal((await this.withdrawals.one(id)) as ChainWithdrawalRow);
  }
}
