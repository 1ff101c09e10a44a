import { Injectable } from '@nestjs/common';
import { int, textOf, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Ledger, requireOthers } from '../../rewards';
import { hasDecisionSql, isWithheldSql, pays } from '../withdrawals/payment-conditions';
import { WithdrawalRefunds } from '../withdrawals/withdrawal-refunds';
import type { WithdrawalState } from '../withdrawals/withdrawal.entity';
import { WithdrawalNotFound, WithdrawalUnderWay } from '../withdrawals/withdrawals.errors';
import {
  NonceNotConsumed,
  NothingToRetry,
  PaymentNotWithheld,
  PaymentOnChain,
  WithdrawalNotHalted,
} from './administration.errors';
import { Decisions, type Decision } from '../decisions/decisions';

const shape = { id: int, userId: int, amount: int, state: textOf<WithdrawalState>(), consumedBy: text };
type Decided = Row<typeof shape>;

/**
 * A payment of the withdrawal, under any hash we know of: what a refund must never meet (I12). Coins that its nonce has brought
 * elsewhere are a loss, and no payment.
 */
const isPaid = `EXISTS (SELECT 1 FROM rewards_payout p WHERE p.withdrawal_id = rewards_withdrawal.id
  OR (${pays('p', 'rewards_withdrawal')} AND (p.tx_hash = rewards_withdrawal.consumed_by OR p.tx_hash IN (
    SELECT a.tx_hash FROM rewards_withdrawal_attempt a WHERE a.withdrawal_id = rewards_withdrawal.id))))`;

