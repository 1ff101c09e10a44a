import type { BulkColumn } from '../../../platform/database/bulk';
import type { Loading } from '../../../platform/data/data-rules';
import { rewardTypes, signedAmountSql, typeInSql } from './transaction-types';

const label = 'rewards.teocointransaction';
const stagedTable = 'load_rewards_teocointransaction';
const ledgerTable = 'rewards_teocointransaction';

/** A UUID (version 8) computed from a number, so that every import of a file gives the same operation ids. */
const operationIdSql = (numberSql: string): string =>
  `'00000000-0000-8000-8000-' || substr(CAST(1000000000000 + ${numberSql} AS text), 2)`;

/** Refuses staged rows that break a constraint of the ledger. */
export async function checkLedger(load: Loading): Promise<void> {
  if (!load.has(label)) return;
  await load.refuseWhere(label, 's.amount <= 0', 'must be positive, because the type decides the direction', 'amount');
  await load.refuseWhere(label, 's.recipient_id = s.user_id', 'a transfer to oneself', 'recipient');
  const isInvalidHashSql = "s.blockchain_tx_hash <> '' AND length(s.blockchain_tx_hash) <> 66";
  await load.refuseWhere(
    label,
    isInvalidHashSql,
    'not a transaction hash: it must have 66 characters',
    'blockchain_tx_hash',
  );
  const isConfirmedWithoutHashSql = "s.is_blockchain_confirmed AND s.blockchain_tx_hash = ''";
  await load.refuseWhere(
    label,
    isConfirmedWithoutHashSql,
    'confirmed, but without a transaction hash',
    'is_blockchain_confirmed',
  );
  await load.refuseWhere('users.user', 's.teo_coins < 0', 'a balance below zero', 'teo_coins');
}

/** Repairs rows of the other system that break a constraint of the ledger, if only one repair is possible. */
export async function repairTransfers(load: Loading): Promise<void> {
  const hasNoRecipientSql = 'recipient_id IS NULL AND recipient_id__key IS NULL AND NOT load_ours';
  const spentCount = await load.run(
    `UPDATE ${stagedTable} SET transaction_type = 'spent' WHERE transaction_type = 'transfer_sent' AND ${hasNoRecipientSql}`,
  );
  load.noteCount(
    spentCount,
    (count) => `${label}: ${count} transfers to deleted people became transactions of type spent`,
  );
  const ownCount = await load.run(
    `UPDATE ${stagedTable} SET recipient_id = NULL
     WHERE transaction_type = 'transfer_received' AND recipient_id = user_id AND NOT load_ours`,
  );
  load.noteCount(
    ownCount,
    (count) =>
      `${label}: ${count} received transfers named their own person as the recipient; the recipient was removed`,
  );
  const otherCount = await load.run(
    `UPDATE ${stagedTable} SET recipient_id = NULL WHERE transaction_type <> 'transfer_sent' AND recipient_id IS NOT NULL AND NOT load_ours`,
  );
  load.noteCount(
    otherCount,
    (count) => `${label}: ${count} rows that are not transfers named a recipient; the recipient was removed`,
  );
}

/**
 * Writes the staged rows into the ledger. Rows from a dump of this application are written unchanged. Rows of the other system lack
 * the second side of transfers, sequence numbers and balances, which are added here in the order of time and id. If a person's rows
 * do not add up to their balance, or lead to a negative balance, an adjustment before the first row, and one after the last row,
 * covers the difference.
 */
export async function writeLedger(load: Loading): Promise<void> {
  await createRowsTable(load);
  await copyStagedRows(load);
  await addMissingTransferSides(load);
  await addAdjustments(load);
  await insertForeignRows(load);
  await insertOwnRows(load);
  await updateBalances(load);
}

/** The order of a person's rows: the opening adjustment, the rows of the file, the closing adjustment. */
const openingPhase = 0;
const filePhase = 1;
const closingPhase = 2;

const intColumn = (name: string): BulkColumn => ({ name, kind: 'int' });
const textColumn = (name: string): BulkColumn => ({ name, kind: 'text' });
const columns: BulkColumn[] = [
  intColumn('id'),
  intColumn('user_id'),
  intColumn('amount'),
  intColumn('recipient_id'),
  intColumn('related_object_id'),
  intColumn('operation'),
  textColumn('transaction_type'),
  textColumn('description'),
  textColumn('related_object_type'),
  textColumn('blockchain_tx_hash'),
  { name: 'is_blockchain_confirmed', kind: 'bool' },
  { name: 'created_at', kind: 'instant' },
  intColumn('phase'),
];
const columnNames = columns.map(({ name }) => name);

async function createRowsTable(load: Loading): Promise<void> {
  const { types, dropOnCommitSql } = load.database.dialect.bulk;
  const columnsSql = columns.map(({ name, kind }) => `${name} ${types[kind]}`).join(', ');
  await load.run('DROP TABLE IF EXISTS load_ledger_rows');
  await load.run(`CREATE TEMP TABLE load_ledger_rows (${columnsSql}) ${dropOnCommitSql}`);
}

async function copyStagedRows(load: Loading): Promise<void> {
  const stagedColumnsSql = columnNames.filter((name) => name !== 'operation' && name !== 'phase').join(', ');
  await load.run(
    `INSERT INTO load_ledger_rows (${stagedColumnsSql}, operation, phase)
     SELECT ${stagedColumnsSql}, id, ${filePhase} FROM ${stagedTable} WHERE NOT load_ours`,
  );
  await load.run('CREATE INDEX load_ledger_rows_operation ON load_ledger_rows (operation)');
  await load.run('CREATE INDEX load_ledger_rows_id ON load_ledger_rows (id)');
}

