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
 * The oldest that both reach, and the first that one of them does not: nobody overtakes who came before, and a nonce that the
 * signer refuses would hold up all that follow.
 */
export function inOrder(
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
