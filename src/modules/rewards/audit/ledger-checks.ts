import {
  earningTypes,
  isReversible,
  reversalTypes,
  rewardTypes,
  signedAmount,
  signOf,
  transactionTypes,
  transferTypes,
  typeIn,
} from '../transaction-types';

export const invariants = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'totals'] as const;
/** As in the ledger's design; `totals`: what learners are shown as earned equals the rows (rule 19). */
export type Invariant = (typeof invariants)[number];

export interface LedgerCheck {
  invariant: Invariant;
  /** A SELECT of what is wrong: "userId", "transactionId" (either may be NULL) and `detail`. Nothing, if all is well. */
  sql: string;
}

const ledger = 'rewards_teocointransaction';
const aPerson = (id: string): string => `${id} AS "userId", CAST(NULL AS bigint) AS "transactionId"`;
const aRow = (alias: string): string => `${alias}.user_id AS "userId", ${alias}.id AS "transactionId"`;

const balances: LedgerCheck[] = [
  {
    invariant: 'I1',
    sql: `SELECT ${aPerson('u.id')}, 'the balance is ' || u.teo_coins || ', the rows give ' || COALESCE(t.total, 0) AS detail
      FROM users_user u
      LEFT JOIN (SELECT user_id, sum(${signedAmount()}) AS total FROM ${ledger} GROUP BY user_id) t ON t.user_id = u.id
      WHERE u.teo_coins <> COALESCE(t.total, 0)`,
  },
  {
    invariant: 'I1',
    sql: `SELECT ${aRow('t')}, 'a row of nobody' AS detail
      FROM ${ledger} t LEFT JOIN users_user u ON u.id = t.user_id WHERE u.id IS NULL`,
  },
  {
    invariant: 'I3',
    sql: `SELECT ${aPerson('u.id')}, 'the balance is ' || u.teo_coins AS detail FROM users_user u WHERE u.teo_coins < 0`,
  },
  {
    invariant: 'I3',
    sql: `SELECT ${aRow('t')}, 'the balance after it is ' || t.balance_after AS detail FROM ${ledger} t WHERE t.balance_after < 0`,
  },
];

const chains: LedgerCheck[] = [
  {
    invariant: 'I2',
    sql: `SELECT ${aRow('t')}, CASE WHEN t.sequence <> t.place
        THEN 'sequence ' || t.sequence || ' stands at place ' || t.place
        ELSE 'the balance goes from ' || t.before || ' by ' || t.moved || ' to ' || t.balance_after END AS detail
      FROM (SELECT id, user_id, sequence, balance_after, ${signedAmount()} AS moved,
          row_number() OVER history AS place, lag(balance_after, 1, 0) OVER history AS before
        FROM ${ledger} WINDOW history AS (PARTITION BY user_id ORDER BY sequence, id)) t
      WHERE t.sequence <> t.place OR t.balance_after <> t.before + t.moved`,
  },
  {
    invariant: 'I2',
    sql: `SELECT ${aPerson('u.id')}, 'the last sequence is ' || u.teo_sequence || ', the rows end at ' || COALESCE(t.last, 0) AS detail
      FROM users_user u LEFT JOIN (SELECT user_id, max(sequence) AS last FROM ${ledger} GROUP BY user_id) t ON t.user_id = u.id
      WHERE u.teo_sequence <> COALESCE(t.last, 0)`,
  },
];

/** Exactly one other side, with the same operation and amount and the right people; counted first, then matched. */
const unmatched = (leg: string, other: string, from: string, to: string, detail: string): LedgerCheck => ({
  invariant: 'I4',
  sql: `SELECT ${aRow('t')}, '${detail}' AS detail FROM ${ledger} t
    LEFT JOIN (
      SELECT operation_id, amount, ${from} AS person, count(*) AS sides FROM ${ledger}
      WHERE transaction_type = '${other}' GROUP BY operation_id, amount, ${from}
    ) o ON o.operation_id = t.operation_id AND o.amount = t.amount AND o.person = t.${to}
    WHERE t.transaction_type = '${leg}' AND COALESCE(o.sides, 0) <> 1`,
});

const taking = transactionTypes.filter((type) => signOf(type) === -1);
const legs: LedgerCheck[] = [
  {
    invariant: 'I4',
    sql: `SELECT ${aRow('t')}, 'not a movement: ' || t.transaction_type || ' of ' || t.amount AS detail FROM ${ledger} t
      WHERE t.amount <= 0 OR NOT ${typeIn(transactionTypes, 't.transaction_type')}`,
  },
  {
    invariant: 'I4',
    sql: `SELECT ${aRow('t')}, 'a recipient where there is none, or none where there is one' AS detail FROM ${ledger} t
      WHERE (t.transaction_type = 'transfer_sent') <> (t.recipient_id IS NOT NULL) OR t.recipient_id = t.user_id`,
  },
  unmatched('transfer_sent', 'transfer_received', 'user_id', 'recipient_id', 'sent, and not received once'),
  unmatched('transfer_received', 'transfer_sent', 'recipient_id', 'user_id', 'received, and not sent once'),
  {
    invariant: 'I4',
    sql: `SELECT ${aRow('t')}, 'confirmed without a hash, or a hash that is none' AS detail FROM ${ledger} t
      WHERE (t.is_blockchain_confirmed AND t.blockchain_tx_hash = '')
        OR (t.blockchain_tx_hash <> '' AND length(t.blockchain_tx_hash) <> 66)`,
  },
];

