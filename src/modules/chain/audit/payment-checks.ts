import { isUnexplainedSql, pays } from '../withdrawals/payment-conditions';
import { aRow, ledgerTable, type LedgerCheck } from '../../rewards';

/** A withdrawal, named by its person and its debit. */
const aWithdrawal = `w.user_id AS "userId", w.ledger_id AS "transactionId"`;
const nothing = `CAST(NULL AS bigint) AS "userId", CAST(NULL AS bigint) AS "transactionId"`;
/** The attempts of `w` under a hash. */
const attempt = (hash: string): string =>
  `SELECT 1 FROM rewards_withdrawal_attempt a WHERE a.withdrawal_id = w.id AND a.tx_hash = ${hash}`;
/** Rows of before the first of ours came with a school from elsewhere: nothing here owns them. */
const since = (id: string, table: string): string => `${id} >= (SELECT min(ledger_id) FROM ${table})`;

const debits: LedgerCheck[] = [
  {
    invariant: 'I4',
    sql: `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' of ' || w.amount || ' has not its debit' AS detail
      FROM rewards_withdrawal w LEFT JOIN ${ledgerTable} t ON t.id = w.ledger_id
      WHERE t.id IS NULL OR t.transaction_type <> 'withdrawal' OR t.amount <> w.amount OR t.user_id <> w.user_id`,
  },
  {
    invariant: 'I4',
    sql: `SELECT ${aRow('t')}, 'a debit of ' || count(w.id) || ' withdrawals' AS detail
      FROM ${ledgerTable} t LEFT JOIN rewards_withdrawal w ON w.ledger_id = t.id
      WHERE t.transaction_type = 'withdrawal' AND ${since('t.id', 'rewards_withdrawal')}
      GROUP BY t.id, t.user_id HAVING count(w.id) <> 1`,
  },
];

const payments: LedgerCheck[] = [
  {
    invariant: 'I9',
    sql: `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' is ' || w.state || ' and has ' || COALESCE(p.total, 0)
        || ' payments' AS detail
      FROM rewards_withdrawal w LEFT JOIN (
        SELECT withdrawal_id, count(*) AS total FROM rewards_payout GROUP BY withdrawal_id) p ON p.withdrawal_id = w.id
      WHERE COALESCE(p.total, 0) <> CASE WHEN w.state = 'confirmed' THEN 1 ELSE 0 END`,
  },
  {
    invariant: 'I9',
    sql: `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' is paid by ' || p.tx_hash || ', which is not what it says' AS detail
      FROM rewards_payout p JOIN rewards_withdrawal w ON w.id = p.withdrawal_id
      WHERE p.recipient <> w.address OR p.units <> CAST(w.amount AS varchar) || '000000000000000000'
        OR p.tx_hash <> w.tx_hash OR p.block_number <> w.block_number OR p.block_hash <> w.block_hash
        OR NOT EXISTS (${attempt('p.tx_hash')} AND a.kind <> 'cancellation')`,
  },
  {
    // Also after somebody has looked and gone on: the coins are gone until they are booked as lost.
    invariant: 'I9',
    sql: `SELECT ${nothing}, 'payment ' || p.tx_hash || ' to ' || p.recipient || ' is of no withdrawal' AS detail
      FROM rewards_payout p WHERE (${isUnexplainedSql('p')}) OR (p.withdrawal_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM rewards_withdrawal w WHERE w.id = p.withdrawal_id))`,
  },
  {
    invariant: 'I9',
    sql: `SELECT ${aWithdrawal}, 'payment ' || p.tx_hash || ' pays withdrawal ' || w.id || ' and is booked as lost' AS detail
      FROM rewards_payout p JOIN rewards_withdrawal w ON w.id = p.withdrawal_id
      JOIN rewards_payout_booking b ON b.payout_id = p.id`,
  },
  {
    invariant: 'I9',
    sql: `SELECT ${nothing}, 'payment ' || p.tx_hash || ' is kept ' || count(*) || ' times' AS detail
      FROM rewards_payout p GROUP BY p.tx_hash, p.ordinal HAVING count(*) > 1`,
  },
];

