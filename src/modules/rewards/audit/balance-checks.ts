import { earningTypes, signedAmountSql, typeInSql } from '../ledger/transaction-types';
import { personColumnsSql, rowColumnsSql, ledgerTable, type LedgerCheck } from './ledger-check';

const balanceValueChecks: LedgerCheck[] = [
  {
    invariant: 'I1',
    sql: `SELECT ${personColumnsSql('u.id')}, 'the balance is ' || u.teo_coins || ', the sum of the transactions is ' || COALESCE(t.total, 0) AS detail
      FROM users_user u
      LEFT JOIN (SELECT user_id, sum(${signedAmountSql()}) AS total FROM ${ledgerTable} GROUP BY user_id) t ON t.user_id = u.id
      WHERE u.teo_coins <> COALESCE(t.total, 0)`,
  },
  {
    invariant: 'I1',
    sql: `SELECT ${rowColumnsSql('t')}, 'the user of the transaction does not exist' AS detail
      FROM ${ledgerTable} t LEFT JOIN users_user u ON u.id = t.user_id WHERE u.id IS NULL`,
  },
  {
    invariant: 'I3',
    sql: `SELECT ${personColumnsSql('u.id')}, 'the balance is ' || u.teo_coins AS detail FROM users_user u WHERE u.teo_coins < 0`,
  },
  {
    invariant: 'I3',
    sql: `SELECT ${rowColumnsSql('t')}, 'the balance after the transaction is ' || t.balance_after AS detail FROM ${ledgerTable} t WHERE t.balance_after < 0`,
  },
];

const sequenceChecks: LedgerCheck[] = [
  {
    invariant: 'I2',
    sql: `SELECT ${rowColumnsSql('t')}, CASE WHEN t.sequence <> t.expected_sequence
        THEN 'the sequence is ' || t.sequence || ', expected ' || t.expected_sequence
        ELSE 'the balance before is ' || t.balance_before || ', the change is ' || t.change
          || ', the balance after is ' || t.balance_after END AS detail
      FROM (SELECT id, user_id, sequence, balance_after, ${signedAmountSql()} AS change,
          row_number() OVER history AS expected_sequence, lag(balance_after, 1, 0) OVER history AS balance_before
        FROM ${ledgerTable} WINDOW history AS (PARTITION BY user_id ORDER BY sequence, id)) t
      WHERE t.sequence <> t.expected_sequence OR t.balance_after <> t.balance_before + t.change`,
  },
  {
    invariant: 'I2',
    sql: `SELECT ${personColumnsSql('u.id')}, 'the last sequence is ' || u.teo_sequence || ', the sequence of the last transaction is ' || COALESCE(t.last, 0) AS detail
      FROM users_user u LEFT JOIN (SELECT user_id, max(sequence) AS last FROM ${ledgerTable} GROUP BY user_id) t ON t.user_id = u.id
      WHERE u.teo_sequence <> COALESCE(t.last, 0)`,
  },
];

const totalChecks: LedgerCheck[] = [
  {
    invariant: 'totals',
    sql: `SELECT ${personColumnsSql('p.user_id')}, 'the total of earned coins is ' || p.total_teocoins_earned || ', the sum of the transactions is ' || COALESCE(t.total, 0) AS detail
      FROM users_userprogress p LEFT JOIN (
        SELECT t.user_id, sum(CASE WHEN r.id IS NULL THEN t.amount ELSE 0 END) AS total
        FROM ${ledgerTable} t LEFT JOIN ${ledgerTable} r ON r.reverses_id = t.id
        WHERE ${typeInSql(earningTypes, 't.transaction_type')} GROUP BY t.user_id) t ON t.user_id = p.user_id
      WHERE p.total_teocoins_earned <> COALESCE(t.total, 0)`,
  },
  {
    invariant: 'totals',
    sql: `SELECT ${personColumnsSql('p.user_id')}, 'the number of achievements is ' || p.achievements_earned || ', the number of rows is ' || COALESCE(a.total, 0) AS detail
      FROM users_userprogress p LEFT JOIN (
        SELECT user_id, count(*) AS total FROM rewards_achievement WHERE progress = 100 GROUP BY user_id) a ON a.user_id = p.user_id
      WHERE p.achievements_earned <> COALESCE(a.total, 0)`,
  },
];

/** Checks of balances, sequences and totals. Each check is one statement, so that all rows it compares come from one moment. */
export const balanceChecks: readonly LedgerCheck[] = [...balanceValueChecks, ...sequenceChecks, ...totalChecks];
