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

/**
 * A final transfer pays the withdrawal, under any known hash. Then it must not be refunded (I12). A transfer to another address or of another
 * amount is no payment: its coins are a loss.
 */
const isPaidSql = `EXISTS (SELECT 1 FROM rewards_payout p WHERE p.withdrawal_id = rewards_withdrawal.id
  OR (${paysSql('p', 'rewards_withdrawal')} AND (p.tx_hash = rewards_withdrawal.consumed_by OR p.tx_hash IN (
    SELECT a.tx_hash FROM rewards_withdrawal_attempt a WHERE a.withdrawal_id = rewards_withdrawal.id))))`;

/**
 * The decisions of administrators about withdrawals that need one. The condition of each UPDATE decides, not the row read before, because
 * the poller runs concurrently. Nobody can decide about their own withdrawal. Locks: the person, then the withdrawal.
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

  /** The lock of the person serialises concurrent decisions. The second read returns what the first of them has changed. */
  private async lock(id: number, { actorId }: DecisionMaker): Promise<Withdrawal> {
    const sql = `SELECT ${withdrawalColumns.columns()} FROM rewards_withdrawal WHERE id = $1`;
    const found = await this.database.row(shape, sql, [id]);
    if (!found) throw new WithdrawalNotFound();
    requireNotAmong(actorId, [found.userId]);
    await this.ledger.lock([found.userId]);
    return (await this.database.row(shape, sql, [id]))!;
  }

  /**
   * Gives the withdrawal back to the sender. This is safe even if it was sent before, because its nonce can pay at most once. It is refused
   * if the nonce is used at a final block, because sending cannot help then. @throws NothingToRetry
   */
  private async retry({ id, state, consumedBy }: Withdrawal): Promise<void> {
    const isChanged = state === 'halted' ? await this.reopen(id) : await this.resendRefused(id);
    if (!isChanged) throw new NothingToRetry(whyNoRetry(state, consumedBy));
  }

  /**
   * Marks the withdrawal as cancelling, because only the chain can show that it was not paid. Without a nonce it is refunded after a poll that
   * finds no unknown nonces used. With a nonce the sender spends the nonce without a payment, and the refund follows when that is final.
   * A withdrawal that is already cancelling is refused, unless only its owner has cancelled it. @throws WithdrawalUnderWay
   */
  private async cancel({ id }: Withdrawal): Promise<void> {
    const isNew = `NOT cancelling OR (state = 'reserved' AND NOT ${hasDecisionSql('cancel', 'rewards_withdrawal')})`;
    const sql = `UPDATE rewards_withdrawal SET cancelling = $3, changed_at = $2
      WHERE id = $1 AND state IN ('reserved', 'signing', 'signed', 'broadcast') AND (${isNew})`;
    if ((await this.database.run(sql, [id, this.clock.now(), true])) === 0) throw new WithdrawalUnderWay();
  }

  /** Pays a withdrawal although its account is closed. @throws PaymentNotWithheld */
  private async pay({ id }: Withdrawal): Promise<void> {
    const isWaiting = `state = 'reserved' AND NOT cancelling AND ${isWithheldSql('rewards_withdrawal')}`;
    if (!(await this.touchIf(id, isWaiting))) throw new PaymentNotWithheld();
  }

  /** Refunds if the nonce was used at a final block and no final transfer pays the withdrawal. @throws WithdrawalNotHalted, NonceNotConsumed, PaymentOnChain, BalanceTooLarge */
  private async refund(withdrawal: Withdrawal, { actorId }: DecisionMaker): Promise<void> {
    const { id } = withdrawal;
    const canRefund = `state = 'halted' AND consumed_by <> '' AND NOT ${isPaidSql}`;
    if (!(await this.touchIf(id, canRefund))) throw whyNoRefund(withdrawal);
    const description = `Withdrawal ${id}: refunded by an administrator`;
    const reason = 'Refunded by an administrator';
    await this.refunds.refund(withdrawal, { reason, description, actorId, isNotified: true });
  }

  /** @returns whether the withdrawal fulfils the condition */
  private async touchIf(id: number, condition: string): Promise<boolean> {
    const sql = `UPDATE rewards_withdrawal SET changed_at = $2 WHERE id = $1 AND ${condition}`;
    return (await this.database.run(sql, [id, this.clock.now()])) === 1;
  }

  /** Restores the state before the halt, where the sender finds it. If the chain still shows the reason of the halt, it is halted again. */
  private async reopen(id: number): Promise<boolean> {
    const attempts = 'SELECT 1 FROM rewards_withdrawal_attempt a WHERE a.withdrawal_id = rewards_withdrawal.id';
    const sql = `UPDATE rewards_withdrawal SET reason = '', block_number = NULL, block_hash = '', changed_at = $2,
        state = CASE WHEN EXISTS (${attempts} AND a.sent_at IS NOT NULL) THEN 'broadcast'
          WHEN EXISTS (${attempts}) THEN 'signed' ELSE 'signing' END
      WHERE id = $1 AND state = 'halted' AND consumed_by = ''`;
    return (await this.database.run(sql, [id, this.clock.now()])) === 1;
  }

  /**
   * A transaction that all nodes refused is sent again at the next poll. For this its `sent_at` is cleared; nothing else depends on that
   * column. Only the newest attempt is sent. If it was not refused, the sender repeats it anyway.
   */
  private async resendRefused(id: number): Promise<boolean> {
    const sql = `UPDATE rewards_withdrawal_attempt SET sent_at = NULL, refusal = ''
      WHERE id = (SELECT max(id) FROM rewards_withdrawal_attempt WHERE withdrawal_id = $1) AND refusal <> ''
        AND EXISTS (SELECT 1 FROM rewards_withdrawal w WHERE w.id = $1 AND w.state IN ('signed', 'broadcast'))`;
    return (await this.database.run(sql, [id])) === 1;
  }
}

function whyNoRetry(state: WithdrawalState, consumedBy: string): string {
  if (consumedBy !== '') return 'Its nonce is used at a final block. Refund or settle the withdrawal.';
  const isUnderWay = state === 'signed' || state === 'broadcast';
  return isUnderWay
    ? 'Its transaction was not refused by all nodes. It is sent again by itself.'
    : `The withdrawal is ${state}.`;
}

function whyNoRefund({ state, consumedBy }: Withdrawal): WithdrawalNotHalted | NonceNotConsumed | PaymentOnChain {
  if (state !== 'halted') return new WithdrawalNotHalted(`The withdrawal is ${state}.`);
  if (consumedBy === '')
    return new NonceNotConsumed('Retry the withdrawal. The next poll finds the transaction that used the nonce.');
  return new PaymentOnChain('Settle the withdrawal with this payment.');
}
