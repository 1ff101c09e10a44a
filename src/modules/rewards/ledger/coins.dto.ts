import { z } from 'zod';
import { keyset } from '../../../platform/http/cursor';
import { pageOf, pageQuery, timeRange, toPage, type Page } from '../../../platform/http/pagination';
import type { CoinHistory, CoinTotals, HistoryRow } from './coin-history.query';
import { apiTypeOf, apiTypes, signOf } from './transaction-types';
import type { Transfer } from './transfers';
import { namedEnum } from '../../../platform/http/named-enum';
import { requires, rule } from '../../../platform/http/rules';

/** The TeoCoins that one request moves for one person. */
export const coinAmount = z.int().min(1).max(1_000_000).meta({ description: 'Whole TeoCoins' });
export const positiveId = z.int().positive();

export const CoinBalance = z
  .strictObject({
    balance: z.int().min(0).meta({ description: 'Whole TeoCoins that you can spend, transfer or withdraw' }),
    totalEarned: z.int().meta({ description: 'Whole TeoCoins earned so far, including those that you no longer have' }),
    transactionCount: z.int().min(0),
  })
  .meta({ id: 'CoinBalance', examples: [{ balance: 85, totalEarned: 110, transactionCount: 9 }] });
export type CoinBalance = z.output<typeof CoinBalance>;

export function showBalance({ balance, totalEarned, transactionCount }: CoinTotals): CoinBalance {
  return { balance, totalEarned, transactionCount };
}

const Counterpart = z.strictObject({ id: z.int(), username: z.string() });

const transactionExample = {
  id: 512,
  type: 'transfer_sent',
  amount: 25,
  signedAmount: -25,
  description: 'Thank you for the brushes',
  counterpart: { id: 12, username: 'noor' },
  relatedObject: null,
  balanceAfter: 85,
  createdAt: '2026-03-01T09:30:00.000Z',
  blockchainTxHash: null,
  isBlockchainConfirmed: false,
} as const;

export const CoinTransaction = z
  .strictObject({
    id: z.int(),
    type: namedEnum('TransactionType', apiTypes),
    amount: z.int().positive(),
    signedAmount: z.int().meta({ description: 'The amount with its sign: negative if it reduced the balance' }),
    description: z.string().meta({
      description:
        'Purpose of the transaction: the message of a transfer, the reason of an administrator, or what was completed',
    }),
    counterpart: Counterpart.nullable().meta({ description: 'The other person of a transfer; otherwise null' }),
    relatedObject: z
      .strictObject({ type: z.string(), id: z.int() })
      .nullable()
      .meta({ description: 'The object that the reward was earned with, or the transaction that was reversed' }),
    balanceAfter: z.int().min(0),
    createdAt: z.iso.datetime(),
    blockchainTxHash: z.string().nullable(),
    isBlockchainConfirmed: z.boolean(),
  })
  .meta({
    id: 'CoinTransaction',
    examples: [transactionExample],
  });
export type CoinTransaction = z.output<typeof CoinTransaction>;

export const CoinTransactionPage = pageOf(CoinTransaction, 'CoinTransactionPage');

export const maxNewestTransactions = 20;

/** The coin screen of a user in one response. */
export const MyCoins = CoinBalance.extend({
  transactions: z.array(CoinTransaction).meta({ description: `The newest ${maxNewestTransactions} transactions` }),
}).meta({
  id: 'MyCoins',
  examples: [{ balance: 85, totalEarned: 110, transactionCount: 9, transactions: [transactionExample] }],
});
export type MyCoins = z.output<typeof MyCoins>;

export const CoinTransactionQuery = pageQuery({
  type: namedEnum('TransactionType', apiTypes).optional().meta({ description: 'Only transactions of this type' }),
  ...timeRange('created'),
});
export type CoinTransactionQuery = z.output<typeof CoinTransactionQuery>;

const historyCursor = keyset('coins:newest', [z.int()]);

export async function toTransactionPage(
  history: CoinHistory,
  userId: number,
  { type, from, to, limit, cursor, withTotal }: CoinTransactionQuery,
): Promise<Page<CoinTransaction>> {
  const filter = { type, from, to };
  const rows = await history.list(userId, {
    ...filter,
    beforeSequence: historyCursor.read(cursor)?.[0],
    limit: limit + 1,
  });
  const total = withTotal ? await history.count(userId, filter) : undefined;
  return toPage(rows, limit, ({ sequence }) => historyCursor.after(sequence), showTransaction, total);
}

export function showTransaction(row: HistoryRow): CoinTransaction {
  const { counterpartId, counterpartName, relatedObjectId, relatedObjectType } = row;
  const counterpart = counterpartId === null ? null : { id: counterpartId, username: counterpartName as string };
  const relatedObject = relatedObjectType === null ? null : { type: relatedObjectType, id: relatedObjectId as number };
  return {
    id: row.id,
    type: apiTypeOf(row.type),
    amount: row.amount,
    signedAmount: signOf(row.type) * row.amount,
    description: row.description,
    counterpart,
    relatedObject,
    balanceAfter: row.balanceAfter,
    createdAt: row.createdAt.toISOString(),
    blockchainTxHash: row.blockchainTxHash || null,
    isBlockchainConfirmed: row.isBlockchainConfirmed,
  };
}

export const TransferRequest = z
  .strictObject({
    recipientId: positiveId.optional(),
    recipientUsername: z
      .string()
      .min(1)
      .max(150)
      .optional()
      .meta({ description: 'The exact username; the case of A to Z is ignored' }),
    amount: coinAmount,
    message: z.string().trim().max(200).default(''),
  })
  .refine(
    ({ recipientId, recipientUsername }) => (recipientId === undefined) !== (recipientUsername === undefined),
    rule('one_recipient', 'Must have either recipientId or recipientUsername, and not both', ['recipientId']),
  )
  .meta({
    id: 'TransferRequest',
    oneOf: [requires('recipientId'), requires('recipientUsername')],
    examples: [
      { recipientId: 12, amount: 25, message: 'Thank you for the brushes' },
      { recipientUsername: 'noor', amount: 25 },
    ],
  });
export type TransferRequest = z.output<typeof TransferRequest>;

export const CoinTransfer = z
  .strictObject({
    id: z.int().meta({ description: 'Id of the transaction in your history' }),
    operationId: z.string().meta({ description: 'The same in both transactions of the transfer' }),
    recipient: Counterpart,
    amount: z.int().positive(),
    message: z.string(),
    balanceAfter: z.int().min(0).meta({ description: 'Your balance after this transfer' }),
    createdAt: z.iso.datetime(),
  })
  .meta({
    id: 'CoinTransfer',
    examples: [
      {
        id: 512,
        operationId: '8f14e45f-ceea-467f-a0e6-7b3c5b1d2a90',
        recipient: { id: 12, username: 'noor' },
        amount: 25,
        message: 'Thank you for the brushes',
        balanceAfter: 85,
        createdAt: '2026-03-01T09:30:00.000Z',
      },
    ],
  });
export type CoinTransfer = z.output<typeof CoinTransfer>;

export function showTransfer(transfer: Transfer): CoinTransfer {
  const { id, operationId, recipient, amount, message, balanceAfter, createdAt } = transfer;
  return { id, operationId, recipient, amount, message, balanceAfter, createdAt: createdAt.toISOString() };
}
