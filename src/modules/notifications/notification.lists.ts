/** `low` is shown in the application and the digest only. `urgent` (security and money) ignores quiet hours. */
export const priorities = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof priorities)[number];

/** Deliveries are sent in this order. The position of a priority is the number in the row. */
export const deliveryOrder = ['urgent', 'high', 'normal', 'low'] as const satisfies readonly Priority[];

/** `skipped`: it is not sent, for a reason that is no failure, such as an address that is not verified. */
export const deliveryStatuses = ['waiting', 'sent', 'failed', 'skipped'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** How often mails are sent. `immediately` means no digest. */
export const digestFrequencies = ['immediately', 'daily', 'weekly'] as const;
export type DigestFrequency = (typeof digestFrequencies)[number];

export const audiences = ['all', 'students', 'teachers'] as const;
export type Audience = (typeof audiences)[number];

/** The channels that people choose for themselves, each behind a switch of the settings. */
export const personChannels = ['email', 'push'] as const;
export type PersonChannel = (typeof personChannels)[number];
