export interface Waiting {
  id: number;
  amount: number;
}

/** Whole TeoCoins that may still be promised: of what the signer signs for in a day, and of what the treasury holds. */
export interface Budget {
  limit: number;
  treasury: number;
}

/**
 * The oldest withdrawals that both limits cover, and the first that one of them does not cover. Those after it wait, although
 * smaller ones might fit: they are paid in the order they were asked for, and a nonce that the signer refuses blocks all later nonces.
 */
export function selectPayable(
  waiting: readonly Waiting[],
  budget: Budget,
): { begun: Waiting[]; next: { id: number; lacks: keyof Budget } | null } {
  const left = { ...budget };
  const begun: Waiting[] = [];
  for (const one of waiting) {
    left.limit -= one.amount;
    left.treasury -= one.amount;
    if (left.treasury < 0) return { begun, next: { id: one.id, lacks: 'treasury' } };
    if (left.limit < 0) return { begun, next: { id: one.id, lacks: 'limit' } };
    begun.push(one);
  }
  return { begun, next: null };
}
