/** SQL conditions on rows of `rewards_payout` and `rewards_withdrawal`. The parameters are the aliases of these tables in the statement. */

import { decimals } from '../settings/token';

const unitZeros = '0'.repeat(decimals);

/**
 * The payout has the recipient and the amount of the withdrawal. An equal transaction hash is not enough, because it only shows which
 * transaction used the nonce.
 */
export const paysSql = (payout: string, withdrawal: string): string =>
  `${payout}.recipient = ${withdrawal}.address AND ${payout}.units = CAST(${withdrawal}.amount AS varchar) || '${unitZeros}'`;

/** The payout may have paid the withdrawal. A payout that was final before the withdrawal was requested belongs to another withdrawal. */
export const mayPaySql = (payout: string, withdrawal: string): string =>
  `${paysSql(payout, withdrawal)} AND ${payout}.final_at >= ${withdrawal}.requested_at`;

/**
 * The withdrawal will be paid or was refunded, so that an unknown earlier payment would be a second one. A cancelled withdrawal that has a
 * nonce is safe, because the nonce will be spent without a payment.
 */
export const mayBePaidTwiceSql = (withdrawal: string): string =>
  `(${withdrawal}.state IN ('reserved', 'refunded')
    OR (${withdrawal}.state IN ('signing', 'signed', 'broadcast') AND NOT ${withdrawal}.cancelling))`;

/** The payout belongs to no withdrawal and is not booked as lost. */
export const isUnexplainedSql = (payout: string): string =>
  `${payout}.withdrawal_id IS NULL AND NOT EXISTS (SELECT 1 FROM rewards_payout_booking booking WHERE booking.payout_id = ${payout}.id)`;

/** An administrator has made this decision about the withdrawal. With `actor`, an SQL parameter such as `$2`, only this administrator counts. */
export function hasDecisionSql(action: 'cancel' | 'pay', withdrawal: string, actor?: string): string {
  const andActorSql = actor ? ` AND decision.actor_id = ${actor}` : '';
  return `EXISTS (SELECT 1 FROM rewards_chain_decision decision
    WHERE decision.withdrawal_id = ${withdrawal}.id AND decision.action = '${action}'${andActorSql})`;
}

/** The account is closed, and no administrator has decided to pay the withdrawal anyway. */
export const isWithheldSql = (withdrawal: string): string =>
  `NOT (SELECT owner.is_active FROM users_user owner WHERE owner.id = ${withdrawal}.user_id) AND NOT ${hasDecisionSql('pay', withdrawal)}`;