const reversals: LedgerCheck[] = [
  {
    invariant: 'I4',
    sql: `SELECT ${aRow('t')}, 'does not mirror what it reverses' AS detail
      FROM ${ledger} t LEFT JOIN ${ledger} o ON o.id = t.reverses_id
      WHERE ${typeIn(reversalTypes, 't.transaction_type')} AND (o.id IS NULL OR o.user_id <> t.user_id OR o.amount <> t.amount
        OR NOT ${typeIn(transactionTypes.filter(isReversible), 'o.transaction_type')}
        OR t.transaction_type = CASE WHEN ${typeIn(taking, 'o.transaction_type')} THEN 'reversal_debit' ELSE 'reversal_credit' END)`,
  },
  {
    invariant: 'I4',
    sql: `SELECT ${aRow('t')}, 'reverses something and is no reversal' AS detail FROM ${ledger} t
      WHERE t.reverses_id IS NOT NULL AND NOT ${typeIn(reversalTypes, 't.transaction_type')}`,
  },
  {
    invariant: 'I4',
    sql: `SELECT ${aPerson('min(t.user_id)')}, 'transaction ' || t.reverses_id || ' was reversed ' || count(*) || ' times' AS detail
      FROM ${ledger} t WHERE t.reverses_id IS NOT NULL GROUP BY t.reverses_id HAVING count(*) > 1`,
  },
  {
    invariant: 'I4',
    sql: `SELECT ${aRow('t')}, 'reverses one side of a transfer without the other' AS detail
      FROM ${ledger} t
      JOIN ${ledger} o ON o.id = t.reverses_id AND ${typeIn(transferTypes, 'o.transaction_type')}
      JOIN ${ledger} p ON p.operation_id = o.operation_id AND p.id <> o.id AND ${typeIn(transferTypes, 'p.transaction_type')}
      LEFT JOIN ${ledger} q ON q.reverses_id = p.id AND q.operation_id = t.operation_id
      WHERE q.id IS NULL`,
  },
];

const duplicates: LedgerCheck[] = [
  {
    invariant: 'I5',
    sql: `SELECT t.user_id AS "userId", max(t.id) AS "transactionId", t.transaction_type || ' for ' || t.related_object_type || ' '
        || t.related_object_id || ' was paid ' || count(*) || ' times' AS detail
      FROM ${ledger} t WHERE ${typeIn(rewardTypes, 't.transaction_type')} AND t.related_object_id IS NOT NULL
      GROUP BY t.user_id, t.transaction_type, t.related_object_type, t.related_object_id, t.reward_epoch HAVING count(*) > 1`,
  },
  {
    invariant: 'I6',
    sql: `SELECT t.user_id AS "userId", max(t.id) AS "transactionId", 'one key has ' || count(*) || ' rows' AS detail
      FROM ${ledger} t WHERE t.idempotency_key IS NOT NULL GROUP BY t.user_id, t.idempotency_key HAVING count(*) > 1`,
  },
  {
    invariant: 'I6',
    sql: `SELECT ${aRow('t')}, 'a key without the hash of its request, or a hash without a key' AS detail FROM ${ledger} t
      WHERE (t.idempotency_key IS NULL) <> (t.request_hash IS NULL) OR length(t.request_hash) <> 64`,
  },
];

const totals: LedgerCheck[] = [
  {
    invariant: 'totals',
    sql: `SELECT ${aPerson('p.user_id')}, 'shown as earned ' || p.total_teocoins_earned || ', the rows give ' || COALESCE(t.total, 0) AS detail
      FROM users_userprogress p LEFT JOIN (
        SELECT t.user_id, sum(CASE WHEN r.id IS NULL THEN t.amount ELSE 0 END) AS total
        FROM ${ledger} t LEFT JOIN ${ledger} r ON r.reverses_id = t.id
        WHERE ${typeIn(earningTypes, 't.transaction_type')} GROUP BY t.user_id) t ON t.user_id = p.user_id
      WHERE p.total_teocoins_earned <> COALESCE(t.total, 0)`,
  },
  {
    invariant: 'totals',
    sql: `SELECT ${aPerson('p.user_id')}, 'shown with ' || p.achievements_earned || ' achievements, has ' || COALESCE(a.total, 0) AS detail
      FROM users_userprogress p LEFT JOIN (
        SELECT user_id, count(*) AS total FROM rewards_achievement WHERE progress = 100 GROUP BY user_id) a ON a.user_id = p.user_id
      WHERE p.achievements_earned <> COALESCE(a.total, 0)`,
  },
];

/** Each reads the whole ledger once, whatever its size, and sees one moment of it. */
export const ledgerChecks: readonly LedgerCheck[] = [
  ...balances,
  ...chains,
  ...legs,
  ...reversals,
  ...duplicates,
  ...totals,
];
