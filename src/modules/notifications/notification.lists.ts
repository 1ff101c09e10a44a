/** `low`: in the application and the digest only; `urgent`: ignores quiet hours (security and money). */
export const priorities = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof priorities)[number];
