/** Totals of the books, each the text of a number on both engines: who copies a database compares them. */
export const booksSums: Record<string, string> = {
  'coins that people have': 'SELECT CAST(coalesce(sum(teo_coins), 0) AS text) FROM users_user',
  'coins that were moved': 'SELECT CAST(coalesce(sum(amount), 0) AS text) FROM rewards_teocointransaction',
  'last balances of the ledger': `SELECT CAST(coalesce(sum(balance_after), 0) AS text) FROM rewards_teocointransaction t
     WHERE sequence = (SELECT max(sequence) FROM rewards_teocointransaction WHERE user_id = t.user_id)`,
};
