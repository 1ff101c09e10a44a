import { Body, Controller, Delete, Get, Post, Query, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { ReauthenticationRequired } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { IdempotencyKey } from '../../../platform/http/idempotency/idempotency';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { CoinsHeld, InsufficientBalance, YoungAccountLimit } from '../../rewards';
import { ChainNotConfigured } from '../chain.errors';
import { ChainGuard } from '../chain.guard';
import { WalletCoolingDown, WalletNotFound } from '../wallets/wallets.errors';
import { WithdrawalCancellations } from './withdrawal-cancellations';
import { Withdrawals } from './withdrawals';
import { showWithdrawal, WithdrawalPage, WithdrawalQuery, WithdrawalRequest, WithdrawalView } from './withdrawals.dto';
import { WithdrawalLimitReached, WithdrawalNotFound, WithdrawalUnderWay } from './withdrawals.errors';
import { EmailNotVerified } from '../../users';
import { WithdrawalsQuery } from './withdrawals.query';

const newestFirst = keyset('withdrawals:newest', [z.int()]);
const tag = 'Coins';

@Controller('coins/withdrawals')
@UseGuards(ChainGuard)
export class WithdrawalsController {
  constructor(
    private readonly withdrawals: Withdrawals,
    private readonly cancellations: WithdrawalCancellations,
    private readonly query: WithdrawalsQuery,
  ) {}

  @Post()
  @Route({
    summary: 'Withdraw TeoCoins to one of your wallets',
    description:
      'The coins are debited at once. Withdrawals are paid in the order of their requests. The same Idempotency-Key with the ' +
      'same content returns the first response again, even years later. `GET /coins/chain` shows the limits. Withdrawals of more than 500 TeoCoins (a setting) within 24 hours, all together, need a recent proof (`POST /auth/reauthentication`).',
    response: WithdrawalView,
    status: 201,
    location: '/coins/withdrawals/{id}',
    errors: [
      WalletNotFound,
      WalletCoolingDown,
      WithdrawalLimitReached,
      EmailNotVerified,
      CoinsHeld,
      YoungAccountLimit,
      InsufficientBalance,
      ReauthenticationRequired,
      ChainNotConfigured,
    ],
    idempotent: 'own',
    keyRequired: true,
    tag,
  })
  async requestWithdrawal(
    @CurrentActor() actor: Actor,
    @IdempotencyKey() key: string | null,
    @Body({ schema: WithdrawalRequest }) request: WithdrawalRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WithdrawalView> {
    const { withdrawal, replayed } = await this.withdrawals.request(actor, request, key);
    if (replayed) reply.header('idempotency-replayed', 'true');
    return showWithdrawal(withdrawal);
  }

  @Get()
  @Route({
    summary: 'List your withdrawals, newest first',
    response: WithdrawalPage,
    errors: [ChainNotConfigured],
    tag,
  })
  async listMyWithdrawals(
    @CurrentActor() actor: Actor,
    @Query({ schema: WithdrawalQuery }) query: WithdrawalQuery,
  ): Promise<Page<WithdrawalView>> {
    const before = newestFirst.read(query.cursor)?.[0];
    const rows = await this.query.list(actor.id, { before, state: query.status, count: query.limit + 1 });
    const total = query.withTotal ? await this.query.count(actor.id, query.status) : undefined;
    return toPage(rows, query.limit, ({ id }) => newestFirst.after(id), showWithdrawal, total);
  }

  @Get(':id')
  @Route({
    summary: 'Show a withdrawal',
    access: 'the owner and administrators',
    response: WithdrawalView,
    errors: [WithdrawalNotFound, ChainNotConfigured],
    tag,
  })
  async getWithdrawal(@CurrentActor() actor: Actor, @Id() id: number): Promise<WithdrawalView> {
    const ownerId = actor.role === 'admin' ? null : actor.id;
    const withdrawal = await this.query.find(id, ownerId);
    if (!withdrawal) throw new WithdrawalNotFound();
    return showWithdrawal(withdrawal);
  }

  @Delete(':id')
  @Audited('chain.withdrawal-cancelled')
  @Route({
    summary: 'Cancel a withdrawal',
    access: 'the owner and administrators',
    description:
      'A withdrawal can be cancelled while it is `reserved`. It then becomes `cancelling`. When the next poll of the chain has shown ' +
      'that it was not paid, the coins are refunded and it becomes `refunded`. This takes seconds if the chain can be read.',
    response: WithdrawalView,
    errors: [WithdrawalNotFound, WithdrawalUnderWay, ChainNotConfigured],
    tag,
  })
  async cancelWithdrawal(@CurrentActor() actor: Actor, @Id() id: number): Promise<WithdrawalView> {
    return showWithdrawal(await this.cancellations.cancel(actor, id));
  }
}
