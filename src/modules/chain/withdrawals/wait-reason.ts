import { isWithheldSql } from './payment-conditions';

/**
 * What has to happen before a withdrawal goes on. `turn`: those before it; `chain`: blocks; `treasury`: coins in it; `limit`:
 * the next day; `review`: an administrator's decision about it; `halt`: one about all payments.
 */
export const waits = ['turn', 'chain', 'treasury', 'limit', 'review', 'halt'] as const;
export type Waiting = (typeof waits)[number];

const isHalted = 'EXISTS (SELECT 1 FROM rewards_hot_wallet h WHERE h.halted_at IS NOT NULL)';
const budget = `(SELECT max(c.waits_for) FROM rewards_chain_cursor c WHERE c.waits_from <= w.id)`;

/** Of a withdrawal `w`, as it is when somebody asks; null where it has ended. */
export const waitingFor = `CASE WHEN w.state IN ('confirmed', 'refunded') THEN NULL
  WHEN w.state = 'halted' THEN 'review'
  WHEN w.state IN ('signed', 'broadcast', 'mined') THEN 'chain'
  WHEN ${isHalted} THEN 'halt'
  WHEN w.state = 'signing' OR w.cancelling THEN 'chain'
  WHEN ${isWithheldSql('w')} THEN 'review'
  ELSE COALESCE(${budget}, 'turn') END`;
