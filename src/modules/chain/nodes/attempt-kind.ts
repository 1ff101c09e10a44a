/** `found`: an administrator named the transaction as the payment. The school has only its hash, not its signed bytes. */
export const attemptKinds = ['payment', 'cancellation', 'found'] as const;
export type AttemptKind = (typeof attemptKinds)[number];
