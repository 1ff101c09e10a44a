import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { instant, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { IdempotencyKeyReused } from '../../../platform/http/http.errors';
import { Clock } from '../../../platform/time/clock';
import {
  Ledger,
  type Movement,
  type PostedMovement,
  requireWithinYoungAccountLimit,
  sentByYoungAccountSql,
  youngAccountShape,
  youngAccountSince,
} from '../../rewards';
import { startOfUtcDay } from '../../../platform/time/utc-day';
import { Chain } from '../settings/chain-settings';
import { WalletCoolingDown, WalletNotFound } from '../wallets/wallets.errors';
import { dayMs, requireWithinLimits } from './withdrawal-limits';
import { openStates } from './withdrawal.entity';
import type { WithdrawalRow } from './withdrawals.query';

export interface WithdrawalOrder {
  walletId: number;
  /** Whole TeoCoins. */
  amount: number;
}

const shape = {
  address: nullable(text),
  linkedAt: nullable(instant),
  open: int,
  today: int,
  keyHash: nullable(text),
  id: nullable(int),
  paidTo: nullable(text),
  requestedAt: nullable(instant),
  ...youngAccountShape,
};
type Found = Row<typeof shape>;

/** Coins asked for on the chain: debited at once, so that nobody can spend them while they are on their way. */
@Injectable()
export class Withdrawals {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly chain: Chain,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * The same key and content again gives the first answer; a key that had no effect is still free.
   * @throws WalletNotFound, WalletCoolingDown, WithdrawalLimitReached, YoungAccountLimit, InsufficientBalance, IdempotencyKeyReused
   */
  async request(
    userId: number,
    order: WithdrawalOrder,
    key: string | null,
  ): Promise<{ withdrawal: WithdrawalRow; replayed: boolean }> {
    return this.database.transaction(async () => {
      // Before counting: a twin that counts while the first one writes would find room for both.
      await this.ledger.lock([userId]);
      const found = await this.find(userId, order, key);
      if (found.keyHash !== null) return { withdrawal: replayOf(found, order), replayed: true };
      const address = this.addressFrom(found);
      requireWithinLimits(found, order.amount);
      requireWithinYoungAccountLimit(this.config, found, order.amount, this.clock.now());
      const [debit] = await this.ledger.post([debitOf(userId, address, order, key)]);
      return { withdrawal: await this.insert(debit as PostedMovement, address), replayed: false };
    });
  }

  /** The wallet, what limits look at, and the row that the person's key wrote before, if any. */
  private async find(userId: number, { walletId }: WithdrawalOrder, key: string | null): Promise<Found> {
    const now = this.clock.now();
    const open = openStates.map((state) => `'${state}'`).join(', ');
    const found = await this.database.row(
      shape,
      `SELECT w.address, w.linked_at AS "linkedAt", t.request_hash AS "keyHash", p.id, p.address AS "paidTo",
         p.requested_at AS "requestedAt",
         (SELECT count(*) FROM rewards_withdrawal o WHERE o.user_id = u.id AND o.state IN (${open})) AS open,
         (SELECT COALESCE(sum(d.amount), 0) FROM rewards_withdrawal d
          WHERE d.user_id = u.id AND d.state <> 'refunded' AND d.requested_at > $4) AS today,
         ${sentByYoungAccountSql('u', '$6', '$5')}
       FROM users_user u
       LEFT JOIN rewards_wallet w ON w.id = $2 AND w.user_id = u.id AND w.unlinked_at IS NULL
       LEFT JOIN rewards_teocointransaction t ON t.user_id = u.id AND t.idempotency_key = $3
       LEFT JOIN rewards_withdrawal p ON p.ledger_id = t.id
       WHERE u.id = $1`,
      [
        ...[userId, walletId, key, new Date(now.getTime() - dayMs)],
        ...[startOfUtcDay(now), youngAccountSince(this.config, now)],
      ],
    );
    return found as Found;
  }

  private addressFrom({ address, linkedAt }: Found): string {
    if (address === null || linkedAt === null) throw new WalletNotFound();
    const availableAt = new Date(linkedAt.getTime() + this.chain.settings.walletCooldownMs);
    if (availableAt > this.clock.now()) throw new WalletCoolingDown(availableAt);
    return address;
  }

  private async insert(
    { id: ledgerId, userId, amount, createdAt }: PostedMovement,
    address: string,
  ): Promise<WithdrawalRow> {
    const inserted = await this.database.row(
      { id: int },
      `INSERT INTO rewards_withdrawal (user_id, address, amount, state, ledger_id, requested_at, changed_at)
       VALUES ($1, $2, $3, 'reserved', $4, $5, $5) RETURNING id`,
      [userId, address, amount, ledgerId, createdAt],
    );
    return asRequested((inserted as { id: number }).id, address, amount, createdAt);
  }
}

/** The first answer, whatever became of the withdrawal since: the order tells what the row holds, their hashes are equal. */
function replayOf({ keyHash, id, paidTo, requestedAt }: Found, order: WithdrawalOrder): WithdrawalRow {
  if (keyHash !== hashOf(order)) throw new IdempotencyKeyReused('Choose a new key for a new request.');
  return asRequested(id as number, paidTo as string, order.amount, requestedAt as Date);
}

function asRequested(id: number, address: string, amount: number, requestedAt: Date): WithdrawalRow {
  const waits = { state: 'reserved', cancelling: false, waitingFor: 'turn' } as const;
  return { id, address, amount, ...waits, txHash: '', reason: '', requestedAt, changedAt: requestedAt };
}

function debitOf(userId: number, address: string, order: WithdrawalOrder, key: string | null): Movement {
  const once = key === null ? {} : { idempotencyKey: key, requestHash: hashOf(order) };
  return { userId, type: 'withdrawal', amount: order.amount, description: `Withdrawal to ${address}`, ...once };
}

/** SHA-256 of what was ordered: two requests with one key are the same request, or they are not. */
function hashOf({ walletId, amount }: WithdrawalOrder): string {
  return createHash('sha256')
    .update(JSON.stringify(['withdrawal', walletId, amount]))
    .digest('hex');
}
