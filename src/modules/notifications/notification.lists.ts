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

/** A type of notification. Modules register their types at start. The stored value never changes. */
export interface NotificationType {
  /** The stored value: at most 50 lower-case letters, digits or `_`. */
  type: string;
  priority: Priority;
  /** The name of the type for people. A notification without a title of its own uses it as its title. */
  label: string;
}
