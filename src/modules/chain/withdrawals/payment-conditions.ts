/** Conditions on rows of `rewards_payout` and `rewards_withdrawal`, by the aliases they have in a statement. */

/** Paid is who was to be paid, with what was to be paid; the hash alone says only what took the nonce. */
export const pays = (payout: string, withdrawal: string): string =>
  `${payout}.recipient = ${withdrawal}.address AND ${payout}.units = CAST(${withdrawal}.amount AS varchar) || '000000000000000000'`;

/** What was paid before it was asked for is the payment of another. */
export const mayPaySql = (payout: string, withdrawal: string): string =>
  `${pays(payout, withdrawal)} AND ${payout}.final_at >= ${withdrawal}.requested_at`;

/** It will get its coins, or has them back; what has a nonce that is to be spent on nothing is held by that nonce. */
export const mayBePaidTwiceSql = (withdrawal: string): string =>
  `(${withdrawal}.state IN ('reserved', 'refunded')
    OR (${withdrawal}.state IN ('signing', 'signed', 'broadcast') AND NOT ${withdrawal}.cancelling))`;

/** Of no withdrawal, and not booked as lost: coins that left the treasury for no reason known to the books. */
export const isUnexplainedSql = (payout: string): string =>
  `${payout}.withdrawal_id IS NULL AND NOT EXISTS (SELECT 1 FROM rewards_payout_booking b WHERE b.payout_id = ${payout}.id)`;

/** An administrator has decided so about the withdrawal; `actor`, a parameter, where it was this one. */
export const hasDecisionSql = (action: 'cancel' | 'pay', withdrawal: string, actor?: string): string =>
  `EXISTS (SELECT 1 FROM rewards_chain_decision d WHERE d.withdrawal_id = ${withdrawal}.id AND d.action = '${action}'${
    actor ? ` AND d.actor_id = ${actor}` : ''
  })`;

/** Its account is closed, and nobody has decided to pay it all the same. Both are read in one statement. */
export const isWithheldSql = (withdrawal: string): string =>
  `NOT (SELECT u.is_active FROM users_user u WHERE u.id = ${withdrawal}.user_id) AND NOT ${hasDecisionSql('pay', withdrawal)}`;
