import { rowColumnsSql, ledgerTable, type LedgerCheck } from '../../rewards';
import { isUnexplainedSql, paysSql } from '../withdrawals/payment-conditions';
import { checksOf, noPersonColumnsSql, withdrawalColumnsSql } from './chain-check';

/** A subquery with the attempts of the row `withdrawal`. It ends in its WHERE clause, so that a statement can add a condition. */
const attemptsSql = `SELECT 1 FROM rewards_withdrawal_attempt attempt WHERE attempt.withdrawal_id = withdrawal.id`;
/** The ledger row is not older than the first withdrawal. Older rows were imported from another system and belong to no withdrawal. */
const isOwnLedgerRowSql = `ledger.id >= (SELECT min(ledger_id) FROM rewards_withdrawal)`;

const debitChecks = checksOf('I4', [
  `SELECT ${withdrawalColumnsSql}, 'withdrawal ' || withdrawal.id || ' of ' || withdrawal.amount
      || ' has no matching debit in the ledger' AS detail
    FROM rewards_withdrawal withdrawal LEFT JOIN ${ledgerTable} ledger ON ledger.id = withdrawal.ledger_id
    WHERE ledger.id IS NULL OR ledger.transaction_type <> 'withdrawal' OR ledger.amount <> withdrawal.amount
      OR ledger.user_id <> withdrawal.user_id`,
  `SELECT ${rowColumnsSql('ledger')}, 'a debit of ' || count(withdrawal.id) || ' withdrawals instead of 1' AS detail
    FROM ${ledgerTable} ledger LEFT JOIN rewards_withdrawal withdrawal ON withdrawal.ledger_id = ledger.id
    WHERE ledger.transaction_type = 'withdrawal' AND ${isOwnLedgerRowSql}
    GROUP BY ledger.id, ledger.user_id HAVING count(withdrawal.id) <> 1`,
]);

const payoutChecks = checksOf('I9', [
  `SELECT ${withdrawalColumnsSql}, 'withdrawal ' || withdrawal.id || ' is ' || withdrawal.state || ' and has '
      || COALESCE(payouts.total, 0) || ' payments' AS detail
    FROM rewards_withdrawal withdrawal
    LEFT JOIN (SELECT withdrawal_id, count(*) AS total FROM rewards_payout GROUP BY withdrawal_id) payouts
      ON payouts.withdrawal_id = withdrawal.id
    WHERE COALESCE(payouts.total, 0) <> CASE WHEN withdrawal.state = 'confirmed' THEN 1 ELSE 0 END`,
  `SELECT ${withdrawalColumnsSql}, 'payment ' || payout.tx_hash || ' of withdrawal ' || withdrawal.id
      || ' has another address, amount, hash or block than the withdrawal' AS detail
    FROM rewards_payout payout JOIN rewards_withdrawal withdrawal ON withdrawal.id = payout.withdrawal_id
    WHERE NOT (${paysSql('payout', 'withdrawal')}) OR payout.tx_hash <> withdrawal.tx_hash
      OR payout.block_number <> withdrawal.block_number OR payout.block_hash <> withdrawal.block_hash
      OR NOT EXISTS (${attemptsSql} AND attempt.tx_hash = payout.tx_hash AND attempt.kind <> 'cancellation')`,
  // The payment is reported until it is booked as lost, even after an administrator has resumed the wallet.
  `SELECT ${noPersonColumnsSql}, 'payment ' || payout.tx_hash || ' to ' || payout.recipient
      || ' belongs to no withdrawal' AS detail
    FROM rewards_payout payout
    WHERE (${isUnexplainedSql('payout')})
      OR (payout.withdrawal_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM rewards_withdrawal withdrawal WHERE withdrawal.id = payout.withdrawal_id))`,
  `SELECT ${withdrawalColumnsSql}, 'payment ' || payout.tx_hash || ' pays withdrawal ' || withdrawal.id
      || ' and is booked as lost' AS detail
    FROM rewards_payout payout JOIN rewards_withdrawal withdrawal ON withdrawal.id = payout.withdrawal_id
    JOIN rewards_payout_booking booking ON booking.payout_id = payout.id`,
  `SELECT ${noPersonColumnsSql}, 'payment ' || payout.tx_hash || ' is recorded ' || count(*) || ' times' AS detail
    FROM rewards_payout payout GROUP BY payout.tx_hash, payout.ordinal HAVING count(*) > 1`,
]);

