import { rowColumnsSql, ledgerTable, type LedgerCheck } from '../../rewards';
import { aDeposit, aWithdrawal, checksOf, noPerson } from './chain-check';

/** The amount and the dust of a deposit, as one number of units. */
const unitsOfPartsSql = `CASE WHEN d.amount > 0 THEN CAST(d.amount AS varchar) || d.dust
  ELSE COALESCE(NULLIF(ltrim(d.dust, '0'), ''), '0') END`;

const finality = checksOf('I13', [
  `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' is ' || w.state
      || ', but the hash or confirmation of its debit in the ledger differs' AS detail
    FROM rewards_withdrawal w JOIN ${ledgerTable} t ON t.id = w.ledger_id
    WHERE (w.state = 'confirmed') <> t.is_blockchain_confirmed
      OR (w.state = 'confirmed' AND t.blockchain_tx_hash <> w.tx_hash)
      OR (t.blockchain_tx_hash <> '' AND NOT EXISTS (SELECT 1 FROM rewards_withdrawal_attempt a
        WHERE a.withdrawal_id = w.id AND a.tx_hash = t.blockchain_tx_hash))`,
  `SELECT ${aDeposit}, 'deposit ' || d.id || ' is credited, but the hash or confirmation of its credit in the ledger differs' AS detail
    FROM rewards_deposit d JOIN ${ledgerTable} t ON t.id = d.ledger_id
    WHERE NOT t.is_blockchain_confirmed OR t.blockchain_tx_hash <> d.tx_hash`,
  `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' cannot be ' || w.state || ' in block ' || COALESCE(w.block_number, -1)
      || ' (-1: none): final is ' || c.final_number AS detail
    FROM rewards_withdrawal w CROSS JOIN rewards_chain_cursor c
    WHERE (w.state IN ('mined', 'confirmed') AND (w.block_number IS NULL OR w.block_hash = ''))
      OR (w.state = 'confirmed' AND w.block_number > c.final_number)
      OR (w.state = 'mined' AND w.block_number <= c.final_number)`,
  `SELECT ${aDeposit}, 'deposit ' || d.id || ' cannot be ' || d.state || ' in block ' || d.block_number || ': final is '
      || c.final_number AS detail
    FROM rewards_deposit d CROSS JOIN rewards_chain_cursor c
    WHERE (d.state = 'seen') <> (d.block_number > c.final_number) OR (d.state = 'seen') <> (d.final_at IS NULL)`,
  `SELECT ${noPerson}, 'payment ' || p.tx_hash || ' is recorded in block ' || p.block_number || ', but final is '
      || c.final_number AS detail
    FROM rewards_payout p CROSS JOIN rewards_chain_cursor c WHERE p.block_number > c.final_number`,
  `SELECT ${noPerson}, 'the cursor is not in order: opening ' || c.opening_number || ', final is ' || c.final_number
      || ', the head ' || c.head_number AS detail
    FROM rewards_chain_cursor c WHERE c.opening_number > c.final_number OR c.final_number > c.head_number`,
  `SELECT ${noPerson}, 'header ' || b.number || ' does not link to the header before it' AS detail
    FROM rewards_block b CROSS JOIN rewards_chain_cursor c LEFT JOIN rewards_block before ON before.number = b.number - 1
    WHERE b.number <= c.final_number OR b.parent_hash <> CASE WHEN b.number = c.final_number + 1 THEN c.final_hash
      ELSE COALESCE(before.hash, '') END`,
]);

const deposits = checksOf('I14', [
  `SELECT ${aDeposit}, 'deposit ' || d.id || ' of ' || d.amount || ' is ' || d.state
      || ' and its credit in the ledger does not match' AS detail
    FROM rewards_deposit d LEFT JOIN ${ledgerTable} t ON t.id = d.ledger_id
    WHERE (d.state = 'credited') <> (d.ledger_id IS NOT NULL) OR (d.ledger_id IS NOT NULL AND (t.id IS NULL
      OR t.transaction_type <> 'deposit' OR t.amount <> d.amount OR d.user_id IS NULL OR t.user_id <> d.user_id))`,
  `SELECT ${rowColumnsSql('t')}, 'a credit of ' || count(d.id) || ' deposits instead of 1' AS detail
    FROM ${ledgerTable} t LEFT JOIN rewards_deposit d ON d.ledger_id = t.id
    WHERE t.transaction_type = 'deposit'
      AND (t.related_object_type = 'rewards.deposit' OR t.id >= (SELECT min(ledger_id) FROM rewards_deposit))
    GROUP BY t.id, t.user_id HAVING count(d.id) <> 1`,
  `SELECT ${aDeposit}, 'deposit ' || d.id || ' of ' || d.units || ' units is recorded as ' || d.amount || ' coins and '
      || d.dust || ' dust' AS detail
    FROM rewards_deposit d WHERE d.units <> ${unitsOfPartsSql} OR length(d.dust) <> 18
      OR (d.state <> 'seen' AND (d.state = 'dust') <> (d.amount = 0))`,
  `SELECT ${noPerson}, 'transfer ' || d.ordinal || ' of ' || d.tx_hash || ' is recorded ' || count(*) || ' times' AS detail
    FROM rewards_deposit d GROUP BY d.tx_hash, d.ordinal HAVING count(*) > 1`,
  // The ordinals of a transaction are 0, 1, 2 …, so that a gap means that a transfer was lost.
  `SELECT ${noPerson}, 'transaction ' || d.tx_hash || ' has ' || count(*) || ' recorded transfers, but the last is '
      || max(d.ordinal) || ' (the first is 0)' AS detail
    FROM rewards_deposit d GROUP BY d.tx_hash HAVING max(d.ordinal) >= count(*)`,
]);

/** Confirmations and credits are final, and each transfer to the treasury is recorded once. */
export const finalityChecks: readonly LedgerCheck[] = [...finality, ...deposits];
