import { rowColumnsSql, ledgerTable, type LedgerCheck } from '../../rewards';
import { isUnexplainedSql, paysSql } from '../withdrawals/payment-conditions';
import { aWithdrawal, checksOf, noPerson } from './chain-check';

const attemptSql = (txHash: string): string =>
  `SELECT 1 FROM rewards_withdrawal_attempt a WHERE a.withdrawal_id = w.id AND a.tx_hash = ${txHash}`;
/** Ledger rows before the first withdrawal were imported from another system. No withdrawal owns them. */
const isOwn = `t.id >= (SELECT min(ledger_id) FROM rewards_withdrawal)`;

const debits = checksOf('I4', [
  `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' of ' || w.amount || ' has no matching debit in the ledger' AS detail
    FROM rewards_withdrawal w LEFT JOIN ${ledgerTable} t ON t.id = w.ledger_id
    WHERE t.id IS NULL OR t.transaction_type <> 'withdrawal' OR t.amount <> w.amount OR t.user_id <> w.user_id`,
  `SELECT ${rowColumnsSql('t')}, 'a debit of ' || count(w.id) || ' withdrawals instead of 1' AS detail
    FROM ${ledgerTable} t LEFT JOIN rewards_withdrawal w ON w.ledger_id = t.id
    WHERE t.transaction_type = 'withdrawal' AND ${isOwn} GROUP BY t.id, t.user_id HAVING count(w.id) <> 1`,
]);

const payments = checksOf('I9', [
  `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' is ' || w.state || ' and has ' || COALESCE(p.total, 0)
      || ' payments' AS detail
    FROM rewards_withdrawal w LEFT JOIN (
      SELECT withdrawal_id, count(*) AS total FROM rewards_payout GROUP BY withdrawal_id) p ON p.withdrawal_id = w.id
    WHERE COALESCE(p.total, 0) <> CASE WHEN w.state = 'confirmed' THEN 1 ELSE 0 END`,
  `SELECT ${aWithdrawal}, 'payment ' || p.tx_hash || ' of withdrawal ' || w.id
      || ' has another address, amount, hash or block than the withdrawal' AS detail
    FROM rewards_payout p JOIN rewards_withdrawal w ON w.id = p.withdrawal_id
    WHERE p.recipient <> w.address OR p.units <> CAST(w.amount AS varchar) || '000000000000000000'
      OR p.tx_hash <> w.tx_hash OR p.block_number <> w.block_number OR p.block_hash <> w.block_hash
      OR NOT EXISTS (${attemptSql('p.tx_hash')} AND a.kind <> 'cancellation')`,
  // Reported until it is booked as lost, even after an administrator has resumed the wallet.
  `SELECT ${noPerson}, 'payment ' || p.tx_hash || ' to ' || p.recipient || ' belongs to no withdrawal' AS detail
    FROM rewards_payout p WHERE (${isUnexplainedSql('p')}) OR (p.withdrawal_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM rewards_withdrawal w WHERE w.id = p.withdrawal_id))`,
  `SELECT ${aWithdrawal}, 'payment ' || p.tx_hash || ' pays withdrawal ' || w.id || ' and is booked as lost' AS detail
    FROM rewards_payout p JOIN rewards_withdrawal w ON w.id = p.withdrawal_id
    JOIN rewards_payout_booking b ON b.payout_id = p.id`,
  `SELECT ${noPerson}, 'payment ' || p.tx_hash || ' is recorded ' || count(*) || ' times' AS detail
    FROM rewards_payout p GROUP BY p.tx_hash, p.ordinal HAVING count(*) > 1`,
]);

const committed = checksOf('I10', [
  `SELECT ${aWithdrawal}, 'attempt ' || a.tx_hash || ' of withdrawal ' || w.id || ' is ' || a.kind
      || ', but its bytes or its sending time do not fit that' AS detail
    FROM rewards_withdrawal_attempt a JOIN rewards_withdrawal w ON w.id = a.withdrawal_id
    WHERE (a.kind <> 'found' AND a.raw = '') OR (a.kind = 'found' AND (a.raw <> '' OR a.sent_at IS NOT NULL))`,
  `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' names transaction ' || w.tx_hash || ', which is not among its attempts' AS detail
    FROM rewards_withdrawal w WHERE w.tx_hash <> '' AND NOT EXISTS (${attemptSql('w.tx_hash')})`,
  `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' is ' || w.state || ' but has no signed transaction' AS detail
    FROM rewards_withdrawal w WHERE w.state IN ('signed', 'broadcast', 'mined', 'confirmed')
      AND NOT EXISTS (SELECT 1 FROM rewards_withdrawal_attempt a WHERE a.withdrawal_id = w.id)`,
]);

const refunds = checksOf('I12', [
  `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' of ' || w.amount || ' is ' || w.state
      || ' and its refund in the ledger does not match' AS detail
    FROM rewards_withdrawal w LEFT JOIN ${ledgerTable} t ON t.id = w.refund_id
    WHERE (w.state = 'refunded') <> (w.refund_id IS NOT NULL) OR (w.refund_id IS NOT NULL
      AND (t.id IS NULL OR t.transaction_type <> 'withdrawal_refund' OR t.amount <> w.amount OR t.user_id <> w.user_id))`,
  `SELECT ${rowColumnsSql('t')}, 'a refund of ' || count(w.id) || ' withdrawals instead of 1' AS detail
    FROM ${ledgerTable} t LEFT JOIN rewards_withdrawal w ON w.refund_id = t.id
    WHERE t.transaction_type = 'withdrawal_refund' AND (t.related_object_type = 'rewards.withdrawal' OR ${isOwn})
    GROUP BY t.id, t.user_id HAVING count(w.id) <> 1`,
  `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' was refunded, but its nonce could still pay it' AS detail
    FROM rewards_withdrawal w LEFT JOIN rewards_hot_wallet h ON h.id = w.hot_wallet_id
    WHERE w.state = 'refunded' AND ((w.nonce IS NOT NULL AND (w.consumed_by = '' OR h.id IS NULL OR w.nonce >= h.final_nonce))
      OR (w.nonce IS NULL AND EXISTS (SELECT 1 FROM rewards_withdrawal_attempt a WHERE a.withdrawal_id = w.id)))`,
  `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' was refunded and paid by ' || p.tx_hash AS detail
    FROM rewards_payout p JOIN rewards_withdrawal w ON w.state = 'refunded'
      AND (p.withdrawal_id = w.id OR (p.tx_hash = w.consumed_by AND ${paysSql('p', 'w')}))
    UNION SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' was refunded and paid by ' || p.tx_hash AS detail
    FROM rewards_payout p JOIN rewards_withdrawal_attempt a ON a.tx_hash = p.tx_hash
    JOIN rewards_withdrawal w ON w.id = a.withdrawal_id AND w.state = 'refunded' AND ${paysSql('p', 'w')}`,
]);

/** Compares withdrawals with the ledger and with the transfers out of the treasury. */
export const paymentChecks: readonly LedgerCheck[] = [...debits, ...payments, ...committed, ...refunds];
