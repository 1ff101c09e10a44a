/**
 * SQL condition on a row of `courses_course` with this alias: the course is published and not archived, and its teacher is
 * active, approved and not a student (administrators are always approved). The result is never stored. So the suspension of a
 * teacher, or the change to a student, closes all their courses as soon as it commits, and a new approval opens exactly the courses
 * that were open before.
 */
export const courseIsOpenSql = (alias: string): string =>
  `${alias}.is_published AND ${alias}.archived_at IS NULL AND ${teacherIsActiveAndApprovedSql(alias)}`;

const teacherIsActiveAndApprovedSql = (alias: string): string =>
  `EXISTS (SELECT 1 FROM users_user ct WHERE ct.id = ${alias}.teacher_id AND ct.is_active AND ct.is_approved
    AND ct.role <> 'student')`;
