import { text } from '../../../src/platform/database/columns';
import { statementLog } from '../../../src/platform/database/statements/statement-log';
import { aCourse, succeeds } from '../../courses/course-builders';
import { School, type Client } from '../../support/school';

let school: School;
let elena: Client;
let course: { id: number; lessonId: number };
let required: { id: number };
beforeAll(async () => {
  school = await School.open();
  elena = await school.teacher();
  course = await aCourse(elena);
  required = await aCourse(elena);
  await succeeds(elena.put(`/courses/${course.id}/prerequisites`, { courseIds: [required.id] }));
});
afterAll(() => school.close());

const run = (sql: string, values: unknown[] = []): Promise<number> =>
  school.database.transaction(() => school.database.run(sql, values as never));
const look = async () => ({
  list: await succeeds(school.visitor.get('/courses')),
  page: await succeeds(school.visitor.get(`/courses/${course.id}`)),
});
/** How many statements a page and a list cost. One each if both are cached. */
const costs = async () =>
  Promise.all(
    [`/courses/${course.id}`, '/courses'].map((path) => statementLog.of(() => school.visitor.get(path))),
  ).then((logs) => logs.map(({ statements }) => statements.length));

/** Every table and column that a shared answer reads, found in its statements. */
test('each column of a table that a shared answer reads has a trigger that changes a version', async () => {
  await run('UPDATE courses_course SET title = title');
  const { statements } = await statementLog.of(look);
  const tables = new Set(
    statements.flatMap((sql) => [...sql.matchAll(/\b(?:FROM|JOIN)\s+([a-z]+_\w+)/g)].map(([, table]) => table!)),
  );
  tables.delete('platform_contentversion');
  const isPostgres = school.database.dialect.engine === 'postgres';
  const triggers = await school.database.rows(
    { table: text, sql: text },
    isPostgres
      ? `SELECT tgrelid::regclass::text AS table, pg_get_triggerdef(oid) AS sql FROM pg_trigger
         WHERE NOT tgisinternal AND tgname LIKE '%_version_%' AND tgenabled = 'O'`
      : `SELECT tbl_name AS "table", sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_version_%'`,
  );
  expect([...new Set(triggers.map(({ table }) => table))].sort()).toEqual([...tables].sort());
  // Of the teacher, only some columns count. The aliases of users_user in these statements are u and ct.
  const [trigger] = triggers.filter(({ table, sql }) => table === 'users_user' && /UPDATE OF/i.test(sql));
  const counted = /UPDATE OF ([\w, ]+?) ON/i.exec(trigger!.sql)![1]!.split(', ').sort();
  const read = new Set(
    statements.flatMap((sql) => [...sql.matchAll(/\b(?:u|ct)\.(\w+)/g)].map(([, column]) => column!)),
  );
  read.delete('id');
  expect([...read].sort()).toEqual(counted);
});

test.each<[string, string, () => unknown[]]>([
  ['the title of a course', "UPDATE courses_course SET title = 'Changed' WHERE id = $1", () => [course.id]],
  ['the number of students', 'UPDATE courses_course SET enrolled_count = 7 WHERE id = $1', () => [course.id]],
  ['the title of a prerequisite', "UPDATE courses_course SET title = 'Needed' WHERE id = $1", () => [required.id]],
  ['the title of a lesson', "UPDATE courses_lesson SET title = 'Ink' WHERE id = $1", () => [course.lessonId]],
  ['the name of the teacher', "UPDATE users_user SET last_name = 'Rossi' WHERE id = $1", () => [elena.id]],
  ['no prerequisite', 'DELETE FROM courses_course_prerequisites WHERE from_course_id = $1', () => [course.id]],
  ['a draft', 'UPDATE courses_lesson SET is_published = $2 WHERE id = $1', () => [course.lessonId, false]],
])('an operator who changes %s with SQL changes the cached page', async (_, sql, values) => {
  const before = await look();
  expect(await run(sql, values())).toBe(1);
  const after = await look();
  expect(after).not.toEqual(before);
  // Without the cache the same statements give the same answer.
  expect(await school.database.transaction(() => look())).toEqual(after);
});

test('a teacher who is suspended, or becomes a student, disappears from the cached catalogue', async () => {
  for (const sql of [
    "is_approved = $2, teacher_status = 'suspended'",
    'is_active = $2',
    "role = CASE WHEN $2 THEN 'teacher' ELSE 'student' END",
  ]) {
    expect((await look()).list.data).toHaveLength(2);
    await run(`UPDATE users_user SET ${sql} WHERE id = $1`, [elena.id, false]);
    expect((await succeeds(school.visitor.get('/courses'))).data).toEqual([]);
    expect((await school.visitor.get(`/courses/${course.id}`)).status).toBe(404);
    await run(`UPDATE users_user SET ${sql.replace('suspended', 'approved')} WHERE id = $1`, [elena.id, true]);
  }
});

test('coins, bios and completions change no version', async () => {
  await look();
  await run("UPDATE users_user SET bio = 'Paints' WHERE id = $1", [elena.id]);
  const [student, admin] = [await school.student(), await school.admin()];
  await succeeds(admin.post('/rewards/manual', { userId: student.id, amount: 5, reason: 'Well hung' }));
  expect(await costs()).toEqual([1, 1]);
});

test('a deleted course has no cached page', async () => {
  const { id } = await aCourse(elena);
  await succeeds(school.visitor.get(`/courses/${id}`));
  await succeeds(elena.delete(`/courses/${id}`));
  expect((await school.visitor.get(`/courses/${id}`)).status).toBe(404);
  expect((await look()).list.data.map((each: { id: number }) => each.id)).not.toContain(id);
});