/**
 * Pairs each sent transfer with a received transfer of the same recipient and amount, in the order of time. If a sent transfer finds
 * no such row, a received transfer is added for its recipient.
 */
async function addMissingTransferSides(load: Loading): Promise<void> {
  const rankedSql = (type: string, recipientColumn: string): string =>
    `SELECT id, ${recipientColumn} AS recipient, amount,
       row_number() OVER (PARTITION BY ${recipientColumn}, amount ORDER BY created_at, id) AS place
     FROM load_ledger_rows WHERE transaction_type = '${type}'`;
  await load.run(
    `UPDATE load_ledger_rows SET operation = v.operation FROM (
       SELECT r.id, s.id AS operation FROM (${rankedSql('transfer_received', 'user_id')}) AS r
       JOIN (${rankedSql('transfer_sent', 'recipient_id')}) AS s
         ON s.recipient = r.recipient AND s.amount = r.amount AND s.place = r.place) AS v
     WHERE v.id = load_ledger_rows.id`,
  );
  await load.run(
    `INSERT INTO load_ledger_rows (${columnNames.join(', ')})
     SELECT ${await getLastId(load)} + row_number() OVER (ORDER BY s.id), s.recipient_id, s.amount, NULL, s.related_object_id, s.id,
       'transfer_received', s.description, s.related_object_type, s.blockchain_tx_hash, s.is_blockchain_confirmed, s.created_at, ${filePhase}
     FROM load_ledger_rows s WHERE s.transaction_type = 'transfer_sent' AND NOT EXISTS (
       SELECT 1 FROM load_ledger_rows r WHERE r.operation = s.id AND r.transaction_type = 'transfer_received')`,
  );
}

const getLastId = (load: Loading): Promise<number> =>
  load.number(
    `SELECT COALESCE(max(last_id), 0) AS n FROM (SELECT max(id) AS last_id FROM ${ledgerTable}
       UNION ALL SELECT max(id) FROM load_ledger_rows UNION ALL SELECT max(id) FROM ${stagedTable}) AS last_ids`,
  );

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

async function addAdjustments(load: Loading): Promise<void> {
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
  load.noteCount(count, () => `${label}: some balances did not equal their transactions: ${summary}`);
}

async function insertForeignRows(load: Loading): Promise<void> {
  const isRewardSql = `${typeInSql(rewardTypes)} AND related_object_id IS NOT NULL AND related_object_type IS NOT NULL`;
  await load.run(
    `INSERT INTO ${ledgerTable} (id, user_id, transaction_type, amount, description, recipient_id, related_object_type,
       related_object_id, blockchain_tx_hash, is_blockchain_confirmed, created_at, sequence, balance_after, operation_id,
       reward_epoch)
     SELECT l.id, user_id, transaction_type, amount, description, recipient_id, related_object_type, related_object_id,
       blockchain_tx_hash, is_blockchain_confirmed, l.created_at,
       u.teo_sequence + row_number() OVER (PARTITION BY user_id ORDER BY phase, l.created_at, l.id),
       u.teo_coins + sum(${signedAmountSql()}) OVER (PARTITION BY user_id ORDER BY phase, l.created_at, l.id),
       ${operationIdSql('operation')},
       CASE WHEN ${isRewardSql} THEN ${rewardEpochSql} ELSE 0 END
     FROM load_ledger_rows l JOIN users_user u ON u.id = l.user_id ORDER BY l.id`,
  );
  const repeatedCount = await load.number(
    `SELECT count(*) AS n FROM ${ledgerTable} t JOIN load_ledger_rows l ON l.id = t.id WHERE t.reward_epoch > 0`,
  );
  load.noteCount(
    repeatedCount,
    (count) =>
      `${label}: ${count} rewards were paid again for the same object; they are kept under a later reward epoch`,
  );
}

/** A reward that was paid again for the same object gets the next epoch, because one epoch allows only one such reward. */
const rewardEpochSql = `row_number() OVER (PARTITION BY user_id, transaction_type, related_object_type, related_object_id
    ORDER BY l.created_at, l.id) - 1 + COALESCE((SELECT max(e.reward_epoch) + 1 FROM ${ledgerTable} e
    WHERE e.user_id = l.user_id AND e.transaction_type = l.transaction_type AND e.related_object_type = l.related_object_type
      AND e.related_object_id = l.related_object_id), 0)`;

async function insertOwnRows(load: Loading): Promise<void> {
  const columnsSql = `id, user_id, transaction_type, amount, description, recipient_id, related_object_type, related_object_id,
    blockchain_tx_hash, is_blockchain_confirmed, created_at, sequence, balance_after, operation_id, idempotency_key,
    request_hash, reward_epoch, reverses_id, actor_id`;
  await load.run(
    `INSERT INTO ${ledgerTable} (${columnsSql}) SELECT ${columnsSql} FROM ${stagedTable} WHERE load_ours ORDER BY id`,
  );
}

/** Sets each balance to that of the person's last row. A dump of this application with a different balance is refused. */
async function updateBalances(load: Loading): Promise<void> {
  await load.run(
    `UPDATE users_user SET teo_coins = t.balance_after, teo_sequence = t.sequence FROM ${ledgerTable} t
     JOIN (SELECT user_id, max(sequence) AS last FROM ${ledgerTable} GROUP BY user_id) AS l
       ON l.user_id = t.user_id AND l.last = t.sequence
     WHERE t.user_id = users_user.id AND (users_user.teo_sequence <> t.sequence OR users_user.teo_coins <> t.balance_after)`,
  );
  await load.refuseWhere(
    'users.user',
    's.load_ours AND EXISTS (SELECT 1 FROM users_user u WHERE u.id = s.id AND u.teo_coins <> s.teo_coins)',
    'the balance does not equal the transactions',
    'teo_coins',
  );
}
