import { rowColumnsSql, ledgerTable, type LedgerCheck } from '../../rewards';

const aWithdrawal = `w.user_id AS "userId", w.ledger_id AS "transactionId"`;
const aDeposit = `d.user_id AS "userId", d.ledger_id AS "transactionId"`;
const nothing = `CAST(NULL AS bigint) AS "userId", CAST(NULL AS bigint) AS "transactionId"`;
/** Whole coins and digits after the point, as one number of units. */
const unitsOfParts = `CASE WHEN d.amount > 0 THEN CAST(d.amount AS varchar) || d.dust
  ELSE COALESCE(NULLIF(ltrim(d.dust, '0'), ''), '0') END`;

const mirrors: LedgerCheck[] = [
  {
    invariant: 'I13',
    sql: `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' is ' || w.state || ' and its debit does not mirror it' AS detail
      FROM rewards_withdrawal w JOIN ${ledgerTable} t ON t.id = w.ledger_id
      WHERE (w.state = 'confirmed') <> t.is_blockchain_confirmed
        OR (w.state = 'confirmed' AND t.blockchain_tx_hash <> w.tx_hash)
        OR (t.blockchain_tx_hash <> '' AND NOT EXISTS (SELECT 1 FROM rewards_withdrawal_attempt a
          WHERE a.withdrawal_id = w.id AND a.tx_hash = t.blockchain_tx_hash))`,
  },
  {
    invariant: 'I13',
    sql: `SELECT ${aDeposit}, 'deposit ' || d.id || ' is credited and its row does not mirror it' AS detail
      FROM rewards_deposit d JOIN ${ledgerTable} t ON t.id = d.ledger_id
      WHERE NOT t.is_blockchain_confirmed OR t.blockchain_tx_hash <> d.tx_hash`,
  },
];

const marks: LedgerCheck[] = [
  {
    invariant: 'I13',
    sql: `SELECT ${aWithdrawal}, 'withdrawal ' || w.id || ' is ' || w.state || ' in block ' || COALESCE(w.block_number, -1)
        || ', final is ' || c.final_number AS detail
      FROM rewards_withdrawal w CROSS JOIN rewards_chain_cursor c
      WHERE (w.state IN ('mined', 'confirmed') AND (w.block_number IS NULL OR w.block_hash = ''))
        OR (w.state = 'confirmed' AND w.block_number > c.final_number)
        OR (w.state = 'mined' AND w.block_number <= c.final_number)`,
  },
  {
    invariant: 'I13',
    sql: `SELECT ${aDeposit}, 'deposit ' || d.id || ' is ' || d.state || ' in block ' || d.block_number || ', final is '
        || c.final_number AS detail
      FROM rewards_deposit d CROSS JOIN rewards_chain_cursor c
      WHERE (d.state = 'seen') <> (d.block_number > c.final_number) OR (d.state = 'seen') <> (d.final_at IS NULL)`,
  },
  {
    invariant: 'I13',
    sql: `SELECT ${nothing}, 'payment ' || p.tx_hash || ' is of block ' || p.block_number || ', final is ' || c.final_number AS detail
      FROM rewards_payout p CROSS JOIN rewards_chain_cursor c WHERE p.block_number > c.final_number`,
  },
  {
    invariant: 'I13',
    sql: `SELECT ${nothing}, 'the books begin at block ' || c.opening_number || ', final is ' || c.final_number || ', the head '
        || c.head_number AS detail
      FROM rewards_chain_cursor c WHERE c.opening_number > c.final_number OR c.final_number > c.head_number`,
  },
  {
    invariant: 'I13',
    sql: `SELECT ${nothing}, 'header ' || b.number || ' does not follow the one before' AS detail
      FROM rewards_block b CROSS JOIN rewards_chain_cursor c LEFT JOIN rewards_block before ON before.number = b.number - 1
      WHERE b.number <= c.final_number OR b.parent_hash <> CASE WHEN b.number = c.final_number + 1 THEN c.final_hash
        ELSE COALESCE(before.hash, '') END`,
  },
];

const deposits: LedgerCheck[] = [
  {
    invariant: 'I14',
    sql: `SELECT ${aDeposit}, 'deposit ' || d.id || ' of ' || d.amount || ' is ' || d.state || ' and has not its credit' AS detail
      FROM rewards_deposit d LEFT JOIN ${ledgerTable} t ON t.id = d.ledger_id
      WHERE (d.state = 'credited') <> (d.ledger_id IS NOT NULL) OR (d.ledger_id IS NOT NULL AND (t.id IS NULL
        OR t.transaction_type <> 'deposit' OR t.amount <> d.amount OR d.user_id IS NULL OR t.user_id <> d.user_id))`,
  },
  {
    invariant: 'I14',
    sql: `SELECT ${rowColumnsSql('t')}, 'a credit of ' || count(d.id) || ' deposits' AS detail
      FROM ${ledgerTable} t LEFT JOIN rewards_deposit d ON d.ledger_id = t.id
      WHERE t.transaction_type = 'deposit'
        AND (t.related_object_type = 'rewards.deposit' OR t.id >= (SELECT min(ledger_id) FROM rewards_deposit))
      GROUP BY t.id, t.user_id HAVING count(d.id) <> 1`,
  },
  {
    invariant: 'I14',
    sql: `SELECT ${aDeposit}, 'deposit ' || d.id || ' of ' || d.units || ' counts as ' || d.amount || ' and ' || d.dust AS detail
      FROM rewards_deposit d WHERE d.units <> ${unitsOfParts} OR length(d.dust) <> 18
        OR (d.state <> 'seen' AND (d.state = 'dust') <> (d.amount = 0))`,
  },
  {
    invariant: 'I14',
    sql: `SELECT ${nothing}, 'transfer ' || d.ordinal || ' of ' || d.tx_hash || ' is kept ' || count(*) || ' times' AS detail
      FROM rewards_deposit d GROUP BY d.tx_hash, d.ordinal HAVING count(*) > 1`,
  },
  {
    // The ordinals of a transaction are 0, 1, 2 …: a gap is a transfer that was lost.
    invariant: 'I14',
    sql: `SELECT ${nothing}, 'of the transfers of ' || d.tx_hash || ', ' || count(*) || ' are kept, the last is ' || max(d.ordinal) AS detail
      FROM rewards_deposit d GROUP BY d.tx_hash HAVING max(d.ordinal) >= count(*)`,
  },
];

/** What is final stays, and each transfer to the treasury stands once. Each reads its tables once. */
export const finalityChecks: readonly LedgerCheck[] = [...mirrors, ...marks, ...deposits];
