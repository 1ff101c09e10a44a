import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { pageOf, pageQuery, toPage, type Page } from '../../../platform/http/pagination';
import { Route } from '../../../platform/http/route';
import { apiTypeOf, apiTypes, signOf } from '../ledger/transaction-types';
import { TransactionNotFound } from '../rewards.errors';
import { requireTreasurer } from '../rewards.policy';
import { CoinOperations, type OperationRow } from './coin-operations.query';
import { namedEnum } from '../../../platform/http/named-enum';

const byId = keyset('operation-transactions', [z.int()]);
const operationId = z
  .string()
  .regex(/^[\w-]{1,36}$/, 'Must be the id of an operation')
  .meta({ examples: ['8f14e45f-ceea-467f-a0e6-7b3c5b1d2a90'] });

const OperationTransaction = z
  .strictObject({
    id: z.int().meta({ description: 'The id for a reversal' }),
    user: z.strictObject({ id: z.int(), username: z.string() }),
    type: namedEnum('TransactionType', apiTypes),
    signedAmount: z.int(),
    balanceAfter: z.int().min(0),
    createdAt: z.iso.datetime(),
  })
  .meta({
    id: 'OperationTransaction',
    examples: [
      {
        id: 518,
        user: { id: 12, username: 'noor' },
        type: 'manual_reward',
        signedAmount: 10,
        balanceAfter: 85,
        createdAt: '2026-03-01T09:30:00.000Z',
      },
    ],
  });
type OperationTransaction = z.output<typeof OperationTransaction>;
const OperationTransactionPage = pageOf(OperationTransaction, 'OperationTransactionPage');
const OperationQuery = pageQuery();

@Controller('rewards/operations')
export class CoinOperationsController {
  constructor(private readonly operations: CoinOperations) {}

  @Get(':operationId')
  @Route({
    summary: 'List the transactions of one operation',
    access: 'administrators',
    description: 'All payments of a bulk reward, or both sides of a transfer.',
    response: OperationTransactionPage,
    errors: [Forbidden, TransactionNotFound],
    tag: 'Rewards',
  })
  async listOperationTransactions(
    @CurrentActor() actor: Actor,
    @Param('operationId', { schema: operationId }) id: string,
    @Query({ schema: OperationQuery }) { cursor, limit, withTotal }: z.output<typeof OperationQuery>,
  ): Promise<Page<OperationTransaction>> {
    requireTreasurer(actor);
    const rows = await this.operations.list(id, byId.read(cursor)?.[0], limit + 1);
    const total = withTotal ? await this.operations.count(id) : undefined;
    return toPage(rows, limit, (last) => byId.after(last.id), showOperationTransaction, total);
  }
}

const showOperationTransaction = (row: OperationRow): OperationTransaction => ({
  id: row.id,
  user: { id: row.userId, username: row.username },
  type: apiTypeOf(row.type),
  signedAmount: signOf(row.type) * row.amount,
  balanceAfter: row.balanceAfter,
  createdAt: row.createdAt.toISOString(),
});