const attemptChecks = checksOf('I10', [
  `SELECT ${withdrawalColumnsSql}, 'attempt ' || attempt.tx_hash || ' of withdrawal ' || withdrawal.id || ' is '
      || attempt.kind || ', but its bytes or its sending time do not fit that' AS detail
    FROM rewards_withdrawal_attempt attempt JOIN rewards_withdrawal withdrawal ON withdrawal.id = attempt.withdrawal_id
    WHERE (attempt.kind <> 'found' AND attempt.raw = '')
      OR (attempt.kind = 'found' AND (attempt.raw <> '' OR attempt.sent_at IS NOT NULL))`,
  `SELECT ${withdrawalColumnsSql}, 'withdrawal ' || withdrawal.id || ' names transaction ' || withdrawal.tx_hash
      || ', which is not among its attempts' AS detail
    FROM rewards_withdrawal withdrawal
    WHERE withdrawal.tx_hash <> '' AND NOT EXISTS (${attemptsSql} AND attempt.tx_hash = withdrawal.tx_hash)`,
  `SELECT ${withdrawalColumnsSql}, 'withdrawal ' || withdrawal.id || ' is ' || withdrawal.state
      || ' but has no signed transaction' AS detail
    FROM rewards_withdrawal withdrawal
    WHERE withdrawal.state IN ('signed', 'broadcast', 'mined', 'confirmed') AND NOT EXISTS (${attemptsSql})`,
]);

const refundedAndPaidSql = `SELECT ${withdrawalColumnsSql}, 'withdrawal ' || withdrawal.id
  || ' was refunded and paid by ' || payout.tx_hash AS detail`;

const refundChecks = checksOf('I12', [
  `SELECT ${withdrawalColumnsSql}, 'withdrawal ' || withdrawal.id || ' of ' || withdrawal.amount || ' is '
      || withdrawal.state || ' and its refund in the ledger does not match' AS detail
    FROM rewards_withdrawal withdrawal LEFT JOIN ${ledgerTable} ledger ON ledger.id = withdrawal.refund_id
    WHERE (withdrawal.state = 'refunded') <> (withdrawal.refund_id IS NOT NULL)
      OR (withdrawal.refund_id IS NOT NULL
        AND (ledger.id IS NULL OR ledger.transaction_type <> 'withdrawal_refund'
          OR ledger.amount <> withdrawal.amount OR ledger.user_id <> withdrawal.user_id))`,
  `SELECT ${rowColumnsSql('ledger')}, 'a refund of ' || count(withdrawal.id) || ' withdrawals instead of 1' AS detail
    FROM ${ledgerTable} ledger LEFT JOIN rewards_withdrawal withdrawal ON withdrawal.refund_id = ledger.id
    WHERE ledger.transaction_type = 'withdrawal_refund'
      AND (ledger.related_object_type = 'rewards.withdrawal' OR ${isOwnLedgerRowSql})
    GROUP BY ledger.id, ledger.user_id HAVING count(withdrawal.id) <> 1`,
  `SELECT ${withdrawalColumnsSql}, 'withdrawal ' || withdrawal.id || ' was refunded, but its nonce could still pay it' AS detail
    FROM rewards_withdrawal withdrawal LEFT JOIN rewards_hot_wallet wallet ON wallet.id = withdrawal.hot_wallet_id
    WHERE withdrawal.state = 'refunded'
      AND ((withdrawal.nonce IS NOT NULL
          AND (withdrawal.consumed_by = '' OR wallet.id IS NULL OR withdrawal.nonce >= wallet.final_nonce))
        OR (withdrawal.nonce IS NULL AND EXISTS (${attemptsSql})))`,
  // A payout can pay a refunded withdrawal by its id, by the transaction that used its nonce, or by one of its attempts.
  `${refundedAndPaidSql}
    FROM rewards_payout payout JOIN rewards_withdrawal withdrawal ON withdrawal.state = 'refunded'
      AND (payout.withdrawal_id = withdrawal.id
        OR (payout.tx_hash = withdrawal.consumed_by AND ${paysSql('payout', 'withdrawal')}))
    UNION ${refundedAndPaidSql}
    FROM rewards_payout payout JOIN rewards_withdrawal_attempt attempt ON attempt.tx_hash = payout.tx_hash
    JOIN rewards_withdrawal withdrawal ON withdrawal.id = attempt.withdrawal_id AND withdrawal.state = 'refunded'
      AND ${paysSql('payout', 'withdrawal')}`,
]);

/** Compares withdrawals with the ledger and with the transfers out of the treasury. */
export const paymentChecks: readonly LedgerCheck[] = [
  ...debitChecks,
  ...payoutChecks,
  ...attemptChecks,
  ...refundChecks,
];
