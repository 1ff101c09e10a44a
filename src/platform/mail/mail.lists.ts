/** `shown`: the development mailbox has it, because no mail server is configured. `suppressed`: the address does not accept mail. */
export const mailStatuses = ['waiting', 'sent', 'shown', 'failed', 'suppressed'] as const;
export type MailStatus = (typeof mailStatuses)[number];

/** Mails are sent in this order. The position of a priority is the number in the row. */
export const mailPriorities = ['urgent', 'normal', 'bulk'] as const;
export type MailPriority = (typeof mailPriorities)[number];
