import type { LedgerCheck } from '../../rewards';

const aWithdrawal = `w.user_id AS "userId", w.ledger_id AS "transactionId"`;
const nothing = `CAST(NULL AS bigint) AS "userId", CAST(NULL AS bigint) AS "transactionId"`;

/** Who owns a nonce: a withdrawal, or somebody else, as an administrator has acknowledged. */
const owners = `SELECT hot_wallet_id, nonce, 1 AS ours FROM rewards_withdrawal WHERE nonce IS NOT NULL
  UNION ALL SELECT hot_wallet_id, nonce, 0 AS ours FROM rewards_foreign_nonce`;

/** Every nonce that was given out has one owner, and no other has any. */
export const nonceChecks: readonly LedgerCheck[] = [
  {
    invariant: 'I11',
    sql: `SELECT ${nothing}, 'of ' || (h.next_nonce - h.first_nonce) || ' nonces of ' || h.address || ', ' || count(o.nonce)
        || ' have an owner' AS detail
      FROM rewards_hot_wallet h LEFT JOIN (SELECT DISTINCT hot_wallet_id, nonce FROM (${owners}) AS every) o
        ON o.hot_wallet_id = h.id AND o.nonce >= h.first_nonce AND o.nonce < h.next_nonce
      GROUP BY h.id, h.address, h.first_nonce, h.next_nonce HAVING count(o.nonce) <> h.next_nonce - h.first_nonce`,
  },
  {
    invariant: 'I11',
    sql: `SELECT ${nothing}, 'nonce ' || o.nonce || ' of hot wallet ' || o.hot_wallet_id || ' has ' || count(*) || ' owners' AS detail
      FROM (${owners}) AS o GROUP BY o.hot_wallet_id, o.nonce HAVING count(*) > 1`,
  },
  {
    // A halted wallet may be behind the chain: what was settled of it by hand lies there until it goes on.
    invariant: 'I11',
    sql: `SELECT ${nothing}, 'nonce ' || o.nonce || ' was never given out by hot wallet ' || o.hot_wallet_id AS detail
      FROM (${owners}) AS o LEFT JOIN rewards_hot_wallet h ON h.id = o.hot_wallet_id
      WHERE h.id IS NULL OR o.nonce < h.first_nonce
        OR (o.nonce >= h.next_nonce AND NOT (o.ours = 1 AND h.halted_at IS NOT NULL AND o.nonce < h.final_nonce))`,
  },
  {
    invariant: 'I11',
    sql: `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' is ' || w.state || ' with nonce ' || COALESCE(w.nonce, -1) AS detail
      FROM rewards_withdrawal w WHERE (w.nonce IS NULL) <> (w.hot_wallet_id IS NULL)
        OR (w.state = 'reserved' AND w.nonce IS NOT NULL)
        OR (w.state NOT IN ('reserved', 'refunded') AND w.nonce IS NULL)`,
  },
  {
    invariant: 'I11',
    sql: `SELECT ${nothing}, 'hot wallet ' || h.address || ' has the chain behind its final block, or begins after its end' AS detail
      FROM rewards_hot_wallet h WHERE h.final_nonce > h.head_nonce OR h.first_nonce > h.next_nonce`,
  },
  {
    invariant: 'I11',
    sql: `SELECT ${nothing}, 'the chain has consumed nonces of ' || h.address || ' beyond ' || (h.next_nonce - 1)
        || ', and nothing is halted' AS detail
      FROM rewards_hot_wallet h WHERE h.head_nonce > h.next_nonce AND h.halted_at IS NULL`,
  },
];
