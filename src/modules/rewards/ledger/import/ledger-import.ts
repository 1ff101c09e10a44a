import type { Loading } from '../../../../platform/data/data-rules';
import { rewardTypes, signedAmountSql, typeInSql } from '../transaction-types';
import { addAdjustments } from './balance-adjustments';
import { addMissingTransferSides, copyStagedRows, createRowsTable, ledgerTable } from './ledger-rows';
import { stagedTable, transactionLabel } from './staged-transactions';

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

/** A UUID (version 8) computed from a number, so that every import of a file gives the same operation ids. */
const operationIdSql = (numberSql: string): string =>
  `'00000000-0000-8000-8000-' || substr(CAST(1000000000000 + ${numberSql} AS text), 2)`;

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
       CASE WHEN ${isRewardSql} THEN ${load.merging ? `${rewardNumberSql} + ${existingEpochsSql}` : rewardNumberSql} ELSE 0 END
     FROM load_ledger_rows l JOIN users_user u ON u.id = l.user_id ORDER BY l.id`,
  );
  const repeatedCount = await load.number(
    `SELECT count(*) AS n FROM ${ledgerTable} t JOIN load_ledger_rows l ON l.id = t.id WHERE t.reward_epoch > 0`,
  );
  load.noteCount(
    repeatedCount,
    (count) =>
      `${transactionLabel}: ${count} rewards were paid again for the same object; they are kept under a later reward epoch`,
  );
}

/** A reward that was paid again for the same object gets the next epoch, because one epoch allows only one such reward. */
const rewardNumberSql = `row_number() OVER (PARTITION BY user_id, transaction_type, related_object_type, related_object_id
    ORDER BY l.created_at, l.id) - 1`;

/** How many epochs of the reward the ledger has already. It has none unless this is a merge. */
const existingEpochsSql = `COALESCE((SELECT max(e.reward_epoch) + 1 FROM ${ledgerTable} e
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
