import {
  isReversible,
  reversalTypes,
  rewardTypes,
  signOf,
  transactionTypes,
  transferTypes,
  typeInSql,
  type TransactionType,
} from '../ledger/transaction-types';
import { personColumnsSql, rowColumnsSql, ledgerTable, type LedgerCheck } from './ledger-check';

interface TransferSide {
  type: TransactionType;
  /** The column that holds the recipient of the transfer. */
  recipientColumn: 'user_id' | 'recipient_id';
}

const sentSide: TransferSide = { type: 'transfer_sent', recipientColumn: 'recipient_id' };
const receivedSide: TransferSide = { type: 'transfer_received', recipientColumn: 'user_id' };

/**
 * Finds rows of `side` that do not have exactly one row on the other side, with the same operation, amount and
 * recipient. The subquery counts the rows of the other side before the join, so that each violation is found once.
 */
const transferSideCheck = (side: TransferSide, otherSide: TransferSide, detail: string): LedgerCheck => ({
  invariant: 'I4',
  sql: `SELECT ${rowColumnsSql('t')}, '${detail}' AS detail FROM ${ledgerTable} t
    LEFT JOIN (
      SELECT operation_id, amount, ${otherSide.recipientColumn} AS recipient, count(*) AS side_count FROM ${ledgerTable}
      WHERE transaction_type = '${otherSide.type}' GROUP BY operation_id, amount, ${otherSide.recipientColumn}
    ) o ON o.operation_id = t.operation_id AND o.amount = t.amount AND o.recipient = t.${side.recipientColumn}
    WHERE t.transaction_type = '${side.type}' AND COALESCE(o.side_count, 0) <> 1`,
});

const debitTypes = transactionTypes.filter((type) => signOf(type) === -1);
const movementChecks: LedgerCheck[] = [
  {
    invariant: 'I4',
    sql: `SELECT ${rowColumnsSql('t')}, 'the type or the amount is invalid: ' || t.transaction_type || ', ' || t.amount AS detail FROM ${ledgerTable} t
      WHERE t.amount <= 0 OR NOT ${typeInSql(transactionTypes, 't.transaction_type')}`,
  },
  {
    invariant: 'I4',
    sql: `SELECT ${rowColumnsSql('t')}, 'the recipient does not match the type of the transaction' AS detail FROM ${ledgerTable} t
      WHERE (t.transaction_type = 'transfer_sent') <> (t.recipient_id IS NOT NULL) OR t.recipient_id = t.user_id`,
  },
  transferSideCheck(sentSide, receivedSide, 'sent, but not received exactly once'),
  transferSideCheck(receivedSide, sentSide, 'received, but not sent exactly once'),
  {
    invariant: 'I4',
    sql: `SELECT ${rowColumnsSql('t')}, 'confirmed without a transaction hash, or the hash is invalid' AS detail FROM ${ledgerTable} t
      WHERE (t.is_blockchain_confirmed AND t.blockchain_tx_hash = '')
        OR (t.blockchain_tx_hash <> '' AND length(t.blockchain_tx_hash) <> 66)`,
  },
];

const reversalChecks: LedgerCheck[] = [
  {
    invariant: 'I4',
    sql: `SELECT ${rowColumnsSql('t')}, 'the reversal does not match the transaction that it reverses' AS detail
      FROM ${ledgerTable} t LEFT JOIN ${ledgerTable} o ON o.id = t.reverses_id
      WHERE ${typeInSql(reversalTypes, 't.transaction_type')} AND (o.id IS NULL OR o.user_id <> t.user_id OR o.amount <> t.amount
        OR NOT ${typeInSql(transactionTypes.filter(isReversible), 'o.transaction_type')}
        OR t.transaction_type = CASE WHEN ${typeInSql(debitTypes, 'o.transaction_type')} THEN 'reversal_debit' ELSE 'reversal_credit' END)`,
  },
  {
    invariant: 'I4',
    sql: `SELECT ${rowColumnsSql('t')}, 'reverses a transaction, but is not a reversal' AS detail FROM ${ledgerTable} t
      WHERE t.reverses_id IS NOT NULL AND NOT ${typeInSql(reversalTypes, 't.transaction_type')}`,
  },
  {
    invariant: 'I4',
    sql: `SELECT ${personColumnsSql('min(t.user_id)')}, 'transaction ' || t.reverses_id || ' was reversed ' || count(*) || ' times' AS detail
      FROM ${ledgerTable} t WHERE t.reverses_id IS NOT NULL GROUP BY t.reverses_id HAVING count(*) > 1`,
  },
  {
    invariant: 'I4',
    sql: `SELECT min(t.user_id) AS "userId", min(t.id) AS "transactionId",
        'reverses only one side of a transfer' AS detail
      FROM ${ledgerTable} t JOIN ${ledgerTable} o ON o.id = t.reverses_id AND ${typeInSql(transferTypes, 'o.transaction_type')}
      GROUP BY o.operation_id, t.operation_id HAVING count(*) <> 2`,
  },
];

const duplicateChecks: LedgerCheck[] = [
  {
    invariant: 'I5',
    sql: `SELECT t.user_id AS "userId", max(t.id) AS "transactionId", t.transaction_type || ' for ' || t.related_object_type || ' '
        || t.related_object_id || ' was paid ' || count(*) || ' times' AS detail
      FROM ${ledgerTable} t WHERE ${typeInSql(rewardTypes, 't.transaction_type')} AND t.related_object_id IS NOT NULL
      GROUP BY t.user_id, t.transaction_type, t.related_object_type, t.related_object_id, t.reward_epoch HAVING count(*) > 1`,
  },
  {
    invariant: 'I6',
    sql: `SELECT t.user_id AS "userId", max(t.id) AS "transactionId", 'the idempotency key has ' || count(*) || ' transactions' AS detail
      FROM ${ledgerTable} t WHERE t.idempotency_key IS NOT NULL GROUP BY t.user_id, t.idempotency_key HAVING count(*) > 1`,
  },
  {
    invariant: 'I6',
    sql: `SELECT ${rowColumnsSql('t')}, 'an idempotency key without a valid request hash, or a request hash without a key' AS detail FROM ${ledgerTable} t
      WHERE (t.idempotency_key IS NULL) <> (t.request_hash IS NULL) OR length(t.request_hash) <> 64`,
  },
];

/** Checks of transfers, reversals, rewards and keys. Each check is one statement, so that it reads one state of the ledger. */
export const operationChecks: readonly LedgerCheck[] = [...movementChecks, ...reversalChecks, ...duplicateChecks];
