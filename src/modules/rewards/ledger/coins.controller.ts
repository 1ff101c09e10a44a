import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { keyset } from '../../../platform/http/cursor';
import { IdempotencyKey } from '../../../platform/http/idempotency/idempotency';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Route } from '../../../platform/http/route';
import { CoinHistory } from './coin-history.query';
import {
  CoinBalance,
  CoinTransaction,
  CoinTransactionPage,
  CoinTransactionQuery,
  CoinTransfer,
  showBalance,
  showTransaction,
  showTransfer,
  TransferRequest,
} from './coins.dto';
import {
  BalanceTooLarge,
  CoinsHeld,
  InsufficientBalance,
  RecipientNotFound,
  TransferLimitReached,
  TransferToOneself,
  YoungAccountLimit,
} from '../rewards.errors';
import { Transfers } from './transfers';

const historyCursor = keyset('coins:newest', [z.int()]);

@Controller()
export class CoinsController {
  constructor(
    private readonly history: CoinHistory,
    private readonly transfers: Transfers,
  ) {}

  @Get('me/coins')
  @Route({ summary: 'Show your TeoCoin balance', response: CoinBalance, tag: 'Coins' })
  async getMyCoins(@CurrentActor() actor: Actor): Promise<CoinBalance> {
    return showBalance(await this.history.getTotals(actor.id));
  }

  @Get('me/coins/transactions')
  @Route({ summary: 'List your transactions, newest first', response: CoinTransactionPage, tag: 'Coins' })
  async listMyTransactions(
    @CurrentActor() actor: Actor,
    @Query({ schema: CoinTransactionQuery }) query: CoinTransactionQuery,
  ): Promise<Page<CoinTransaction>> {
    const beforeSequence = historyCursor.read(query.cursor)?.[0];
    const rows = await this.history.list(actor.id, { beforeSequence, type: query.type, limit: query.limit + 1 });
    const total = query.withTotal ? await this.history.count(actor.id, query.type) : undefined;
    return toPage(rows, query.limit, ({ sequence }) => historyCursor.after(sequence), showTransaction, total);
  }

  @Post('coins/transfers')
  @Route({
    summary: 'Transfer TeoCoins to another user',
    description:
      'Names the recipient by `recipientId` or by the exact `recipientUsername`. People who cannot be looked up by username are as if unknown, and the limit of lookups counts transfers by username too. A request that repeats an Idempotency-Key with the same content returns the first response again, without a time limit. The username and the id of the same person are the same content.',
    response: CoinTransfer,
    status: 201,
    errors: [
      RecipientNotFound,
      TransferToOneself,
      CoinsHeld,
      TransferLimitReached,
      YoungAccountLimit,
      InsufficientBalance,
      BalanceTooLarge,
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
    const { transfer, isReplay } = await this.transfers.send(actor.id, order, key);
    if (isReplay) reply.header('idempotency-replayed', 'true');
    return showTransfer(transfer);
  }
}
