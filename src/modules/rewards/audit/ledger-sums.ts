/**
 * SQL of sums over the ledger. The command that copies a database between two engines compares these sums as text, because the
 * engines return numbers in different formats.
 */
export const ledgerSums: Record<string, string> = {
  'sum of all balances': 'SELECT CAST(coalesce(sum(teo_coins), 0) AS text) FROM users_user',
  'sum of all amounts': 'SELECT CAST(coalesce(sum(amount), 0) AS text) FROM rewards_teocointransaction',
  'sum of the last balances in the ledger': `SELECT CAST(coalesce(sum(balance_after), 0) AS text) FROM rewards_teocointransaction t
     WHERE sequence = (SELECT max(sequence) FROM rewards_teocointransaction WHERE user_id = t.user_id)`,
};
