import type { Loading } from '../../../../platform/data/data-rules';

export const transactionLabel = 'rewards.teocointransaction';
/** The table of the rows of the file, before they are in the ledger. */
export const stagedTable = 'load_rewards_teocointransaction';

/** Refuses staged rows that break a constraint of the ledger. */
export async function checkLedger(load: Loading): Promise<void> {
  if (!load.has(transactionLabel)) return;
  await load.refuseWhere(
    transactionLabel,
    's.amount <= 0',
    'must be positive, because the type decides the direction',
    'amount',
  );
  await load.refuseWhere(transactionLabel, 's.recipient_id = s.user_id', 'a transfer to oneself', 'recipient');
  const isInvalidHashSql = "s.blockchain_tx_hash <> '' AND length(s.blockchain_tx_hash) <> 66";
  await load.refuseWhere(
    transactionLabel,
    isInvalidHashSql,
    'not a transaction hash: it must have 66 characters',
    'blockchain_tx_hash',
  );
  const isConfirmedWithoutHashSql = "s.is_blockchain_confirmed AND s.blockchain_tx_hash = ''";
  await load.refuseWhere(
    transactionLabel,
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
    (count) => `${transactionLabel}: ${count} transfers to deleted people became transactions of type spent`,
  );
  const ownCount = await load.run(
    `UPDATE ${stagedTable} SET recipient_id = NULL
     WHERE transaction_type = 'transfer_received' AND recipient_id = user_id AND NOT load_ours`,
  );
  load.noteCount(
    ownCount,
    (count) =>
      `${transactionLabel}: ${count} received transfers named their own person as the recipient; the recipient was removed`,
  );
  const otherCount = await load.run(
    `UPDATE ${stagedTable} SET recipient_id = NULL WHERE transaction_type <> 'transfer_sent' AND recipient_id IS NOT NULL AND NOT load_ours`,
  );
  load.noteCount(
    otherCount,
    (count) => `${transactionLabel}: ${count} rows that are not transfers named a recipient; the recipient was removed`,
  );
}
