import { createHash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { bool, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { EventBus } from '../../../platform/events/event-bus';
import { IdempotencyKeyReused } from '../../../platform/http/problems/http.errors';
import { Clock } from '../../../platform/time/clock';
import {
  recoveredAtSql,
  recoveryShape,
  requireVerifiedEmail,
  UserLookup,
  verifiedEmailShape,
  verifiedEmailSql,
} from '../../users';
import { Ledger } from './ledger';
import type { Movement, PostedMovement } from './movement';
import {
  requireCoinsNotHeld,
  requireWithinPairLimit,
  requireWithinYoungAccountLimit,
  sentByYoungAccountSql,
  youngAccountShape,
  youngAccountSince,
} from './outgoing-limits';
import { InsufficientBalance, RecipientNotFound, TransferNotFound, TransferToOneself } from '../rewards.errors';
import { CoinsTransferred } from '../rewards.events';
import { startOfUtcDay } from '../../../platform/time/utc-day';
import { TeocoinTransaction } from './teocoin-transaction.entity';

export interface TransferOrder {
  recipientId: number;
  /** Whole TeoCoins, at least one. */
  amount: number;
  message: string;
}

/** An order that may name the recipient by the exact username instead of the id. Exactly one of them is present. */
interface AddressedOrder extends Omit<TransferOrder, 'recipientId'> {
  recipientId?: number | undefined;
  recipientUsername?: string | undefined;
}

/**
 * A transfer as the sender sees it. Its data come from the ledger, so that a repeated request with the same key gets the same
 * response.
 */
export interface Transfer {
  id: number;
  operationId: string;
  recipient: { id: number; username: string };
  amount: number;
  message: string;
  balanceAfter: number;
  createdAt: Date;
}

const earlier = columnsOf(TeocoinTransaction, ['id', 'requestHash', 'operationId', 'balanceAfter', 'createdAt']);
const sentTransaction = columnsOf(TeocoinTransaction, [
  'id',
  'operationId',
  'recipientId',
  'amount',
  'description',
  'balanceAfter',
  'createdAt',
]);
const sentShape = { ...sentTransaction.shape, recipientUsername: text };
const shape = {
  senderUsername: text,
  senderBalance: int,
  recipientUsername: nullable(text),
  isRecipientActive: nullable(bool),
  isBlocked: bool,
  pairTransferCount: int,
  ...youngAccountShape,
  ...recoveryShape,
  ...verifiedEmailShape,
  ...earlier.optionalShape,
};
const noSuchUsername = 'No active person with this username can be found';

/** The data that decides about a transfer, with the row that the same key wrote before, if any. */
type TransferState = Row<typeof shape>;

/** Moves coins from one person to another: two ledger rows in one operation. */
@Injectable()
export class Transfers {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly lookup: UserLookup,
    private readonly events: EventBus,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * A repeated request with the same key and content gets the first response again. A key stays unused if the transfer was refused.
   * @throws TransferToOneself, RecipientNotFound, EmailNotVerified, CoinsHeld, TransferLimitReached, YoungAccountLimit, InsufficientBalance,
   * BalanceTooLarge, IdempotencyKeyReused, RateLimited
   */
  async send(
    senderId: number,
    addressed: AddressedOrder,
    key: string | null,
  ): Promise<{ transfer: Transfer; isReplay: boolean }> {
    const { order, isFindable } = await this.resolve(senderId, addressed);
    if (order.recipientId === senderId) throw new TransferToOneself();
    const getResult = await this.database.transaction(async () => {
      // The lock comes before the read, so that a concurrent request with the same key waits and then finds the first request's row.
      this.ledger.lock([senderId, order.recipientId]);
      const state = await this.getState(senderId, order, key);
      if (state.id !== null) {
        const transfer = toEarlierTransfer(state, order);
        return () => ({ transfer, isReplay: true });
      }
      if (!isFindable) throw new RecipientNotFound(['/body/recipientUsername'], noSuchUsername);
      this.requireAllowed(state, order);
      const operationId = randomUUID();
      const getPosted = this.ledger.enqueue(toMovements(senderId, order, key), operationId);
      await this.events.publish(toTransferEvent(senderId, operationId, state, order));
      return () => ({ transfer: toTransfer(getPosted()[0] as PostedMovement, state, order), isReplay: false });
    });
    return getResult();
  }

  /** Only the sender sees the transfer. @throws TransferNotFound */
  async get(senderId: number, id: number): Promise<Transfer> {
    const sent = await this.database.row(
      sentShape,
      `SELECT ${sentTransaction.columns('t')}, r.username AS "recipientUsername"
       FROM rewards_teocointransaction t JOIN users_user r ON r.id = t.recipient_id
       WHERE t.id = $1 AND t.user_id = $2 AND t.transaction_type = 'transfer_sent'`,
      [id, senderId],
    );
    if (!sent) throw new TransferNotFound();
    const { recipientId, recipientUsername, description: message, ...transfer } = sent;
    return { ...transfer, message, recipient: { id: recipientId as number, username: recipientUsername } };
  }

  /**
   * Replaces the username by the id, so that a repeated request is recognised by the same hash with either of them. A person who
   * cannot be found gets the same work and the same error as an unknown name, except that a repeated request still gets its response.
   * @throws RateLimited
   */
  private async resolve(
    senderId: number,
    { recipientUsername, recipientId, ...rest }: AddressedOrder,
  ): Promise<{ order: TransferOrder; isFindable: boolean }> {
    if (recipientUsername === undefined)
      return { order: { ...rest, recipientId: recipientId as number }, isFindable: true };
    const found = await this.lookup.resolve(senderId, recipientUsername);
    return { order: { ...rest, recipientId: found?.id ?? 0 }, isFindable: found?.isFindable ?? false };
  }

  /**
   * If the recipient has blocked the sender, the error is the same as for an unknown recipient, because a sender who learns of the
   * block could come back with another account.
   */
  private requireAllowed(state: TransferState, { amount }: TransferOrder): void {
    if (!state.isRecipientActive || state.isBlocked) throw new RecipientNotFound();
    requireVerifiedEmail(this.config, state);
    const now = this.clock.now();
    requireCoinsNotHeld(state, now);
    requireWithinPairLimit(this.config, state.pairTransferCount, now);
    requireWithinYoungAccountLimit(this.config, state, amount, now);
    // The ledger would refuse it too, but only at the COMMIT, and the database server would log an error.
    if (state.senderBalance < amount) throw new InsufficientBalance();
  }

  private async getState(senderId: number, { recipientId }: TransferOrder, key: string | null): Promise<TransferState> {
    const now = this.clock.now();
    const state = await this.database.row(
      shape,
      `SELECT s.username AS "senderUsername", s.teo_coins AS "senderBalance", r.username AS "recipientUsername", r.is_active AS "isRecipientActive",
         ${earlier.columns('t')},
         EXISTS (SELECT 1 FROM users_block b WHERE b.user_id = $2 AND b.blocked_id = $1) AS "isBlocked",
         (SELECT count(*) FROM rewards_teocointransaction d
          WHERE d.user_id = $1 AND d.recipient_id = $2 AND d.created_at >= $4) AS "pairTransferCount",
         ${sentByYoungAccountSql('s', '$5', '$4')}, ${recoveredAtSql('s')}, ${verifiedEmailSql('s')}
       FROM users_user s
       LEFT JOIN users_user r ON r.id = $2
       LEFT JOIN rewards_teocointransaction t ON t.user_id = s.id AND t.idempotency_key = $3
       WHERE s.id = $1`,
      [senderId, recipientId, key, startOfUtcDay(now), youngAccountSince(this.config, now)],
    );
    return state as TransferState;
  }
}

/** Builds the response from the repeated order, because equal hashes prove that the stored transfer has the same content. */
function toEarlierTransfer(state: TransferState, order: TransferOrder): Transfer {
  if (state.requestHash !== requestHashOf(order))
    throw new IdempotencyKeyReused('This key was used for a different transfer. Use a new key for a new request.');
  return toTransfer(state as PostedMovement & TransferState, state, order);
}

type SentMovement = Pick<PostedMovement, 'id' | 'operationId' | 'balanceAfter' | 'createdAt'>;

function toTransfer(
  { id, operationId, balanceAfter, createdAt }: SentMovement,
  { recipientUsername }: TransferState,
  { recipientId, amount, message }: TransferOrder,
): Transfer {
  const recipient = { id: recipientId, username: recipientUsername as string };
  return { id, operationId, recipient, amount, message, balanceAfter, createdAt };
}

function toMovements(senderId: number, order: TransferOrder, key: string | null): Movement[] {
  const { recipientId, amount, message } = order;
  const keyFields = key === null ? {} : { idempotencyKey: key, requestHash: requestHashOf(order) };
  return [
    { userId: senderId, type: 'transfer_sent', amount, description: message, recipientId, ...keyFields },
    { userId: recipientId, type: 'transfer_received', amount, description: message },
  ];
}

function toTransferEvent(
  senderId: number,
  operationId: string,
  { senderUsername }: TransferState,
  order: TransferOrder,
): CoinsTransferred {
  return new CoinsTransferred({ operationId, senderId, senderUsername, ...order });
}

/** The SHA-256 hash of the order. Two requests with the same key are the same request if their hashes are equal. */
function requestHashOf({ recipientId, amount, message }: TransferOrder): string {
  return createHash('sha256')
    .update(JSON.stringify(['transfer', recipientId, amount, message]))
    .digest('hex');
}
