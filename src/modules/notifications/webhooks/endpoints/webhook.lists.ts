/** `gone`: the receiver answered 410, so it does not want any more messages. */
export const deactivationReasons = ['administrator', 'gone'] as const;
export type DeactivationReason = (typeof deactivationReasons)[number];
