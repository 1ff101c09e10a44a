export interface WaitingWithdrawal {
  id: number;
  amount: number;
}

/** The whole TeoCoins that new payments can still use. */
interface Budget {
  /** The rest of the signer's limit for 24 hours. */
  limit: number;
  /** The coins in the treasury, minus those of withdrawals that have a nonce and may still be paid. */
  treasury: number;
}
/** The first withdrawal that does not fit into the budget, and the part of the budget that is too small. */
export interface Blocked {
  id: number;
  lacks: keyof Budget;
}

/**
 * Selects withdrawals in the order of their requests until one does not fit into the budget. Later withdrawals wait even if they are
 * smaller, because people are paid in order. Nothing above the budget is selected, because a nonce whose transaction the signer refuses
 * would block all later nonces.
 */
export function selectPayable(
  waiting: readonly WaitingWithdrawal[],
  budget: Budget,
): { payable: WaitingWithdrawal[]; blocked: Blocked | null } {
  const payable: WaitingWithdrawal[] = [];
  let total = 0;
  for (const withdrawal of waiting) {
    total += withdrawal.amount;
    if (total > budget.treasury) return { payable, blocked: { id: withdrawal.id, lacks: 'treasury' } };
    if (total > budget.limit) return { payable, blocked: { id: withdrawal.id, lacks: 'limit' } };
    payable.push(withdrawal);
  }
  return { payable, blocked: null };
}
