import { Injectable } from '@nestjs/common';
import type { Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Clock } from '../../../platform/time/clock';
import { Ledger, requireNotAmong } from '../../rewards';
import { Decisions, type DecisionMaker } from '../decisions/decisions';
import { hasDecisionSql, isWithheldSql, paysSql } from '../withdrawals/payment-conditions';
import { WithdrawalRefunds } from '../withdrawals/withdrawal-refunds';
import { Withdrawal as WithdrawalEntity, type WithdrawalState } from '../withdrawals/withdrawal.entity';
import { WithdrawalNotFound, WithdrawalUnderWay } from '../withdrawals/withdrawals.errors';
import {
  NonceNotConsumed,
  NothingToRetry,
  PaymentNotWithheld,
  PaymentOnChain,
  WithdrawalNotHalted,
} from './administration.errors';

const withdrawalColumns = columnsOf(WithdrawalEntity, ['id', 'userId', 'amount', 'state', 'consumedBy']);
const { shape } = withdrawalColumns;
type Withdrawal = Row<typeof shape>;
type DecidableAction = 'retry' | 'cancel' | 'refund' | 'pay';

const attemptHashesSql = `SELECT attempt.tx_hash FROM rewards_withdrawal_attempt attempt
  WHERE attempt.withdrawal_id = rewards_withdrawal.id`;
/**
 * A final transfer has paid the withdrawal, so that it must not be refunded (I12). The hash of the transfer may be that of any attempt or of the
 * transaction that used the nonce. A transfer to another address or of another amount is not a payment, but a loss.
 */
const isPaidSql = `EXISTS (SELECT 1 FROM rewards_payout payout
  WHERE payout.withdrawal_id = rewards_withdrawal.id
    OR (${paysSql('payout', 'rewards_withdrawal')}
      AND (payout.tx_hash = rewards_withdrawal.consumed_by OR payout.tx_hash IN (${attemptHashesSql}))))`;

/**
 * Carries out the decisions of administrators about withdrawals. Each UPDATE checks the state again, because the poller runs concurrently.
 * Nobody can decide about their own withdrawal. Locks: the person, then the withdrawal.
 */
