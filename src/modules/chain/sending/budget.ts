export interface WaitingWithdrawal {
  id: number;
  amount: number;
}

/** Whole TeoCoins that can still be assigned: of the signer's limit of 24 hours, and of the coins in the treasury. */
export interface Budget {
  limit: number;
  treasury: number;
}
/** The first withdrawal that does not fit into the budget, and the part of the budget that is too small. */
export interface Blocked {
  id: number;
  lacks: keyof Budget;
}

/**
 * Selects withdrawals in the order of their requests until one does not fit into the budget. Smaller ones after it wait too: people are
 * paid in order, and a nonce whose transaction the signer refuses would block all later nonces.
 */
export function selectPayable(
  waiting: readonly WaitingWithdrawal[],
  budget: Budget,
): { payable: WaitingWithdrawal[]; blocked: Blocked | null } {
  let { limit, treasury } = budget;
  const payable: WaitingWithdrawal[] = [];
  for (const withdrawal of waiting) {
    limit -= withdrawal.amount;
    treasury -= withdrawal.amount;
    if (treasury < 0) return { payable, blocked: { id: withdrawal.id, lacks: 'treasury' } };
    if (limit < 0) return { payable, blocked: { id: withdrawal.id, lacks: 'limit' } };
    payable.push(withdrawal);
  }
  return { payable, blocked: null };
}
