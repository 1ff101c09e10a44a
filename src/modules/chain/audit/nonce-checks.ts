import type { LedgerCheck } from '../../rewards';
import { checksOf, noPersonColumnsSql, withdrawalColumnsSql } from './chain-check';

/** The owners of nonces: withdrawals (`is_withdrawal` is 1), and used nonces that an administrator acknowledged as foreign (0). */
const ownersSql = `SELECT hot_wallet_id, nonce, 1 AS is_withdrawal FROM rewards_withdrawal WHERE nonce IS NOT NULL
  UNION ALL SELECT hot_wallet_id, nonce, 0 AS is_withdrawal FROM rewards_foreign_nonce`;

/** Every assigned nonce has exactly one owner, and no other nonce has an owner. */
export const nonceChecks: readonly LedgerCheck[] = checksOf('I11', [
  `SELECT ${noPersonColumnsSql}, 'hot wallet ' || wallet.address || ' has assigned '
      || (wallet.next_nonce - wallet.first_nonce) || ' nonces, but ' || count(owned.nonce) || ' have an owner' AS detail
    FROM rewards_hot_wallet wallet
    LEFT JOIN (SELECT DISTINCT hot_wallet_id, nonce FROM (${ownersSql}) AS owner) owned
      ON owned.hot_wallet_id = wallet.id AND owned.nonce >= wallet.first_nonce AND owned.nonce < wallet.next_nonce
    GROUP BY wallet.id, wallet.address, wallet.first_nonce, wallet.next_nonce
    HAVING count(owned.nonce) <> wallet.next_nonce - wallet.first_nonce`,
  `SELECT ${noPersonColumnsSql}, 'nonce ' || owner.nonce || ' of hot wallet ' || owner.hot_wallet_id
      || ' has ' || count(*) || ' owners' AS detail
    FROM (${ownersSql}) AS owner GROUP BY owner.hot_wallet_id, owner.nonce HAVING count(*) > 1`,
  // An exception: while a wallet is halted, an administrator can settle a withdrawal with a final nonce that the wallet has not assigned yet.
  `SELECT ${noPersonColumnsSql}, 'nonce ' || owner.nonce || ' has an owner but was never assigned by hot wallet '
      || owner.hot_wallet_id AS detail
    FROM (${ownersSql}) AS owner LEFT JOIN rewards_hot_wallet wallet ON wallet.id = owner.hot_wallet_id
    WHERE wallet.id IS NULL OR owner.nonce < wallet.first_nonce
      OR (owner.nonce >= wallet.next_nonce
        AND NOT (owner.is_withdrawal = 1 AND wallet.halted_at IS NOT NULL AND owner.nonce < wallet.final_nonce))`,
  `SELECT ${withdrawalColumnsSql}, 'withdrawal ' || withdrawal.id || ' cannot be ' || withdrawal.state
      || ' with nonce ' || COALESCE(withdrawal.nonce, -1) || ' (-1: none) and this hot wallet' AS detail
    FROM rewards_withdrawal withdrawal
    WHERE (withdrawal.nonce IS NULL) <> (withdrawal.hot_wallet_id IS NULL)
      OR (withdrawal.state = 'reserved' AND withdrawal.nonce IS NOT NULL)
      OR (withdrawal.state NOT IN ('reserved', 'refunded') AND withdrawal.nonce IS NULL)`,
  `SELECT ${noPersonColumnsSql}, 'hot wallet ' || wallet.address
      || ' has more final than used nonces, or its first nonce is above its next' AS detail
    FROM rewards_hot_wallet wallet
    WHERE wallet.final_nonce > wallet.head_nonce OR wallet.first_nonce > wallet.next_nonce`,
  `SELECT ${noPersonColumnsSql}, 'the chain has used nonces of ' || wallet.address || ' above the last assigned nonce '
      || (wallet.next_nonce - 1) || ', but the wallet is not halted' AS detail
    FROM rewards_hot_wallet wallet WHERE wallet.head_nonce > wallet.next_nonce AND wallet.halted_at IS NULL`,
]);
