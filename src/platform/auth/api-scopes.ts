/**
 * What an API key may be allowed to do: to read, or also to write, the routes of some tags of the documentation. No scope covers
 * accounts, sign-in, factors, keys, wallets or the treasury, and none moves coins: a grade pays a reward, so `progress` is read-only, and
 * a changed answer key grades again, so exercises are read-only too.
 */
export const apiScopes = [
  'users:read',
  'courses:read',
  'courses:write',
  'progress:read',
  'coins:read',
  'notifications:read',
  'operations:read',
] as const;
export type ApiScope = (typeof apiScopes)[number];

const readOnlyTags = new Set(['Exercises']);
const groupByTag: Record<string, string> = {
  Users: 'users',
  Teachers: 'users',
  Courses: 'courses',
  Lessons: 'courses',
  Exercises: 'courses',
  Progress: 'progress',
  Coins: 'coins',
  Rewards: 'coins',
  Notifications: 'notifications',
  Operations: 'operations',
};

/** The scope that opens a route to API keys, or null if no key may use it. A new tag is closed until it is listed here. */
export function scopeOf(tag: string, method: string): ApiScope | null {
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRead && readOnlyTags.has(tag)) return null;
  const access = isRead ? 'read' : 'write';
  const scope = `${groupByTag[tag]}:${access}`;
  return apiScopes.find((known) => known === scope) ?? null;
}