const committed: LedgerCheck[] = [
  {
    invariant: 'I10',
    sql: `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' sent ' || a.tx_hash || ', of which no bytes were kept' AS detail
      FROM rewards_withdrawal_attempt a JOIN rewards_withdrawal w ON w.id = a.withdrawal_id
      WHERE (a.kind <> 'found' AND a.raw = '') OR (a.kind = 'found' AND (a.raw <> '' OR a.sent_at IS NOT NULL))`,
  },
  {
    invariant: 'I10',
    sql: `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' names ' || w.tx_hash || ', which was not kept' AS detail
      FROM rewards_withdrawal w WHERE w.tx_hash <> '' AND NOT EXISTS (${attempt('w.tx_hash')})`,
  },
  {
    invariant: 'I10',
    sql: `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' is ' || w.state || ' and nothing was signed' AS detail
      FROM rewards_withdrawal w WHERE w.state IN ('signed', 'broadcast', 'mined', 'confirmed')
        AND NOT EXISTS (SELECT 1 FROM rewards_withdrawal_attempt a WHERE a.withdrawal_id = w.id)`,
  },
];

const refunds: LedgerCheck[] = [
  {
    invariant: 'I12',
    sql: `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' of ' || w.amount || ' is ' || w.state || ' and has not its refund' AS detail
      FROM rewards_withdrawal w LEFT JOIN ${ledgerTable} t ON t.id = w.refund_id
      WHERE (w.state = 'refunded') <> (w.refund_id IS NOT NULL) OR (w.refund_id IS NOT NULL
        AND (t.id IS NULL OR t.transaction_type <> 'withdrawal_refund' OR t.amount <> w.amount OR t.user_id <> w.user_id))`,
  },
  {
    invariant: 'I12',
    sql: `SELECT ${aRow('t')}, 'a refund of ' || count(w.id) || ' withdrawals' AS detail
      FROM ${ledgerTable} t LEFT JOIN rewards_withdrawal w ON w.refund_id = t.id
      WHERE t.transaction_type = 'withdrawal_refund'
        AND (t.related_object_type = 'rewards.withdrawal' OR ${since('t.id', 'rewards_withdrawal')})
      GROUP BY t.id, t.user_id HAVING count(w.id) <> 1`,
  },
  {
    invariant: 'I12',
    sql: `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' was refunded, and its nonce could still pay' AS detail
      FROM rewards_withdrawal w LEFT JOIN rewards_hot_wallet h ON h.id = w.hot_wallet_id
      WHERE w.state = 'refunded' AND ((w.nonce IS NOT NULL AND (w.consumed_by = '' OR h.id IS NULL OR w.nonce >= h.final_nonce))
        OR (w.nonce IS NULL AND EXISTS (SELECT 1 FROM rewards_withdrawal_attempt a WHERE a.withdrawal_id = w.id)))`,
  },
  {
    invariant: 'I12',
    sql: `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' was refunded and paid by ' || p.tx_hash AS detail
      FROM rewards_payout p JOIN rewards_withdrawal w ON w.state = 'refunded'
        AND (p.withdrawal_id = w.id OR (p.tx_hash = w.consumed_by AND ${pays('p', 'w')}))
      UNION SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' was refunded and paid by ' || p.tx_hash AS detail
      FROM rewards_payout p JOIN rewards_withdrawal_attempt a ON a.tx_hash = p.tx_hash
      JOIN rewards_withdrawal w ON w.id = a.withdrawal_id AND w.state = 'refunded' AND ${pays('p', 'w')}`,
  },
];

/** Withdrawals against the ledger and against what left the treasury. Each reads its tables once, and sees one moment of them. */
export const paymentChecks: readonly LedgerCheck[] = [...debits, ...payments, ...committed, ...refunds];
