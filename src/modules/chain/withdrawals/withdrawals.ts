import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { isOneOf } from '../../../platform/database/entity';
import { IdempotencyKeyReused } from '../../../platform/http/problems/http.errors';
import { Clock } from '../../../platform/time/clock';
import { startOfUtcDay } from '../../../platform/time/utc-day';
import {
  Ledger,
  requireWithinYoungAccountLimit,
  sentByYoungAccountSql,
  youngAccountShape,
  youngAccountSince,
  type Movement,
  type PostedMovement,
} from '../../rewards';
import { ChainConfig } from '../settings/chain-settings';
import { Wallet } from '../wallets/wallet.entity';
import { WalletCoolingDown, WalletNotFound } from '../wallets/wallets.errors';
import { dayMs, requireWithinLimits } from './withdrawal-limits';
import { Withdrawal, openStates } from './withdrawal.entity';
import type { WithdrawalRow } from './withdrawals.query';

export interface WithdrawalOrder {
  walletId: number;
  /** Whole TeoCoins. */
  amount: number;
}

const wallet = columnsOf(Wallet, ['address', 'linkedAt']);
const earlier = columnsOf(Withdrawal, ['id', 'requestedAt']);
const shape = {
  ...wallet.optionalShape,
  ...earlier.optionalShape,
  openCount: int,
  dailyAmount: int,
  keyHash: nullable(text),
  paidTo: nullable(text),
  ...youngAccountShape,
};
type RequestFacts = Row<typeof shape>;

/** Requests of withdrawals. The coins are debited at once, so that they cannot be spent while the payment is under way. */
@Injectable()
export class Withdrawals {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly chain: ChainConfig,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * The same key with the same content returns the first response. A key whose request was refused can be used again.
   * @throws WalletNotFound, WalletCoolingDown, WithdrawalLimitReached, YoungAccountLimit, InsufficientBalance, IdempotencyKeyReused
   */
  async request(
    userId: number,
    order: WithdrawalOrder,
    key: string | null,
  ): Promise<{ withdrawal: WithdrawalRow; replayed: boolean }> {
    return this.database.transaction(async () => {
      // The lock comes first, because two concurrent requests would both find that the limits are not reached.
      await this.ledger.lock([userId]);
      const facts = await this.getFacts(userId, order, key);
      if (facts.keyHash !== null) return { withdrawal: replayOf(facts, order), replayed: true };
      const address = this.addressFrom(facts);
      requireWithinLimits(facts, order.amount);
      requireWithinYoungAccountLimit(this.config, facts, order.amount, this.clock.now());
      const [debit] = await this.ledger.post([debitOf(userId, address, order, key)]);
      return { withdrawal: await this.insert(debit!, address), replayed: false };
    });
  }

  /** Reads the wallet, what counts towards the limits, and the withdrawal that was requested with this key before, if any. */
  private async getFacts(userId: number, { walletId }: WithdrawalOrder, key: string | null): Promise<RequestFacts> {
    const now = this.clock.now();
    const sql = `SELECT ${wallet.columns('w')}, ${earlier.columns('p')}, t.request_hash AS "keyHash", p.address AS "paidTo",
        (SELECT count(*) FROM rewards_withdrawal o WHERE o.user_id = u.id AND ${isOneOf('state', openStates)}) AS "openCount",
        (SELECT COALESCE(sum(d.amount), 0) FROM rewards_withdrawal d
         WHERE d.user_id = u.id AND d.state <> 'refunded' AND d.requested_at > $4) AS "dailyAmount",
        ${sentByYoungAccountSql('u', '$6', '$5')}
      FROM users_user u
      LEFT JOIN rewards_wallet w ON w.id = $2 AND w.user_id = u.id AND w.unlinked_at IS NULL
      LEFT JOIN rewards_teocointransaction t ON t.user_id = u.id AND t.idempotency_key = $3
      LEFT JOIN rewards_withdrawal p ON p.ledger_id = t.id
      WHERE u.id = $1`;
    const dayAgo = new Date(now.getTime() - dayMs);
    const values = [userId, walletId, key, dayAgo, startOfUtcDay(now), youngAccountSince(this.config, now)];
    return (await this.database.row(shape, sql, values))!;
  }

  private addressFrom({ address, linkedAt }: RequestFacts): string {
    if (address === null || linkedAt === null) throw new WalletNotFound();
    const availableAt = new Date(linkedAt.getTime() + this.chain.settings.walletCooldownMs);
    if (availableAt > this.clock.now()) throw new WalletCoolingDown(availableAt);
    return address;
  }

  private async insert(
    { id: ledgerId, userId, amount, createdAt }: PostedMovement,
    address: string,
  ): Promise<WithdrawalRow> {
    const sql = `INSERT INTO rewards_withdrawal (user_id, address, amount, state, ledger_id, requested_at, changed_at)
      VALUES ($1, $2, $3, 'reserved', $4, $5, $5) RETURNING id`;
    const inserted = await this.database.row({ id: int }, sql, [userId, address, amount, ledgerId, createdAt]);
    return newWithdrawal(inserted!.id, address, amount, createdAt);
  }
}

/** The first response, even if the withdrawal has changed since. The order has the same hash, so its amount is the stored one. */
function replayOf({ keyHash, id, paidTo, requestedAt }: RequestFacts, order: WithdrawalOrder): WithdrawalRow {
  if (keyHash !== hashOf(order)) throw new IdempotencyKeyReused('Choose a new key for a new request.');
  return newWithdrawal(id as number, paidTo as string, order.amount, requestedAt as Date);
}

function newWithdrawal(id: number, address: string, amount: number, requestedAt: Date): WithdrawalRow {
  const initial = { state: 'reserved', cancelling: false, waitingFor: 'turn', txHash: '', reason: '' } as const;
  return { id, address, amount, ...initial, requestedAt, changedAt: requestedAt };
}

function debitOf(userId: number, address: string, order: WithdrawalOrder, key: string | null): Movement {
  const idempotency = key === null ? {} : { idempotencyKey: key, requestHash: hashOf(order) };
  return { userId, type: 'withdrawal', amount: order.amount, description: `Withdrawal to ${address}`, ...idempotency };
}

/** SHA-256 of the content of the request. It shows whether two requests with the same key are the same request. */
function hashOf({ walletId, amount }: WithdrawalOrder): string {
  return createHash('sha256')
    .update(JSON.stringify(['withdrawal', walletId, amount]))
    .digest('hex');
}