/**
 * What an administrator decides about a withdrawal that does not go on by itself. The condition of each statement decides,
 * not what was read before: the poller works meanwhile. Nobody decides about their own. Locks: the person, then the withdrawal.
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

  /**
   * Back to the sender. Harmless whatever was sent: the nonce pays once at most. Only a nonce that is spent for good
   * cannot be helped by sending.
   * @throws WithdrawalNotFound, Forbidden, NothingToRetry
   */
  async retry(id: number, by: Omit<Decision, 'action'>): Promise<void> {
    return this.database.transaction(async () => {
      const { state, consumedBy } = await this.hold(id, by);
      const done = state === 'halted' ? await this.reopen(id) : await this.sendAgain(id);
      if (!done) throw new NothingToRetry(whyNotAgain(state, consumedBy));
      await this.decisions.keep({ withdrawalId: id }, { ...by, action: 'retry' });
    });
  }

  /**
   * Only the chain can say that the coins were not paid: before it has a nonce they come back after a look that finds no nonce
   * used that we have not given out; after that the sender spends the nonce on nothing, and they come back when that is final,
   * or the payment was faster.
   * @throws WithdrawalNotFound, Forbidden, WithdrawalUnderWay
   */
  async cancel(id: number, by: Omit<Decision, 'action'>): Promise<void> {
    return this.database.transaction(async () => {
      await this.hold(id, by);
      if (!(await this.unwant(id))) throw new WithdrawalUnderWay();
      await this.decisions.keep({ withdrawalId: id }, { ...by, action: 'cancel' });
    });
  }

  /**
   * It waits because its account was closed, and is to be paid all the same.
   * @throws WithdrawalNotFound, Forbidden, PaymentNotWithheld
   */
  async pay(id: number, by: Omit<Decision, 'action'>): Promise<void> {
    return this.database.transaction(async () => {
      await this.hold(id, by);
      const isWaiting = `state = 'reserved' AND NOT cancelling AND ${isWithheldSql('rewards_withdrawal')}`;
      if (!(await this.touch(id, isWaiting))) throw new PaymentNotWithheld();
      await this.decisions.keep({ withdrawalId: id }, { ...by, action: 'pay' });
    });
  }

  /**
   * Its nonce was consumed at a final block, and none of the final transfers is its payment.
   * @throws WithdrawalNotFound, Forbidden, WithdrawalNotHalted, NonceNotConsumed, PaymentOnChain, BalanceTooLarge
   */
  async refund(id: number, by: Omit<Decision, 'action'>): Promise<void> {
    return this.database.transaction(async () => {
      const withdrawal = await this.hold(id, by);
      if (!(await this.touch(id, `state = 'halted' AND consumed_by <> '' AND NOT ${isPaid}`)))
        throw whyNoRefund(withdrawal);
      await this.refundTo(withdrawal, by, 'Refunded by an administrator');
      await this.decisions.keep({ withdrawalId: id }, { ...by, action: 'refund' });
    });
  }

  /** With the person held, twins take turns: the second finds what the first has decided. */
  private async hold(id: number, { actorId }: Omit<Decision, 'action'>): Promise<Decided> {
    const sql = `SELECT id, user_id AS "userId", amount, state, consumed_by AS "consumedBy" FROM rewards_withdrawal WHERE id = $1`;
    const found = await this.database.row(shape, sql, [id]);
    if (!found) throw new WithdrawalNotFound();
    requireOthers(actorId, [found.userId]);
    await this.ledger.lock([found.userId]);
    return (await this.database.row(shape, sql, [id])) as Decided;
  }

  private async touch(id: number, condition: string): Promise<boolean> {
    const sql = `UPDATE rewards_withdrawal SET changed_at = $2 WHERE id = $1 AND ${condition}`;
    return (await this.database.run(sql, [id, this.clock.now()])) === 1;
  }

  private async refundTo(withdrawal: Decided, { actorId }: Omit<Decision, 'action'>, reason: string): Promise<void> {
    const description = `Withdrawal ${withdrawal.id}: ${reason.toLowerCase()}`;
    await this.refunds.refund(withdrawal, { reason, description, actorId, tell: true });
  }

  /** Not again to one that is being cancelled, but for what its owner alone has cancelled so far. */
  private async unwant(id: number): Promise<boolean> {
    const isNew = `NOT cancelling OR (state = 'reserved' AND NOT ${hasDecisionSql('cancel', 'rewards_withdrawal')})`;
    const sql = `UPDATE rewards_withdrawal SET cancelling = $3, changed_at = $2
      WHERE id = $1 AND state IN ('reserved', 'signing', 'signed', 'broadcast') AND (${isNew})`;
    return (await this.database.run(sql, [id, this.clock.now(), true])) === 1;
  }

  /** Where the sender finds it: as far as it had come. If the chain still shows what halted it, it is halted again. */
  private async reopen(id: number): Promise<boolean> {
    const attempts = 'SELECT 1 FROM rewards_withdrawal_attempt a WHERE a.withdrawal_id = rewards_withdrawal.id';
    const sql = `UPDATE rewards_withdrawal SET reason = '', block_number = NULL, block_hash = '', changed_at = $2,
        state = CASE WHEN EXISTS (${attempts} AND a.sent_at IS NOT NULL) THEN 'broadcast'
          WHEN EXISTS (${attempts}) THEN 'signed' ELSE 'signing' END
      WHERE id = $1 AND state = 'halted' AND consumed_by = ''`;
    return (await this.database.run(sql, [id, this.clock.now()])) === 1;
  }

  /**
   * What all nodes refused is offered again at the next tick instead of when it counts as silent. Only of the newest attempt,
   * the one that is sent, is it forgotten that it was handed out: nothing is decided by that mark, and a state never goes
   * back for it. Without a refusal it is on its way, and the sender repeats it by itself.
   */
  private async sendAgain(id: number): Promise<boolean> {
    const sql = `UPDATE rewards_withdrawal_attempt SET sent_at = NULL, refusal = ''
      WHERE id = (SELECT max(id) FROM rewards_withdrawal_attempt WHERE withdrawal_id = $1) AND refusal <> ''
        AND EXISTS (SELECT 1 FROM rewards_withdrawal w WHERE w.id = $1 AND w.state IN ('signed', 'broadcast'))`;
    return (await this.database.run(sql, [id])) === 1;
  }
}

function whyNotAgain(state: WithdrawalState, consumedBy: string): string {
  if (consumedBy !== '') return 'Its nonce is spent for good: refund or settle it.';
  return state === 'signed' || state === 'broadcast' ? 'No node has refused it.' : `It is ${state}.`;
}

function whyNoRefund({ state, consumedBy }: Decided): WithdrawalNotHalted | NonceNotConsumed | PaymentOnChain {
  if (state !== 'halted') return new WithdrawalNotHalted(`It is ${state}.`);
  if (consumedBy === '') return new NonceNotConsumed('Retry it: the poller finds out what took the nonce.');
  return new PaymentOnChain('Settle it, where it is the payment that was ordered.');
}
