import { earningTypes, signedAmount, typeIn } from '../ledger/transaction-types';
import { aPerson, aRow, ledgerTable, type LedgerCheck } from './ledger-check';

const balances: LedgerCheck[] = [
  {
    invariant: 'I1',
    sql: `SELECT ${aPerson('u.id')}, 'the balance is ' || u.teo_coins || ', the rows give ' || COALESCE(t.total, 0) AS detail
      FROM users_user u
      LEFT JOIN (SELECT user_id, sum(${signedAmount()}) AS total FROM ${ledgerTable} GROUP BY user_id) t ON t.user_id = u.id
      WHERE u.teo_coins <> COALESCE(t.total, 0)`,
  },
  {
    invariant: 'I1',
    sql: `SELECT ${aRow('t')}, 'a row of nobody' AS detail
      FROM ${ledgerTable} t LEFT JOIN users_user u ON u.id = t.user_id WHERE u.id IS NULL`,
  },
  {
    invariant: 'I3',
    sql: `SELECT ${aPerson('u.id')}, 'the balance is ' || u.teo_coins AS detail FROM users_user u WHERE u.teo_coins < 0`,
  },
  {
    invariant: 'I3',
    sql: `SELECT ${aRow('t')}, 'the balance after it is ' || t.balance_after AS detail FROM ${ledgerTable} t WHERE t.balance_after < 0`,
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
        FROM ${ledgerTable} WINDOW history AS (PARTITION BY user_id ORDER BY sequence, id)) t
      WHERE t.sequence <> t.place OR t.balance_after <> t.before + t.moved`,
  },
  {
    invariant: 'I2',
    sql: `SELECT ${aPerson('u.id')}, 'the last sequence is ' || u.teo_sequence || ', the rows end at ' || COALESCE(t.last, 0) AS detail
      FROM users_user u LEFT JOIN (SELECT user_id, max(sequence) AS last FROM ${ledgerTable} GROUP BY user_id) t ON t.user_id = u.id
      WHERE u.teo_sequence <> COALESCE(t.last, 0)`,
  },
];

const totals: LedgerCheck[] = [
  {
    invariant: 'totals',
    sql: `SELECT ${aPerson('p.user_id')}, 'shown as earned ' || p.total_teocoins_earned || ', the rows give ' || COALESCE(t.total, 0) AS detail
      FROM users_userprogress p LEFT JOIN (
        SELECT t.user_id, sum(CASE WHEN r.id IS NULL THEN t.amount ELSE 0 END) AS total
        FROM ${ledgerTable} t LEFT JOIN ${ledgerTable} r ON r.reverses_id = t.id
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

/** Balances, histories and totals against the rows. Each reads the whole ledger once, and sees one moment of it. */
export const balanceChecks: readonly LedgerCheck[] = [...balances, ...chains, ...totals];
