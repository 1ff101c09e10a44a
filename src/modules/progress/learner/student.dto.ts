import { z } from 'zod';
import { int, text, type Row } from '../../../platform/database/columns';

/** A student as teachers and administrators see them. */
export const Student = z
  .strictObject({ id: z.int(), username: z.string(), name: z.string().meta({ description: 'Empty if not given' }) })
  .meta({ id: 'Student', examples: [{ id: 12, username: 'noor', name: 'Noor' }] });
export type Student = z.output<typeof Student>;

export const studentNameShape = { username: text, firstName: text, lastName: text };
export const studentShape = { studentId: int, ...studentNameShape };
/** The columns of `studentNameShape`. u is the row of the student in `users_user`. */
export const studentNameColumns = 'u.username, u.first_name AS "firstName", u.last_name AS "lastName"';
export const studentColumns = `u.id AS "studentId", ${studentNameColumns}`;

export const fullNameOf = ({ firstName, lastName }: { firstName: string; lastName: string }): string =>
  `${firstName} ${lastName}`.trim();

export const showStudent = (row: Row<typeof studentShape>): Student => ({
  id: row.studentId,
  username: row.username,
  name: fullNameOf(row),
});
