import { isWithheldSql } from './payment-conditions';

/**
 * What a withdrawal waits for. `turn`: earlier withdrawals; `chain`: blocks; `treasury`: coins in the treasury; `limit`: the next day;
 * `review`: an administrator's decision about it; `halt`: an administrator's decision about the hot wallet.
 */
export const waitReasons = ['turn', 'chain', 'treasury', 'limit', 'review', 'halt'] as const;
export type WaitReason = (typeof waitReasons)[number];

const isHaltedSql = 'EXISTS (SELECT 1 FROM rewards_hot_wallet h WHERE h.halted_at IS NOT NULL)';
const budgetSql = `(SELECT max(c.waits_for) FROM rewards_chain_cursor c WHERE c.waits_from <= w.id)`;

/** The reason of a withdrawal with the alias `w`. NULL if it has ended. */
export const waitReasonSql = `CASE WHEN w.state IN ('confirmed', 'refunded') THEN NULL
  WHEN w.state = 'halted' THEN 'review'
  WHEN w.state IN ('signed', 'broadcast', 'mined') THEN 'chain'
  WHEN ${isHaltedSql} THEN 'halt'
  WHEN w.state = 'signing' OR w.cancelling THEN 'chain'
  WHEN ${isWithheldSql('w')} THEN 'review'
  ELSE COALESCE(${budgetSql}, 'turn') END`;
