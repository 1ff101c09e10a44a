import { int, type Value } from '../src/platform/database/columns';
import type { Database } from '../src/platform/database/database';
import { insertRows } from '../src/platform/database/insert-rows';
import { finalBalance, finalSequence } from './large-rows';

const personColumns = [
  'password',
  'username',
  'email',
  'first_name',
  'role',
  'is_approved',
  'teacher_status',
  'is_staff',
  'is_superuser',
  'date_joined',
  'created_at',
  'updated_at',
  'teo_coins',
  'teo_sequence',
];

/** Inserts an administrator, the teachers and the students, in this order, and returns the ids. */
export async function addPeople(
  database: Database,
  { teachers, students }: { teachers: number; students: number },
  passwordHash: string,
  joinedAt: Date,
): Promise<{ teacherIds: number[]; studentIds: number[] }> {
  const rows: Value[][] = [toPersonRow('admin', 'Administrator', 'admin', passwordHash, joinedAt)];
  for (let index = 1; index <= teachers; index++)
    rows.push(toPersonRow(`teacher${index}`, 'Teacher', 'teacher', passwordHash, joinedAt));
  for (let index = 1; index <= students; index++)
    rows.push(toPersonRow(`student${index}`, 'Student', 'student', passwordHash, joinedAt));
  await insertRows(database, 'users_user', personColumns, rows);
  const people = await database.rows({ id: int }, 'SELECT id FROM users_user ORDER BY id');
  const ids = people.map(({ id }) => id);
  const staffIds = ids.slice(0, 1 + teachers);
  await addStaffRows(database, staffIds, joinedAt);
  return { teacherIds: staffIds.slice(1), studentIds: ids.slice(1 + teachers) };
}

function toPersonRow(username: string, firstName: string, role: string, passwordHash: string, joinedAt: Date): Value[] {
  const isAdmin = role === 'admin';
  const [balance, sequence] = role === 'student' ? [finalBalance, finalSequence] : [0, 0];
  const teacherStatus = role === 'teacher' ? 'approved' : null;
  const email = `${username}@large.school.example`;
  return [
    passwordHash,
    username,
    email,
    firstName,
    role,
    true,
    teacherStatus,
    isAdmin,
    isAdmin,
    joinedAt,
    joinedAt,
    joinedAt,
    balance,
    sequence,
  ];
}

/** Adds the rows of other tables that teachers and administrators need. The first id is the administrator. */
async function addStaffRows(database: Database, ids: readonly number[], at: Date): Promise<void> {
  const settings = ids.map((id) => [id, {}, at, at]);
  await insertRows(
    database,
    'users_usersettings',
    ['user_id', 'privacy_settings', 'created_at', 'updated_at'],
    settings,
  );
  const totals = ids.map((id) => [id, at]);
  await insertRows(database, 'users_userprogress', ['user_id', 'updated_at'], totals);
  const approvals = ids.slice(1).map((id) => [id, 'approved', ids[0], at]);
  await insertRows(
    database,
    'users_teacherapproval',
    ['teacher_id', 'status', 'decided_by_id', 'decided_at'],
    approvals,
  );
}
