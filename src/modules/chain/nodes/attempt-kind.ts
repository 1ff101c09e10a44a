/** `found`: a transaction we have no bytes of, which an administrator has pointed at and the chain has shown to be ours. */
export const attemptKinds = ['payment', 'cancellation', 'found'] as const;
export type AttemptKind = (typeof attemptKinds)[number];
