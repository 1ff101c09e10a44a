import {
  isReversible,
  reversalTypes,
  rewardTypes,
  signOf,
  transactionTypes,
  transferTypes,
  typeIn,
} from '../ledger/transaction-types';
import { aPerson, aRow, ledgerTable, type LedgerCheck } from './ledger-check';

/** Exactly one other side, with the same operation and amount and the right people; counted first, then matched. */
const unmatched = (leg: string, other: string, from: string, to: string, detail: string): LedgerCheck => ({
  invariant: 'I4',
  sql: `SELECT ${aRow('t')}, '${detail}' AS detail FROM ${ledgerTable} t
    LEFT JOIN (
      SELECT operation_id, amount, ${from} AS person, count(*) AS sides FROM ${ledgerTable}
      WHERE transaction_type = '${other}' GROUP BY operation_id, amount, ${from}
    ) o ON o.operation_id = t.operation_id AND o.amount = t.amount AND o.person = t.${to}
    WHERE t.transaction_type = '${leg}' AND COALESCE(o.sides, 0) <> 1`,
});

const taking = transactionTypes.filter((type) => signOf(type) === -1);
const legs: LedgerCheck[] = [
  {
    invariant: 'I4',
    sql: `SELECT ${aRow('t')}, 'not a movement: ' || t.transaction_type || ' of ' || t.amount AS detail FROM ${ledgerTable} t
      WHERE t.amount <= 0 OR NOT ${typeIn(transactionTypes, 't.transaction_type')}`,
  },
  {
    invariant: 'I4',
    sql: `SELECT ${aRow('t')}, 'a recipient where there is none, or none where there is one' AS detail FROM ${ledgerTable} t
      WHERE (t.transaction_type = 'transfer_sent') <> (t.recipient_id IS NOT NULL) OR t.recipient_id = t.user_id`,
  },
  unmatched('transfer_sent', 'transfer_received', 'user_id', 'recipient_id', 'sent, and not received once'),
  unmatched('transfer_received', 'transfer_sent', 'recipient_id', 'user_id', 'received, and not sent once'),
  {
    invariant: 'I4',
    sql: `SELECT ${aRow('t')}, 'confirmed without a hash, or a hash that is none' AS detail FROM ${ledgerTable} t
      WHERE (t.is_blockchain_confirmed AND t.blockchain_tx_hash = '')
        OR (t.blockchain_tx_hash <> '' AND length(t.blockchain_tx_hash) <> 66)`,
  },
];

const reversals: LedgerCheck[] = [
  {
    invariant: 'I4',
    sql: `SELECT ${aRow('t')}, 'does not mirror what it reverses' AS detail
      FROM ${ledgerTable} t LEFT JOIN ${ledgerTable} o ON o.id = t.reverses_id
      WHERE ${typeIn(reversalTypes, 't.transaction_type')} AND (o.id IS NULL OR o.user_id <> t.user_id OR o.amount <> t.amount
        OR NOT ${typeIn(transactionTypes.filter(isReversible), 'o.transaction_type')}
        OR t.transaction_type = CASE WHEN ${typeIn(taking, 'o.transaction_type')} THEN 'reversal_debit' ELSE 'reversal_credit' END)`,
  },
  {
    invariant: 'I4',
    sql: `SELECT ${aRow('t')}, 'reverses something and is no reversal' AS detail FROM ${ledgerTable} t
      WHERE t.reverses_id IS NOT NULL AND NOT ${typeIn(reversalTypes, 't.transaction_type')}`,
  },
  {
    invariant: 'I4',
    sql: `SELECT ${aPerson('min(t.user_id)')}, 'transaction ' || t.reverses_id || ' was reversed ' || count(*) || ' times' AS detail
      FROM ${ledgerTable} t WHERE t.reverses_id IS NOT NULL GROUP BY t.reverses_id HAVING count(*) > 1`,
  },
  {
    invariant: 'I4',
    sql: `SELECT min(t.user_id) AS "userId", min(t.id) AS "transactionId",
        'reverses one side of a transfer without the other' AS detail
      FROM ${ledgerTable} t JOIN ${ledgerTable} o ON o.id = t.reverses_id AND ${typeIn(transferTypes, 'o.transaction_type')}
      GROUP BY o.operation_id, t.operation_id HAVING count(*) <> 2`,
  },
];

const duplicates: LedgerCheck[] = [
  {
    invariant: 'I5',
    sql: `SELECT t.user_id AS "userId", max(t.id) AS "transactionId", t.transaction_type || ' for ' || t.related_object_type || ' '
        || t.related_object_id || ' was paid ' || count(*) || ' times' AS detail
      FROM ${ledgerTable} t WHERE ${typeIn(rewardTypes, 't.transaction_type')} AND t.related_object_id IS NOT NULL
      GROUP BY t.user_id, t.transaction_type, t.related_object_type, t.related_object_id, t.reward_epoch HAVING count(*) > 1`,
  },
  {
    invariant: 'I6',
    sql: `SELECT t.user_id AS "userId", max(t.id) AS "transactionId", 'one key has ' || count(*) || ' rows' AS detail
      FROM ${ledgerTable} t WHERE t.idempotency_key IS NOT NULL GROUP BY t.user_id, t.idempotency_key HAVING count(*) > 1`,
  },
  {
    invariant: 'I6',
    sql: `SELECT ${aRow('t')}, 'a key without the hash of its request, or a hash without a key' AS detail FROM ${ledgerTable} t
      WHERE (t.idempotency_key IS NULL) <> (t.request_hash IS NULL) OR length(t.request_hash) <> 64`,
  },
];

/** Operations with their sides, rewards and keys. Each reads the whole ledger once, and sees one moment of it. */
export const operationChecks: readonly LedgerCheck[] = [...legs, ...reversals, ...duplicates];
