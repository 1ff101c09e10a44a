/**
 * A condition on `alias`, a row of `courses_course`: published, not archived, and its teacher in good standing (active and
 * approved, as administrators are). It is asked where it matters and stored nowhere, so a suspension closes every course of the
 * teacher in the instant it commits, and a new approval opens exactly those that were open.
 */
export const courseIsOpen = (alias: string): string =>
  `${alias}.is_published AND ${alias}.archived_at IS NULL AND ${taughtInGoodStanding(alias)}`;

const taughtInGoodStanding = (alias: string): string =>
  `EXISTS (SELECT 1 FROM users_user ct WHERE ct.id = ${alias}.teacher_id AND ct.is_active AND ct.is_approved)`;
