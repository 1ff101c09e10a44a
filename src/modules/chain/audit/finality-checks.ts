import { rowColumnsSql, ledgerTable, type LedgerCheck } from '../../rewards';
import { checksOf, depositColumnsSql, noPersonColumnsSql, withdrawalColumnsSql } from './chain-check';

/** The units that the amount (whole coins) and the dust (the 18 digits after the decimal point) of a deposit give together, as a text. */
const unitsOfDepositSql = `CASE WHEN deposit.amount > 0 THEN CAST(deposit.amount AS varchar) || deposit.dust
  ELSE COALESCE(NULLIF(ltrim(deposit.dust, '0'), ''), '0') END`;

const confirmationChecks = checksOf('I13', [
  `SELECT ${withdrawalColumnsSql}, 'withdrawal ' || withdrawal.id || ' is ' || withdrawal.state
      || ', but the hash or confirmation of its debit in the ledger differs' AS detail
    FROM rewards_withdrawal withdrawal JOIN ${ledgerTable} ledger ON ledger.id = withdrawal.ledger_id
    WHERE (withdrawal.state = 'confirmed') <> ledger.is_blockchain_confirmed
      OR (withdrawal.state = 'confirmed' AND ledger.blockchain_tx_hash <> withdrawal.tx_hash)
      OR (ledger.blockchain_tx_hash <> '' AND NOT EXISTS (SELECT 1 FROM rewards_withdrawal_attempt attempt
        WHERE attempt.withdrawal_id = withdrawal.id AND attempt.tx_hash = ledger.blockchain_tx_hash))`,
  `SELECT ${depositColumnsSql}, 'deposit ' || deposit.id
      || ' is credited, but the hash or confirmation of its credit in the ledger differs' AS detail
    FROM rewards_deposit deposit JOIN ${ledgerTable} ledger ON ledger.id = deposit.ledger_id
    WHERE NOT ledger.is_blockchain_confirmed OR ledger.blockchain_tx_hash <> deposit.tx_hash`,
  `SELECT ${withdrawalColumnsSql}, 'withdrawal ' || withdrawal.id || ' cannot be ' || withdrawal.state || ' in block '
      || COALESCE(withdrawal.block_number, -1) || ' (-1: none): final is ' || cursor.final_number AS detail
    FROM rewards_withdrawal withdrawal CROSS JOIN rewards_chain_cursor cursor
    WHERE (withdrawal.state IN ('mined', 'confirmed')
        AND (withdrawal.block_number IS NULL OR withdrawal.block_hash = ''))
      OR (withdrawal.state = 'confirmed' AND withdrawal.block_number > cursor.final_number)
      OR (withdrawal.state = 'mined' AND withdrawal.block_number <= cursor.final_number)`,
  `SELECT ${depositColumnsSql}, 'deposit ' || deposit.id || ' cannot be ' || deposit.state || ' in block '
      || deposit.block_number || ': final is ' || cursor.final_number AS detail
    FROM rewards_deposit deposit CROSS JOIN rewards_chain_cursor cursor
    WHERE (deposit.state = 'seen') <> (deposit.block_number > cursor.final_number)
      OR (deposit.state = 'seen') <> (deposit.final_at IS NULL)`,
  `SELECT ${noPersonColumnsSql}, 'payment ' || payout.tx_hash || ' is recorded in block ' || payout.block_number
      || ', but final is ' || cursor.final_number AS detail
    FROM rewards_payout payout CROSS JOIN rewards_chain_cursor cursor
    WHERE payout.block_number > cursor.final_number`,
  `SELECT ${noPersonColumnsSql}, 'the cursor is not in order: opening ' || cursor.opening_number || ', final is '
      || cursor.final_number || ', the head ' || cursor.head_number AS detail
    FROM rewards_chain_cursor cursor
    WHERE cursor.opening_number > cursor.final_number OR cursor.final_number > cursor.head_number`,
  `SELECT ${noPersonColumnsSql}, 'header ' || header.number || ' does not link to the header before it' AS detail
    FROM rewards_block header CROSS JOIN rewards_chain_cursor cursor
    LEFT JOIN rewards_block parent ON parent.number = header.number - 1
    WHERE header.number <= cursor.final_number
      OR header.parent_hash <> CASE WHEN header.number = cursor.final_number + 1 THEN cursor.final_hash
        ELSE COALESCE(parent.hash, '') END`,
]);

const depositChecks = checksOf('I14', [
  `SELECT ${depositColumnsSql}, 'deposit ' || deposit.id || ' of ' || deposit.amount || ' is ' || deposit.state
      || ' and its credit in the ledger does not match' AS detail
    FROM rewards_deposit deposit LEFT JOIN ${ledgerTable} ledger ON ledger.id = deposit.ledger_id
    WHERE (deposit.state = 'credited') <> (deposit.ledger_id IS NOT NULL)
      OR (deposit.ledger_id IS NOT NULL
        AND (ledger.id IS NULL OR ledger.transaction_type <> 'deposit' OR ledger.amount <> deposit.amount
          OR deposit.user_id IS NULL OR ledger.user_id <> deposit.user_id))`,
  `SELECT ${rowColumnsSql('ledger')}, 'a credit of ' || count(deposit.id) || ' deposits instead of 1' AS detail
    FROM ${ledgerTable} ledger LEFT JOIN rewards_deposit deposit ON deposit.ledger_id = ledger.id
    WHERE ledger.transaction_type = 'deposit'
      AND (ledger.related_object_type = 'rewards.deposit' OR ledger.id >= (SELECT min(ledger_id) FROM rewards_deposit))
    GROUP BY ledger.id, ledger.user_id HAVING count(deposit.id) <> 1`,
  `SELECT ${depositColumnsSql}, 'deposit ' || deposit.id || ' of ' || deposit.units || ' units is recorded as '
      || deposit.amount || ' coins and ' || deposit.dust || ' dust' AS detail
    FROM rewards_deposit deposit
    WHERE deposit.units <> ${unitsOfDepositSql} OR length(deposit.dust) <> 18
      OR (deposit.state <> 'seen' AND (deposit.state = 'dust') <> (deposit.amount = 0))`,
  `SELECT ${noPersonColumnsSql}, 'transfer ' || deposit.ordinal || ' of ' || deposit.tx_hash || ' is recorded '
      || count(*) || ' times' AS detail
    FROM rewards_deposit deposit GROUP BY deposit.tx_hash, deposit.ordinal HAVING count(*) > 1`,
  // The ordinals of a transaction are 0, 1, 2 …, so that a gap means that a transfer was lost.
  `SELECT ${noPersonColumnsSql}, 'transaction ' || deposit.tx_hash || ' has ' || count(*)
      || ' recorded transfers, but the last is ' || max(deposit.ordinal) || ' (the first is 0)' AS detail
    FROM rewards_deposit deposit GROUP BY deposit.tx_hash HAVING max(deposit.ordinal) >= count(*)`,
]);

/** Confirmations and credits are final, and each transfer to the treasury is recorded once. */
export const finalityChecks: readonly LedgerCheck[] = [...confirmationChecks, ...depositChecks];