@Injectable()
export class WithdrawalDecisions {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly refunds: WithdrawalRefunds,
    private readonly decisions: Decisions,
    private readonly clock: Clock,
  ) {}

  /** @throws WithdrawalNotFound, Forbidden, and the errors of the action */
  async decide(action: DecidableAction, id: number, by: DecisionMaker): Promise<void> {
    return this.database.transaction(async () => {
      const withdrawal = await this.lock(id, by);
      await this[action](withdrawal, by);
      await this.decisions.record({ withdrawalId: id }, action, by);
    });
  }

  /** The lock of the person serialises concurrent decisions. The row is read again after the lock, because another decision may have changed it. */
  private async lock(id: number, { actorId }: DecisionMaker): Promise<Withdrawal> {
    const sql = `SELECT ${withdrawalColumns.columns()} FROM rewards_withdrawal WHERE id = $1`;
    const unlocked = await this.database.row(shape, sql, [id]);
    if (!unlocked) throw new WithdrawalNotFound();
    requireNotAmong(actorId, [unlocked.userId]);
    this.ledger.lock([unlocked.userId]);
    return (await this.database.row(shape, sql, [id]))!;
  }

  /**
   * Lets the sender process the withdrawal again. A second transaction is safe, because the nonce can pay at most once. The decision is refused
   * if the nonce is used at a final block, because no other transaction can be sent with it then. @throws NothingToRetry
   */
  private async retry({ id, state, consumedBy }: Withdrawal): Promise<void> {
    const isChanged = state === 'halted' ? await this.reopen(id) : await this.resendRefused(id);
    if (!isChanged) throw new NothingToRetry(noRetryDetail(state, consumedBy));
  }

  /**
   * Marks the withdrawal as cancelling, because only the chain can show that it was not paid. A withdrawal without a nonce is refunded after a
   * poll that finds no unknown used nonces. For a withdrawal with a nonce, the sender spends the nonce without a payment, and the refund
   * follows when that transaction is final. The decision is refused if the withdrawal is already
   * cancelling, unless only its owner has cancelled it. @throws WithdrawalUnderWay
   */
  private async cancel({ id }: Withdrawal): Promise<void> {
    const isCancelledByOwnerOnlySql = `state = 'reserved' AND NOT ${hasDecisionSql('cancel', 'rewards_withdrawal')}`;
    const sql = `UPDATE rewards_withdrawal SET cancelling = $3, changed_at = $2
      WHERE id = $1 AND state IN ('reserved', 'signing', 'signed', 'broadcast')
        AND (NOT cancelling OR (${isCancelledByOwnerOnlySql}))`;
    const changedCount = await this.database.run(sql, [id, this.clock.now(), true]);
    if (changedCount === 0) throw new WithdrawalUnderWay();
  }

  /** Pays a withdrawal although its account is closed. @throws PaymentNotWithheld */
  private async pay({ id }: Withdrawal): Promise<void> {
    const isWaitingSql = `state = 'reserved' AND NOT cancelling AND ${isWithheldSql('rewards_withdrawal')}`;
    const isWaiting = await this.touchIf(id, isWaitingSql);
    if (!isWaiting) throw new PaymentNotWithheld();
  }

  /**
   * Refunds the withdrawal if its nonce was used at a final block and no final transfer pays it.
   * @throws WithdrawalNotHalted, NonceNotConsumed, PaymentOnChain, BalanceTooLarge
   */
  private async refund(withdrawal: Withdrawal, { actorId }: DecisionMaker): Promise<void> {
    const { id } = withdrawal;
    const canRefundSql = `state = 'halted' AND consumed_by <> '' AND NOT ${isPaidSql}`;
    const canRefund = await this.touchIf(id, canRefundSql);
    if (!canRefund) throw noRefundError(withdrawal);
    const description = `Withdrawal ${id}: refunded by an administrator`;
    const reason = 'Refunded by an administrator';
    await this.refunds.refund(withdrawal, { reason, description, actorId, isNotified: true });
  }

  /** Updates the time of the last change if the withdrawal fulfils the condition. @returns whether it does */
  private async touchIf(id: number, conditionSql: string): Promise<boolean> {
    const sql = `UPDATE rewards_withdrawal SET changed_at = $2 WHERE id = $1 AND ${conditionSql}`;
    const changedCount = await this.database.run(sql, [id, this.clock.now()]);
    return changedCount === 1;
  }

  /** Restores the state before the halt, so that the sender continues. If the chain still shows the reason of the halt, a poll halts the withdrawal again. */
  private async reopen(id: number): Promise<boolean> {
    const attemptsSql = 'SELECT 1 FROM rewards_withdrawal_attempt a WHERE a.withdrawal_id = rewards_withdrawal.id';
    const sql = `UPDATE rewards_withdrawal SET reason = '', block_number = NULL, block_hash = '', changed_at = $2,
        state = CASE WHEN EXISTS (${attemptsSql} AND a.sent_at IS NOT NULL) THEN 'broadcast'
          WHEN EXISTS (${attemptsSql}) THEN 'signed' ELSE 'signing' END
      WHERE id = $1 AND state = 'halted' AND consumed_by = ''`;
    return (await this.database.run(sql, [id, this.clock.now()])) === 1;
  }

  /**
   * Clears `sent_at` of the newest attempt if all nodes refused it, so that the next poll sends it again. An
   * attempt that was not refused does not change, because the sender repeats it anyway.
   */
  private async resendRefused(id: number): Promise<boolean> {
    const sql = `UPDATE rewards_withdrawal_attempt SET sent_at = NULL, refusal = ''
      WHERE id = (SELECT max(id) FROM rewards_withdrawal_attempt WHERE withdrawal_id = $1) AND refusal <> ''
        AND EXISTS (SELECT 1 FROM rewards_withdrawal WHERE id = $1 AND state IN ('signed', 'broadcast'))`;
    return (await this.database.run(sql, [id])) === 1;
  }
}

function noRetryDetail(state: WithdrawalState, consumedBy: string): string {
  if (consumedBy !== '') return 'Its nonce is used at a final block. Refund or settle the withdrawal.';
  const isUnderWay = state === 'signed' || state === 'broadcast';
  return isUnderWay
    ? 'Its transaction was not refused by all nodes. It is sent again by itself.'
    : `The withdrawal is ${state}.`;
}

/** The error for the first condition of a refund that the withdrawal does not meet. */
function noRefundError({ state, consumedBy }: Withdrawal): WithdrawalNotHalted | NonceNotConsumed | PaymentOnChain {
  if (state !== 'halted') return new WithdrawalNotHalted(`The withdrawal is ${state}.`);
  if (consumedBy === '')
    return new NonceNotConsumed('Retry the withdrawal. The next poll finds the transaction that used the nonce.');
  return new PaymentOnChain('Settle the withdrawal with this payment.');
}
