import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { RecentProofs } from '../../../platform/auth/recent-proofs';
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
  requireCoinsNotHeld,
  requireWithinYoungAccountLimit,
  sentByYoungAccountSql,
  youngAccountShape,
  youngAccountSince,
  type Movement,
  type PostedMovement,
} from '../../rewards';
import { recoveredAtSql, recoveryShape, requireVerifiedEmail, verifiedEmailShape, verifiedEmailSql } from '../../users';
import { ChainConfig } from '../settings/chain-settings';
import { Wallet } from '../wallets/wallet.entity';
import { WalletCoolingDown, WalletNotFound } from '../wallets/wallets.errors';
import { dayMs, requireWithinLimits } from './withdrawal-limits';
import { Withdrawal, openStates } from './withdrawal.entity';
import type { WithdrawalRow } from './withdrawals.query';

interface WithdrawalOrder {
  walletId: number;
  /** Whole TeoCoins. */
  amount: number;
}

const walletColumns = columnsOf(Wallet, ['address', 'linkedAt']);
const earlierColumns = columnsOf(Withdrawal, ['id', 'requestedAt']);
const shape = {
  ...walletColumns.optionalShape,
  ...earlierColumns.optionalShape,
  openCount: int,
  dailyAmount: int,
  keyHash: nullable(text),
  paidTo: nullable(text),
  ...youngAccountShape,
  ...recoveryShape,
  ...verifiedEmailShape,
};
type RequestFacts = Row<typeof shape>;

/** Accepts requests of withdrawals. The coins are debited at once, so that they cannot be spent while the payment is under way. */
@Injectable()
export class Withdrawals {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly chain: ChainConfig,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly proofs: RecentProofs,
  ) {}

  /**
   * A repeated key with the same content returns the first response. The key of a refused request can be used again.
   * @throws ReauthenticationRequired, EmailNotVerified, CoinsHeld, WalletNotFound, WalletCoolingDown, WithdrawalLimitReached, YoungAccountLimit,
   * InsufficientBalance, IdempotencyKeyReused
   */
  async request(
    actor: Actor,
    order: WithdrawalOrder,
    key: string | null,
  ): Promise<{ withdrawal: WithdrawalRow; replayed: boolean }> {
    const userId = actor.id;
    return this.database.transaction(async () => {
      // Without the lock, two concurrent requests would both find that the limits are not reached.
      this.ledger.lock([userId]);
      const facts = await this.getFacts(userId, order, key);
      if (facts.keyHash !== null) return { withdrawal: replayOf(facts, order), replayed: true };
      requireVerifiedEmail(this.config, facts);
      requireCoinsNotHeld(facts, this.clock.now());
      const address = this.requireAddress(facts);
      await this.requireProof(actor, facts, order);
      requireWithinLimits(facts, order.amount);
      requireWithinYoungAccountLimit(this.config, facts, order.amount, this.clock.now());
      const [debit] = await this.ledger.post([debitOf(userId, address, order, key)]);
      return { withdrawal: await this.insert(debit!, address), replayed: false };
    });
  }

  /** Reads the wallet, the sums for the limits, and the withdrawal that was requested with this key before, if there is one. */
  private async getFacts(userId: number, { walletId }: WithdrawalOrder, key: string | null): Promise<RequestFacts> {
    const now = this.clock.now();
    const openCountSql = `SELECT count(*) FROM rewards_withdrawal
      WHERE user_id = person.id AND ${isOneOf('state', openStates)}`;
    const dailyAmountSql = `SELECT COALESCE(sum(amount), 0) FROM rewards_withdrawal
      WHERE user_id = person.id AND state <> 'refunded' AND requested_at > $4`;
    const sql = `SELECT ${walletColumns.columns('wallet')}, ${earlierColumns.columns('earlier')},
        debit.request_hash AS "keyHash", earlier.address AS "paidTo",
        (${openCountSql}) AS "openCount", (${dailyAmountSql}) AS "dailyAmount",
        ${sentByYoungAccountSql('person', '$6', '$5')}, ${recoveredAtSql('person')}, ${verifiedEmailSql('person')}
      FROM users_user person
      LEFT JOIN rewards_wallet wallet ON wallet.id = $2 AND wallet.user_id = person.id AND wallet.unlinked_at IS NULL
      LEFT JOIN rewards_teocointransaction debit ON debit.user_id = person.id AND debit.idempotency_key = $3
      LEFT JOIN rewards_withdrawal earlier ON earlier.ledger_id = debit.id
      WHERE person.id = $1`;
    const dayAgo = new Date(now.getTime() - dayMs);
    const values = [userId, walletId, key, dayAgo, startOfUtcDay(now), youngAccountSince(this.config, now)];
    return (await this.database.row(shape, sql, values))!;
  }

  /** The amounts of 24 hours count together, so that many small withdrawals cannot avoid the proof. @throws ReauthenticationRequired */
  private async requireProof(actor: Actor, { dailyAmount }: RequestFacts, { amount }: WithdrawalOrder): Promise<void> {
    if (dailyAmount + amount > this.chain.settings.maxUnprovenAmount) await this.proofs.require(actor);
  }

  /** @throws WalletNotFound, WalletCoolingDown */
  private requireAddress({ address, linkedAt }: RequestFacts): string {
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

/** The first response, even if the withdrawal has changed since. Its amount is taken from the order, because the order has the stored hash. */
function replayOf({ keyHash, id, paidTo, requestedAt }: RequestFacts, order: WithdrawalOrder): WithdrawalRow {
  if (keyHash !== hashOf(order)) throw new IdempotencyKeyReused('Choose a new key for a new request.');
  return newWithdrawal(id as number, paidTo as string, order.amount, requestedAt as Date);
}

function newWithdrawal(id: number, address: string, amount: number, requestedAt: Date): WithdrawalRow {
  const initial = { state: 'reserved', cancelling: false, waitingFor: 'turn', txHash: '', reason: '' } as const;
  return { id, address, amount, ...initial, requestedAt, changedAt: requestedAt };
}

function debitOf(userId: number, address: string, order: WithdrawalOrder, key: string | null): Movement {
  const description = `Withdrawal to ${address}`;
  const debit: Movement = { userId, type: 'withdrawal', amount: order.amount, description };
  return key === null ? debit : { ...debit, idempotencyKey: key, requestHash: hashOf(order) };
}

/** SHA-256 of the content of the request. It shows whether two requests with the same key are the same request. */
function hashOf({ walletId, amount }: WithdrawalOrder): string {
  return createHash('sha256')
    .update(JSON.stringify(['withdrawal', walletId, amount]))
    .digest('hex');
}
