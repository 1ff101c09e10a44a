import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { RecentProofs } from '../../../platform/auth/recent-proofs';
import { Config } from '../../../platform/config/config';
import { ReauthenticationRequired } from '../../../platform/errors/access.errors';
import { IdempotencyKey } from '../../../platform/http/idempotency/idempotency';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { CoinHistory } from './coin-history.query';
import {
  CoinTransaction,
  CoinTransactionPage,
  CoinTransactionQuery,
  CoinTransfer,
  maxNewestTransactions,
  MyCoins,
  showBalance,
  showTransaction,
  showTransfer,
  toTransactionPage,
  TransferRequest,
} from './coins.dto';
import {
  BalanceTooLarge,
  CoinsHeld,
  InsufficientBalance,
  RecipientNotFound,
  TransactionNotFound,
  TransferLimitReached,
  TransferNotFound,
  TransferToOneself,
  YoungAccountLimit,
} from '../rewards.errors';
import { EmailNotVerified } from '../../users';
import { rewardSettings } from '../rewards.settings';
import { Transfers } from './transfers';

@Controller()
export class CoinsController {
  constructor(
    private readonly history: CoinHistory,
    private readonly transfers: Transfers,
    private readonly proofs: RecentProofs,
    private readonly config: Config,
  ) {}

  @Get('me/coins')
  @Route({
    summary: 'Show your TeoCoins and your newest transactions',
    description: '`GET /me/coins/transactions` lists all of them.',
    response: MyCoins,
    tag: 'Coins',
  })
  async getMyCoins(@CurrentActor() actor: Actor): Promise<MyCoins> {
    const totals = await this.history.getTotals(actor.id);
    const newest = await this.history.list(actor.id, { limit: maxNewestTransactions });
    return { ...showBalance(totals), transactions: newest.map(showTransaction) };
  }

  @Get('me/coins/transactions')
  @Route({ summary: 'List your transactions, newest first', response: CoinTransactionPage, tag: 'Coins' })
  async listMyTransactions(
    @CurrentActor() actor: Actor,
    @Query({ schema: CoinTransactionQuery }) query: CoinTransactionQuery,
  ): Promise<Page<CoinTransaction>> {
    return toTransactionPage(this.history, actor.id, query);
  }

  @Get('me/coins/transactions/:id')
  @Route({
    summary: 'Show one of your transactions',
    response: CoinTransaction,
    errors: [TransactionNotFound],
    tag: 'Coins',
  })
  async getMyTransaction(@CurrentActor() actor: Actor, @Id() id: number): Promise<CoinTransaction> {
    return showTransaction(await this.history.get(actor.id, id));
  }

  @Get('coins/transfers/:id')
  @Route({
    summary: 'Show a transfer that you sent',
    description: 'The person who received it sees it as a transaction, at `/me/coins/transactions/{id}`.',
    response: CoinTransfer,
    errors: [TransferNotFound],
    tag: 'Coins',
  })
  async getTransfer(@CurrentActor() actor: Actor, @Id() id: number): Promise<CoinTransfer> {
    return showTransfer(await this.transfers.get(actor.id, id));
  }

  @Post('coins/transfers')
  @Route({
    summary: 'Transfer TeoCoins to another user',
    description:
      'Names the recipient by `recipientId` or by the exact `recipientUsername`. People who cannot be looked up by username are as if unknown, and the limit of lookups counts transfers by username too. A request that repeats an Idempotency-Key with the same content returns the first response again, without a time limit. The username and the id of the same person are the same content. A transfer of more than 500 TeoCoins (a setting) needs a recent proof (`POST /auth/reauthentication`).',
    response: CoinTransfer,
    status: 201,
    location: '/coins/transfers/{id}',
    errors: [
      RecipientNotFound,
      TransferToOneself,
      EmailNotVerified,
      CoinsHeld,
      TransferLimitReached,
      YoungAccountLimit,
      InsufficientBalance,
      BalanceTooLarge,
      ReauthenticationRequired,
    ],
    idempotent: 'own',
    keyRequired: true,
    tag: 'Coins',
  })
  async transferCoins(
    @CurrentActor() actor: Actor,
    @IdempotencyKey() key: string | null,
    @Body({ schema: TransferRequest }) order: TransferRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CoinTransfer> {
    if (order.amount > this.config.of(rewardSettings).TRANSFER_PROOF_COINS) await this.proofs.require(actor);
    const { transfer, isReplay } = await this.transfers.send(actor.id, order, key);
    if (isReplay) reply.header('idempotency-replayed', 'true');
    return showTransfer(transfer);
  }
}
