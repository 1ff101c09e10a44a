import type { LedgerCheck } from '../../rewards';
import { aWithdrawal, checksOf, noPerson } from './chain-check';

/** Used nonces and their owners: withdrawals, or other programs (acknowledged by an administrator). */
const ownersSql = `SELECT hot_wallet_id, nonce, 1 AS ours FROM rewards_withdrawal WHERE nonce IS NOT NULL
  UNION ALL SELECT hot_wallet_id, nonce, 0 AS ours FROM rewards_foreign_nonce`;

/** Every assigned nonce has exactly one owner, and no other nonce has an owner. */
export const nonceChecks: readonly LedgerCheck[] = checksOf('I11', [
  `SELECT ${noPerson}, 'hot wallet ' || h.address || ' has assigned ' || (h.next_nonce - h.first_nonce) || ' nonces, but '
      || count(o.nonce) || ' have an owner' AS detail
    FROM rewards_hot_wallet h LEFT JOIN (SELECT DISTINCT hot_wallet_id, nonce FROM (${ownersSql}) AS every) o
      ON o.hot_wallet_id = h.id AND o.nonce >= h.first_nonce AND o.nonce < h.next_nonce
    GROUP BY h.id, h.address, h.first_nonce, h.next_nonce HAVING count(o.nonce) <> h.next_nonce - h.first_nonce`,
  `SELECT ${noPerson}, 'nonce ' || o.nonce || ' of hot wallet ' || o.hot_wallet_id || ' has ' || count(*) || ' owners' AS detail
    FROM (${ownersSql}) AS o GROUP BY o.hot_wallet_id, o.nonce HAVING count(*) > 1`,
  // A halted wallet may be behind the chain: a withdrawal that was settled by hand has a nonce that is assigned when it is resumed.
  `SELECT ${noPerson}, 'nonce ' || o.nonce || ' has an owner but was never assigned by hot wallet ' || o.hot_wallet_id AS detail
    FROM (${ownersSql}) AS o LEFT JOIN rewards_hot_wallet h ON h.id = o.hot_wallet_id
    WHERE h.id IS NULL OR o.nonce < h.first_nonce
      OR (o.nonce >= h.next_nonce AND NOT (o.ours = 1 AND h.halted_at IS NOT NULL AND o.nonce < h.final_nonce))`,
  `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' cannot be ' || w.state || ' with nonce ' || COALESCE(w.nonce, -1)
      || ' (-1: none) and this hot wallet' AS detail
    FROM rewards_withdrawal w WHERE (w.nonce IS NULL) <> (w.hot_wallet_id IS NULL)
      OR (w.state = 'reserved' AND w.nonce IS NOT NULL)
      OR (w.state NOT IN ('reserved', 'refunded') AND w.nonce IS NULL)`,
  `SELECT ${noPerson}, 'hot wallet ' || h.address || ' has more final than used nonces, or its first nonce is above its next' AS detail
    FROM rewards_hot_wallet h WHERE h.final_nonce > h.head_nonce OR h.first_nonce > h.next_nonce`,
  `SELECT ${noPerson}, 'the chain has used nonces of ' || h.address || ' above the last assigned nonce ' || (h.next_nonce - 1)
      || ', but the wallet is not halted' AS detail
    FROM rewards_hot_wallet h WHERE h.head_nonce > h.next_nonce AND h.halted_at IS NULL`,
]);
