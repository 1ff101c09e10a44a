/** SQL conditions on rows of `rewards_payout` and `rewards_withdrawal`. The parameters are the aliases of the rows in the statement. */

/** The payout has the recipient and the amount of the withdrawal. The transaction hash alone says only which transaction used the nonce. */
export const paysSql = (payout: string, withdrawal: string): string =>
  `${payout}.recipient = ${withdrawal}.address AND ${payout}.units = CAST(${withdrawal}.amount AS varchar) || '000000000000000000'`;

/** A payout that was final before the withdrawal was requested belongs to another withdrawal. */
export const mayPaySql = (payout: string, withdrawal: string): string =>
  `${paysSql(payout, withdrawal)} AND ${payout}.final_at >= ${withdrawal}.requested_at`;

/** The withdrawal will be paid or is refunded. A cancelled one that has a nonce is safe, because the nonce will be spent without a payment. */
export const mayBePaidTwiceSql = (withdrawal: string): string =>
  `(${withdrawal}.state IN ('reserved', 'refunded')
    OR (${withdrawal}.state IN ('signing', 'signed', 'broadcast') AND NOT ${withdrawal}.cancelling))`;

/** The payout belongs to no withdrawal and is not booked as lost. */
export const isUnexplainedSql = (payout: string): string =>
  `${payout}.withdrawal_id IS NULL AND NOT EXISTS (SELECT 1 FROM rewards_payout_booking b WHERE b.payout_id = ${payout}.id)`;

/** An administrator has decided so about the withdrawal. `actor` limits this to one administrator; it is an SQL parameter such as `$2`. */
export function hasDecisionSql(action: 'cancel' | 'pay', withdrawal: string, actor?: string): string {
  const byActor = actor ? ` AND d.actor_id = ${actor}` : '';
  return `EXISTS (SELECT 1 FROM rewards_chain_decision d
    WHERE d.withdrawal_id = ${withdrawal}.id AND d.action = '${action}'${byActor})`;
}

/** The account is closed, and no administrator has decided to pay the withdrawal anyway. */
export const isWithheldSql = (withdrawal: string): string =>
  `NOT (SELECT u.is_active FROM users_user u WHERE u.id = ${withdrawal}.user_id) AND NOT ${hasDecisionSql('pay', withdrawal)}`;
