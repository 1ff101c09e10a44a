/**
 * SQL condition on `alias`, a row of `courses_course`: the course is published and not archived, and its teacher is active
 * and approved (administrators always are). It is never stored. So a suspension closes every course of the teacher as soon
 * as it commits, and a new approval opens exactly the courses that were open before.
 */
export const courseIsOpen = (alias: string): string =>
  `${alias}.is_published AND ${alias}.archived_at IS NULL AND ${teacherIsActiveAndApproved(alias)}`;

const teacherIsActiveAndApproved = (alias: string): string =>
  `EXISTS (SELECT 1 FROM users_user ct WHERE ct.id = ${alias}.teacher_id AND ct.is_active AND ct.is_approved)`;
