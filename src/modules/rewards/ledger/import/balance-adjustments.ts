import type { Loading } from '../../../../platform/data/data-rules';
import { signedAmountSql } from '../transaction-types';
import { closingPhase, getLastId, openingPhase } from './ledger-rows';
import { transactionLabel } from './staged-transactions';

/** The balance of each person after each imported row, counted from 0. The row with `place_from_end` = 1 is the last one. */
const runningSumsSql = `SELECT user_id, created_at,
    sum(${signedAmountSql()}) OVER (PARTITION BY user_id ORDER BY created_at, id) AS running,
    row_number() OVER (PARTITION BY user_id ORDER BY created_at DESC, id DESC) AS place_from_end
  FROM load_ledger_rows`;

/**
 * For each person: the current balance (`before`), the sum of the imported rows (`total`), the lowest running sum (`lowest`) and the
 * balance that the file contains (`target`).
 */
const personTotalsSql = `SELECT u.id AS user_id, u.teo_coins AS before, COALESCE(f.total, 0) AS total,
    CASE WHEN COALESCE(f.lowest, 0) < 0 THEN f.lowest ELSE 0 END AS lowest,
    COALESCE(t.teo_coins, u.teo_coins + COALESCE(f.total, 0)) AS target,
    COALESCE(f.first_at, u.created_at) AS first_at, COALESCE(f.last_at, u.created_at) AS last_at
  FROM users_user u
  LEFT JOIN (
    SELECT user_id, max(CASE WHEN place_from_end = 1 THEN running END) AS total, min(running) AS lowest,
      min(created_at) AS first_at, max(created_at) AS last_at
    FROM (${runningSumsSql}) AS sums GROUP BY user_id) AS f ON f.user_id = u.id
  LEFT JOIN load_users_user t ON t.id = u.id AND NOT t.load_ours
  WHERE f.user_id IS NOT NULL OR t.id IS NOT NULL`;

/** Adds a row before the first and after the last row of each person whose rows do not add up to the balance of the file. */
export async function addAdjustments(load: Loading): Promise<void> {
  const { types, dropOnCommitSql } = load.database.dialect.bulk;
  await load.run('DROP TABLE IF EXISTS load_adjustments');
  const numberColumns = ['user_id', 'opening', 'closing'].map((name) => `${name} ${types.int}`);
  const timeColumns = ['first_at', 'last_at'].map((name) => `${name} ${types.instant}`);
  await load.run(
    `CREATE TEMP TABLE load_adjustments (${[...numberColumns, ...timeColumns].join(', ')}) ${dropOnCommitSql}`,
  );
  await load.run(
    `INSERT INTO load_adjustments (user_id, opening, closing, first_at, last_at)
     SELECT user_id, opening, before + total + opening - target, first_at, last_at FROM (
       SELECT w.*, CASE WHEN missing > needed THEN missing ELSE needed END AS opening
       FROM (
         SELECT s.*, target - before - total AS missing,
           CASE WHEN before + lowest < 0 THEN -(before + lowest) ELSE 0 END AS needed
         FROM (${personTotalsSql}) AS s
       ) AS w
     ) AS opened`,
  );
  await insertAdjustments(load, 'opening', 'credit', openingPhase);
  await insertAdjustments(load, 'closing', 'debit', closingPhase);
}

const adjustmentReasons = {
  opening: 'Opening balance: the balance did not equal its transactions',
  closing: 'Closing balance of the import: the balance did not equal its transactions',
};

async function insertAdjustments(
  load: Loading,
  kind: 'opening' | 'closing',
  direction: 'credit' | 'debit',
  phase: number,
): Promise<void> {
  const timeColumn = kind === 'opening' ? 'first_at' : 'last_at';
  const count = await load.run(
    `INSERT INTO load_ledger_rows (id, user_id, amount, operation, transaction_type, description, blockchain_tx_hash,
       is_blockchain_confirmed, created_at, phase)
     SELECT $1 + row_number() OVER (ORDER BY user_id), user_id, ${kind}, $1 + row_number() OVER (ORDER BY user_id),
       'admin_adjustment_${direction}', '${adjustmentReasons[kind]}', '', $2, ${timeColumn}, ${phase}
     FROM load_adjustments WHERE ${kind} > 0`,
    [await getLastId(load), false],
  );
  const sum = await load.number(`SELECT COALESCE(sum(${kind}), 0) AS n FROM load_adjustments`);
  const summary = `${count} ${kind} adjustments, ${sum} TeoCoins`;
  load.noteCount(count, () => `${transactionLabel}: some balances did not equal their transactions: ${summary}`);
}
