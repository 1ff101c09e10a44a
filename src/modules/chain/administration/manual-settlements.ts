import { Injectable } from '@nestjs/common';
import { bool, int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { Ledger, requireNotAmong } from '../../rewards';
import { WithdrawalConfirmed } from '../chain.events';
import { Decisions, type DecisionMaker } from '../decisions/decisions';
import { unitsOf } from '../settings/token';
import { isUnexplainedSql } from '../withdrawals/payment-conditions';
import { Payout as PayoutEntity } from '../withdrawals/payout.entity';
import { Withdrawal as WithdrawalEntity } from '../withdrawals/withdrawal.entity';
import { WithdrawalNotFound } from '../withdrawals/withdrawals.errors';
import { NonceConsumedByAnother, NonceNotFree, PaymentNotFound, WithdrawalNotHalted } from './administration.errors';

interface PaymentReference {
  txHash: string;
  /** For a withdrawal without a nonce: the nonce of the transaction, as the chain shows it. */
  nonce?: number | undefined;
}

const withdrawalColumns = columnsOf(WithdrawalEntity, [
  'id',
  'userId',
  'address',
  'amount',
  'state',
  'ledgerId',
  'consumedBy',
]);
const withdrawalShape = withdrawalColumns.shape;
type Withdrawal = Row<typeof withdrawalShape>;
const payoutColumns = columnsOf(PayoutEntity, ['id', 'blockNumber', 'blockHash']);
const payoutShape = payoutColumns.shape;
type Payout = Row<typeof payoutShape>;

/**
 * Confirms withdrawals by payments whose signed bytes are not stored, because the database was restored from a backup or a person paid by hand
 * with the key. A recorded final transfer proves the payment. An administrator says which withdrawal it pays.
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
   * Confirms a halted withdrawal by the transaction that used its nonce. While the hot wallet is halted, it confirms a reserved withdrawal
   * by a transaction whose nonce has no owner. Locks: the person, the withdrawal, the payment, the hot wallet.
   * @throws WithdrawalNotFound, Forbidden, WithdrawalNotHalted, NonceConsumedByAnother, PaymentNotFound, NonceNotFree
   */
  async settle(id: number, payment: PaymentReference, decisionMaker: DecisionMaker): Promise<void> {
    const { txHash } = payment;
    return this.database.transaction(async () => {
      const withdrawal = await this.lock(id, decisionMaker.actorId);
      const { state, consumedBy, ledgerId, userId, amount, address } = withdrawal;
      if (state === 'halted' && consumedBy !== txHash) throw new NonceConsumedByAnother();
      const payout = await this.claimPayout(withdrawal, txHash);
      await this.confirm(withdrawal, payout, payment);
      await this.saveAttempt(id, txHash);
      await this.ledger.recordChainState([{ id: ledgerId, txHash, confirmed: true }]);
      await this.events.publish(new WithdrawalConfirmed({ withdrawalId: id, userId, amount, address, txHash }));
      await this.decisions.record({ withdrawalId: id }, 'settle', decisionMaker);
    });
  }

  private async lock(id: number, actorId: number): Promise<Withdrawal> {
    const sql = `SELECT ${withdrawalColumns.columns()} FROM rewards_withdrawal WHERE id = $1`;
    const unlocked = await this.database.row(withdrawalShape, sql, [id]);
    if (!unlocked) throw new WithdrawalNotFound();
    requireNotAmong(actorId, [unlocked.userId]);
    this.ledger.lock([unlocked.userId]);
    const locked = (await this.database.row(withdrawalShape, `${sql}${this.database.dialect.forUpdate()}`, [id]))!;
    const canSettle = locked.state === 'halted' || locked.state === 'reserved';
    if (!canSettle) throw new WithdrawalNotHalted(`The withdrawal is ${locked.state}.`);
    return locked;
  }

  /** Claims one transfer of the transaction that pays the withdrawal and belongs to no other one. The other transfers of the transaction stay unexplained. */
  private async claimPayout({ id, address, amount }: Withdrawal, txHash: string): Promise<Payout> {
    const values = [txHash, address, String(unitsOf(amount))];
    const paysSql = 'p.tx_hash = $1 AND p.recipient = $2 AND p.units = $3';
    // A statement of its own locks the rows, so that the next statement sees a booking that a concurrent transaction has committed.
    const lockSql = `SELECT p.id FROM rewards_payout p WHERE ${paysSql} ORDER BY p.id${this.database.dialect.forUpdate('p')}`;
    await this.database.rows({ id: int }, lockSql, values);
    const sql = `UPDATE rewards_payout SET withdrawal_id = $4
      WHERE id = (SELECT min(p.id) FROM rewards_payout p WHERE ${paysSql} AND ${isUnexplainedSql('p')})
      RETURNING ${payoutColumns.columns()}`;
    const claimed = await this.database.row(payoutShape, sql, [...values, id]);
    if (!claimed) throw new PaymentNotFound();
    return claimed;
  }

  private async confirm(withdrawal: Withdrawal, payout: Payout, { txHash, nonce }: PaymentReference): Promise<void> {
    const isWithoutNonce = withdrawal.state === 'reserved';
    const nonceSql = isWithoutNonce ? ', hot_wallet_id = $7, nonce = $8' : '';
    const nonceValues = isWithoutNonce ? [await this.lockWalletOfNonce(nonce), nonce] : [];
    const sql = `UPDATE rewards_withdrawal SET state = 'confirmed', tx_hash = $2, block_number = $3, block_hash = $4,
      consumed_by = '', reason = '', cancelling = $6, changed_at = $5${nonceSql} WHERE id = $1`;
    const { blockNumber, blockHash } = payout;
    const values = [withdrawal.id, txHash, blockNumber, blockHash, this.clock.now(), false, ...nonceValues];
    await this.database.run(sql, values);
  }

  /**
   * Locks the halted wallet that has used this nonce at a final block without assigning it. While the wallet is halted, no other withdrawal
   * can get the nonce. @throws NonceNotFree
   */
  private async lockWalletOfNonce(nonce = -1): Promise<number> {
    const sql = `SELECT wallet.id, EXISTS (
        SELECT 1 FROM rewards_withdrawal WHERE hot_wallet_id = wallet.id AND nonce = $1) AS "isTaken"
      FROM rewards_hot_wallet wallet JOIN rewards_chain_cursor cursor ON cursor.treasury = wallet.address
      WHERE wallet.halted_at IS NOT NULL AND wallet.next_nonce <= $1 AND $1 < wallet.final_nonce
      ${this.database.dialect.forUpdate('wallet')}`;
    const wallet = await this.database.row({ id: int, isTaken: bool }, sql, [nonce]);
    if (!wallet || wallet.isTaken) throw new NonceNotFree(NonceNotFree.example.detail);
    return wallet.id;
  }

  /** Stores the hash without the signed bytes. If the school has signed the transaction itself, the stored attempt does not change. */
  private async saveAttempt(id: number, txHash: string): Promise<void> {
    const sql = `INSERT INTO rewards_withdrawal_attempt (withdrawal_id, kind, tx_hash, raw, max_fee, priority_fee, signed_at)
      VALUES ($1, 'found', $2, '', '0', '0', $3) ON CONFLICT (tx_hash) DO NOTHING`;
    await this.database.run(sql, [id, txHash, this.clock.now()]);
    const ownerSql = 'SELECT withdrawal_id AS "withdrawalId" FROM rewards_withdrawal_attempt WHERE tx_hash = $1';
    const attempt = await this.database.row({ withdrawalId: int }, ownerSql, [txHash]);
    if (attempt?.withdrawalId !== id) throw new PaymentNotFound('The transaction was signed for another withdrawal.');
  }
}
