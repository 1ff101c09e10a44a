import type { BulkColumn } from '../../../../platform/database/bulk';
import type { Loading } from '../../../../platform/data/data-rules';
import { stagedTable } from './staged-transactions';

export const ledgerTable = 'rewards_teocointransaction';

/** The order of a person's rows: the opening adjustment, the rows of the file, the closing adjustment. */
export const openingPhase = 0;
const filePhase = 1;
export const closingPhase = 2;

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

/** Creates the table `load_ledger_rows`, which has the rows that the file lacks too. */
export async function createRowsTable(load: Loading): Promise<void> {
  const { types, dropOnCommitSql } = load.database.dialect.bulk;
  const columnsSql = columns.map(({ name, kind }) => `${name} ${types[kind]}`).join(', ');
  await load.run('DROP TABLE IF EXISTS load_ledger_rows');
  await load.run(`CREATE TEMP TABLE load_ledger_rows (${columnsSql}) ${dropOnCommitSql}`);
}

export async function copyStagedRows(load: Loading): Promise<void> {
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
export async function addMissingTransferSides(load: Loading): Promise<void> {
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

/** The highest id of the ledger, the file and the added rows. */
export const getLastId = (load: Loading): Promise<number> =>
  load.number(
    `SELECT COALESCE(max(last_id), 0) AS n FROM (SELECT max(id) AS last_id FROM ${ledgerTable}
       UNION ALL SELECT max(id) FROM load_ledger_rows UNION ALL SELECT max(id) FROM ${stagedTable}) AS last_ids`,
  );
