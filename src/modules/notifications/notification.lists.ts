/** `low`: in the application and the digest only; `urgent`: ignores quiet hours (security and money). */
export const priorities = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof priorities)[number];

/** A kind of news. Modules register theirs when they start; the stored value is for good. */
export interface NotificationType {
  /** Stored value: small letters, digits and `_`, at most 50. */
  type: string;
  priority: Priority;
  /** The kind as people read it; the title of a notification that brings none of its own. */
  label: string;
}
