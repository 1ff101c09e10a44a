import { Injectable } from '@nestjs/common';
import { bool, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { Ledger, requireOthers } from '../../rewards';
import { WithdrawalConfirmed } from '../chain.events';
import { unitsOf } from '../settings/token';
import { isUnexplainedSql } from '../withdrawals/payment-conditions';
import type { WithdrawalState } from '../withdrawals/withdrawal.entity';
import { WithdrawalNotFound } from '../withdrawals/withdrawals.errors';
import { NonceConsumedByAnother, NonceNotFree, PaymentNotFound, WithdrawalNotHalted } from './administration.errors';
import { Decisions, type Decision } from '../decisions/decisions';

export interface PaymentReference {
  txHash: string;
  /** Of a withdrawal that has none: the nonce the transaction used, as the chain shows it. */
  nonce?: number | undefined;
}

const orderShape = {
  ...{ id: int, userId: int, address: text, amount: int, state: textOf<WithdrawalState>(), ledgerId: int },
  consumedBy: text,
};
type Order = Row<typeof orderShape>;
const payoutShape = { id: int, blockNumber: int, blockHash: text };
type Payout = Row<typeof payoutShape>;

/**
 * Payments we have no bytes of: the database was restored from a backup, or somebody paid with the key by hand. The final
 * transfer in our books is the evidence; an administrator says whose payment it is.
 */
@Injectable()
export class ManualSettlements {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly events: EventBus,
    private readonly decisions: Decisions,
    private readonly clock: Clock,
  ) {}

  /**
   * Confirms a halted withdrawal by the transaction that took its nonce; one that still waits, while its hot wallet is halted,
   * by a transaction of a nonce that nobody owns. Locks: the person, the withdrawal, the payment, the hot wallet.
   * @throws WithdrawalNotFound, Forbidden, WithdrawalNotHalted, NonceConsumedByAnother, PaymentNotFound, NonceNotFree
   */
  async settle(id: number, found: PaymentReference, by: Omit<Decision, 'action'>): Promise<void> {
    return this.database.transaction(async () => {
      const order = await this.hold(id, by.actorId);
      if (order.state === 'halted' && order.consumedBy !== found.txHash) throw new NonceConsumedByAnother();
      const payout = await this.claim(order, found.txHash);
      await this.confirm(order, payout, found);
      await this.attach(id, found.txHash);
      await this.ledger.mirror([{ id: order.ledgerId, txHash: found.txHash, confirmed: true }]);
      const { userId, amount, address } = order;
      await this.events.publish(
        new WithdrawalConfirmed({ withdrawalId: id, userId, amount, address, txHash: found.txHash }),
      );
      await this.decisions.keep({ withdrawalId: id }, { ...by, action: 'settle' });
    });
  }

  private async hold(id: number, actorId: number): Promise<Order> {
    const sql = `SELECT id, user_id AS "userId", address, amount, state, ledger_id AS "ledgerId",
        consumed_by AS "consumedBy" FROM rewards_withdrawal WHERE id = $1`;
    const found = await this.database.row(orderShape, sql, [id]);
    if (!found) throw new WithdrawalNotFound();
    requireOthers(actorId, [found.userId]);
    await this.ledger.lock([found.userId]);
    const order = (await this.database.row(orderShape, `${sql}${this.database.dialect.forUpdate()}`, [id])) as Order;
    if (order.state !== 'halted' && order.state !== 'reserved') throw new WithdrawalNotHalted(`It is ${order.state}.`);
    return order;
  }

  /** A transfer in the transaction to the address, of the amount, and of no other withdrawal; what else it moved stays unexplained. */
  private async claim({ id, address, amount }: Order, txHash: string): Promise<Payout> {
    const values = [txHash, address, String(unitsOf(amount))];
    const alike = (at: number): string => `p.tx_hash = $${at} AND p.recipient = $${at + 1} AND p.units = $${at + 2}`;
    // Held before it is asked whether they are booked: one statement would wait for a booking, and not see it.
    await this.database.rows(
      { id: int },
      `SELECT p.id FROM rewards_payout p WHERE ${alike(1)} ORDER BY p.id${this.database.dialect.forUpdate('p')}`,
      values,
    );
    const claimed = await this.database.row(
      payoutShape,
      `UPDATE rewards_payout SET withdrawal_id = $1 WHERE id = (SELECT min(p.id) FROM rewards_payout p
         WHERE ${alike(2)} AND ${isUnexplainedSql('p')})
       RETURNING id, block_number AS "blockNumber", block_hash AS "blockHash"`,
      [id, ...values],
    );
    if (!claimed) throw new PaymentNotFound();
    return claimed;
  }

  private async confirm(
    order: Order,
    { blockNumber, blockHash }: Payout,
    { txHash, nonce }: PaymentReference,
  ): Promise<void> {
    const owner = order.state === 'reserved' ? await this.ownerOf(nonce) : null;
    const bound = owner ? ', hot_wallet_id = $7, nonce = $8' : '';
    await this.database.run(
      `UPDATE rewards_withdrawal SET state = 'confirmed', tx_hash = $2, block_number = $3, block_hash = $4,
         consumed_by = '', reason = '', cancelling = $6, changed_at = $5${bound} WHERE id = $1`,
      [order.id, txHash, blockNumber, blockHash, this.clock.now(), false, ...(owner ? [owner.id, nonce] : [])],
    );
  }

  /** The nonce is the administrator's word, which the chain's count bounds; while the wallet is halted nobody else takes it. */
  private async ownerOf(nonce = -1): Promise<{ id: number }> {
    const free = await this.database.row(
      { id: int, isTaken: bool },
      `SELECT h.id, EXISTS (SELECT 1 FROM rewards_withdrawal w WHERE w.hot_wallet_id = h.id AND w.nonce = $1) AS "isTaken"
       FROM rewards_hot_wallet h JOIN rewards_chain_cursor c ON c.treasury = h.address
       WHERE h.halted_at IS NOT NULL AND h.next_nonce <= $1 AND $1 < h.final_nonce${this.database.dialect.forUpdate('h')}`,
      [nonce],
    );
    if (!free || free.isTaken) throw new NonceNotFree();
    return free;
  }

  /** Without its bytes: it is known by its hash alone. One of our own attempts stays what it is. */
  private async attach(id: number, txHash: string): Promise<void> {
    await this.database.run(
      `INSERT INTO rewards_withdrawal_attempt (withdrawal_id, kind, tx_hash, raw, max_fee, priority_fee, signed_at)
       VALUES ($1, 'found', $2, '', '0', '0', $3) ON CONFLICT (tx_hash) DO NOTHING`,
      [id, txHash, this.clock.now()],
    );
    const sql = 'SELECT withdrawal_id AS owner FROM rewards_withdrawal_attempt WHERE tx_hash = $1';
    const attempt = await this.database.row({ owner: nullable(int) }, sql, [txHash]);
    if (attempt?.owner !== id) throw new PaymentNotFound('The transaction was signed for another withdrawal.');
  }
}
