import { Body, Controller, Get, Post, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { RequiresRecentProof } from '../../../platform/auth/route-access';
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
import { ChainWithdrawals } from './chain-withdrawals.query';
import { ManualSettlements } from './manual-settlements';
import { WithdrawalDecisions } from './withdrawal-decisions';

const newestFirst = keyset('chain-withdrawals:newest', [z.int()]);
const tag = 'Chain';
const decisionErrors = [
  Forbidden,
  WithdrawalNotFound,
  WithdrawalUnderWay,
  NothingToRetry,
  WithdrawalNotHalted,
  NonceNotConsumed,
  PaymentOnChain,
  NonceConsumedByAnother,
  PaymentNotFound,
  NonceNotFree,
  PaymentNotWithheld,
  BalanceTooLarge,
  ChainNotConfigured,
];

/** Withdrawals of all people, and the decisions of administrators about them. */
@Controller('coins')
@UseGuards(ChainGuard)
export class WithdrawalDecisionsController {
  constructor(
    private readonly withdrawals: ChainWithdrawals,
    private readonly decisions: WithdrawalDecisions,
    private readonly settlements: ManualSettlements,
  ) {}

  @Get('chain/withdrawals')
  @Route({
    summary: 'List the withdrawals of all people, newest first',
    access: 'administrators',
    description: 'Includes the nonces, signed transactions and decisions.',
    response: ChainWithdrawalPage,
    errors: [Forbidden, ChainNotConfigured],
    tag,
  })
  async listWithdrawals(
    @CurrentActor() actor: Actor,
    @Query({ schema: ChainWithdrawalQuery }) query: ChainWithdrawalQuery,
  ): Promise<Page<ChainWithdrawal>> {
    requireTreasurer(actor);
    const before = newestFirst.read(query.cursor)?.[0];
    const { status: state, userId } = query;
    const rows = await this.withdrawals.list({ before, state, userId, count: query.limit + 1 });
    const total = query.withTotal ? await this.withdrawals.count({ state, userId }) : undefined;
    return toPage(rows, query.limit, ({ id }) => newestFirst.after(id), showChainWithdrawal, total);
  }

  @Post('withdrawals/:id/decisions')
  @RequiresRecentProof()
  @Audited('chain.withdrawal-decided', { keep: ['action'] })
  @Route({
    summary: 'Decide about a withdrawal that needs a decision',
    access: 'administrators, about withdrawals of other people',
    description:
      'retry: send the withdrawal again; cancel: refund it after the next poll, ' +
      'or, if it has a nonce, spend the nonce without a payment and refund it then; refund: refund it, because its nonce was used ' +
      'without paying it; settle: confirm it, because a transaction that this school did not record has paid it; pay: pay it although ' +
      'its account is closed.',
    response: ChainWithdrawal,
    status: 201,
    location: '/coins/withdrawals/{id}',
    errors: decisionErrors,
    idempotent: true,
    keyRequired: true,
    tag,
  })
  async decideWithdrawal(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: WithdrawalDecision }) { action, reason, txHash, nonce }: WithdrawalDecision,
  ): Promise<ChainWithdrawal> {
    requireTreasurer(actor);
    const decisionMaker = { reason, actorId: actor.id };
    if (action === 'settle') await this.settlements.settle(id, { txHash: txHash as string, nonce }, decisionMaker);
    else await this.decisions.decide(action, id, decisionMaker);
    return showChainWithdrawal(await this.withdrawals.get(id));
  }
}
