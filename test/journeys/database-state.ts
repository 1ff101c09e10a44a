import { int } from '../../src/platform/database/columns';
import type { School } from '../support/school';

/** Every row of every table as text, so that a test can prove that a refused request changed none of them. */
export async function readAllRows(school: School): Promise<Record<string, string[]>> {
  const tables = school.database.dialect.dataSource.entityMetadatas;
  const found: Record<string, string[]> = {};
  for (const { tableName, columns } of tables) {
    const names = columns.map(({ databaseName }) => `"${databaseName}"`).join(', ');
    const shape = Object.fromEntries(columns.map(({ databaseName }) => [databaseName, (value: unknown) => value]));
    const rows = await school.database.rows(shape, `SELECT ${names} FROM ${tableName}`);
    found[tableName] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return found;
}

/** Queries that find wrong counters. The jobs below check the other counters. */
const driftQueries: Record<string, string> = {
  'lessons of a course': `SELECT count(*) AS n FROM courses_course c WHERE lesson_count <>
    (SELECT count(*) FROM courses_lesson l WHERE l.course_id = c.id AND l.is_published AND l.archived_at IS NULL)`,
  'attempts used': `SELECT count(*) AS n FROM progress_exerciseresult r WHERE attempts_used <>
    (SELECT count(*) FROM courses_exercisesubmission s
     WHERE s.student_id = r.student_id AND s.exercise_id = r.exercise_id) +
    (SELECT count(*) FROM progress_attempt a
     WHERE a.student_id = r.student_id AND a.exercise_id = r.exercise_id AND a.submission_id IS NULL)`,
};

/** Members of a report that are not findings. */
const sizeMembers = ['people', 'transactions', 'listed', 'invariants'];

/** Compares the ledger and the stored counters with the rows, and returns what is wrong. */
export async function findInconsistencies(school: School): Promise<string[]> {
  const inconsistencies: string[] = [];
  for (const [name, sql] of Object.entries(driftQueries)) {
    const { n } = (await school.database.row({ n: int }, sql))!;
    if (n > 0) inconsistencies.push(`${name}: ${n}`);
  }
  for (const job of ['rewards:audit', 'progress:prove-totals', 'notifications:recount']) {
    const report = Object.entries((await school.job(job)) as Record<string, unknown>);
    const found = report.filter(([name, count]) => !sizeMembers.includes(name) && count !== 0);
    if (found.length > 0) inconsistencies.push(`${job}: ${JSON.stringify(found)}`);
  }
  return inconsistencies;
}
