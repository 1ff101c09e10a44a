import { isWithheldSql } from './payment-conditions';

/**
 * The reasons why a withdrawal waits. `turn`: earlier withdrawals come first; `chain`: blocks of the chain are missing; `treasury`: the treasury
 * has too few coins; `limit`: the limit of 24 hours is reached; `review`: an administrator must decide about the withdrawal; `halt`: an
 * administrator must resume the hot wallet.
 */
export const waitReasons = ['turn', 'chain', 'treasury', 'limit', 'review', 'halt'] as const;
export type WaitReason = (typeof waitReasons)[number];

const isHaltedSql = 'EXISTS (SELECT 1 FROM rewards_hot_wallet WHERE halted_at IS NOT NULL)';
/** `treasury` or `limit`, if the last poll found that the withdrawal or an earlier one exceeds the budget. Otherwise NULL. */
const blockedBySql = `(SELECT max(waits_for) FROM rewards_chain_cursor WHERE waits_from <= w.id)`;

/** The reason why the withdrawal with the alias `w` waits. NULL if it has ended. */
export const waitReasonSql = `CASE WHEN w.state IN ('confirmed', 'refunded') THEN NULL
  WHEN w.state = 'halted' THEN 'review'
  WHEN w.state IN ('signed', 'broadcast', 'mined') THEN 'chain'
  WHEN ${isHaltedSql} THEN 'halt'
  WHEN w.state = 'signing' OR w.cancelling THEN 'chain'
  WHEN ${isWithheldSql('w')} THEN 'review'
  ELSE COALESCE(${blockedBySql}, 'turn') END`;
