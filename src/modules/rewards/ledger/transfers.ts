import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { bool, instant, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { IdempotencyKeyReused } from '../../../platform/http/http.errors';
import { Clock } from '../../../platform/time/clock';
import { Ledger } from './ledger';
import type { Movement, Posted } from './movement';
import { requirePairWithin, requireYoungWithin, youngSent, youngShape, youngSince } from './outgoing-limits';
import { RecipientNotFound, TransferToOneself } from '../rewards.errors';
import { CoinsTransferred } from '../rewards.events';
import { startOfUtcDay } from '../../../platform/time/utc-day';

export interface TransferOrder {
  recipientId: number;
  /** Whole TeoCoins, at least one. */
  amount: number;
  message: string;
}

/** What the sender is told: read from the ledger, so that it is the same however often they ask with their key. */
export interface Transfer {
  id: number;
  operationId: string;
  recipient: { id: number; username: string };
  amount: number;
  message: string;
  balanceAfter: number;
  createdAt: Date;
}

const shape = {
  senderUsername: text,
  recipientUsername: nullable(text),
  recipientActive: nullable(bool),
  isBlocked: bool,
  pairToday: int,
  ...youngShape,
  id: nullable(int),
  requestHash: nullable(text),
  operationId: nullable(text),
  balanceAfter: nullable(int),
  createdAt: nullable(instant),
};
type Found = Row<typeof shape>;

/** Coins from one person to another: two rows of the ledger, one operation. */
@Injectable()
export class Transfers {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly events: EventBus,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * The same key and content again gives the first answer; a key that had no effect is still free.
   * @throws TransferToOneself, RecipientNotFound, TransferLimitReached, YoungAccountLimit, InsufficientBalance,
   * BalanceTooLarge, IdempotencyKeyReused
   */
  async send(
    senderId: number,
    order: TransferOrder,
    key: string | null,
  ): Promise<{ transfer: Transfer; replayed: boolean }> {
    if (order.recipientId === senderId) throw new TransferToOneself();
    return this.database.transaction(async () => {
      // Before looking: a twin that looks while the first one pays would find neither its row nor, then, the coins.
      await this.ledger.lock([senderId, order.recipientId]);
      const found = await this.find(senderId, order, key);
      if (found.id !== null) return { transfer: replayOf(found, order), replayed: true };
      this.requireAllowed(found, order);
      const [sent] = await this.ledger.post(legsOf(senderId, order, key));
      await this.events.publish(newsOf(sent as Posted, found, order));
      return { transfer: transferOf(sent as Posted, found, order), replayed: false };
    });
  }

  /** Who has blocked the sender looks like who has left: a refusal of its own would tell a pest to come with another account. */
  private requireAllowed(found: Found, { amount }: TransferOrder): void {
    if (!found.recipientActive || found.isBlocked) throw new RecipientNotFound();
    const now = this.clock.now();
    requirePairWithin(this.config, found.pairToday, now);
    requireYoungWithin(this.config, found, amount, now);
  }

  /** The recipient, what limits look at, and the row that the sender's key wrote before, if any. */
  private async find(senderId: number, { recipientId }: TransferOrder, key: string | null): Promise<Found> {
    const now = this.clock.now();
    const found = await this.database.row(
      shape,
      `SELECT s.username AS "senderUsername", r.username AS "recipientUsername", r.is_active AS "recipientActive", t.id,
         t.request_hash AS "requestHash", t.operation_id AS "operationId", t.balance_after AS "balanceAfter",
         t.created_at AS "createdAt",
         EXISTS (SELECT 1 FROM users_block b WHERE b.user_id = $2 AND b.blocked_id = $1) AS "isBlocked",
         (SELECT count(*) FROM rewards_teocointransaction d
          WHERE d.user_id = $1 AND d.recipient_id = $2 AND d.created_at >= $4) AS "pairToday", ${youngSent('s', '$5', '$4')}
       FROM users_user s
       LEFT JOIN users_user r ON r.id = $2
       LEFT JOIN rewards_teocointransaction t ON t.user_id = s.id AND t.idempotency_key = $3
       WHERE s.id = $1`,
      [senderId, recipientId, key, startOfUtcDay(now), youngSince(this.config, now)],
    );
    return found as Found;
  }
}

/** The order tells what the row holds: their hashes are equal. */
function replayOf(found: Found, order: TransferOrder): Transfer {
  if (found.requestHash !== hashOf(order)) throw new IdempotencyKeyReused('Choose a new key for a new request.');
  return transferOf(found as Posted & Found, found, order);
}

function transferOf(
  { id, operationId, balanceAfter, createdAt }: Pick<Posted, 'id' | 'operationId' | 'balanceAfter' | 'createdAt'>,
  { recipientUsername }: Found,
  { recipientId, amount, message }: TransferOrder,
): Transfer {
  const recipient = { id: recipientId, username: recipientUsername as string };
  return { id, operationId, recipient, amount, message, balanceAfter, createdAt };
}

function legsOf(senderId: number, order: TransferOrder, key: string | null): Movement[] {
  const { recipientId, amount, message: description } = order;
  const once = key === null ? {} : { idempotencyKey: key, requestHash: hashOf(order) };
  return [
    { userId: senderId, type: 'transfer_sent', amount, description, recipientId, ...once },
    { userId: recipientId, type: 'transfer_received', amount, description },
  ];
}

function newsOf({ operationId, userId }: Posted, { senderUsername }: Found, order: TransferOrder): CoinsTransferred {
  return new CoinsTransferred({ operationId, senderId: userId, senderUsername, ...order });
}

/** SHA-256 of what was ordered: two requests with one key are the same request, or they are not. */
function hashOf({ recipientId, amount, message }: TransferOrder): string {
  return createHash('sha256')
    .update(JSON.stringify(['transfer', recipientId, amount, message]))
    .digest('hex');
}
