import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  int,
  isPostgres,
  key,
  table,
  varchar,
} from '../src/platform/database/schema/schema';
import {
  addFirstVersions,
  addVersionTrigger,
  dropVersionTrigger,
} from '../src/platform/database/schema/version-triggers';

const tables = [table('platform_contentversion', { topic: key(varchar(20)), shard: key(int()), version: bigint() })];

/** What the catalogue and the pages of courses show. Coins, for example, change a person without changing these pages. */
const shownOfTeacher = ['username', 'first_name', 'last_name', 'is_active', 'is_approved', 'role'];
const courses = { table: 'courses_course', topic: 'course', idColumn: 'id' };
const triggers = [
  courses,
  { table: 'courses_lesson', topic: 'course', idColumn: 'course_id' },
  { table: 'courses_course_prerequisites', topic: 'course', idColumn: 'from_course_id' },
  { table: 'users_user', topic: 'person', idColumn: 'id', updateOf: shownOfTeacher },
];

/** Versions of courses and people, with which cached answers are found (decision 0038). */
export class ContentVersions1764000008600 implements MigrationInterface {
  name = 'ContentVersions1764000008600';

  async up(runner: QueryRunner): Promise<void> {
    // Creating a trigger waits for all transactions that use the table, and new writes wait behind it.
    if (isPostgres(runner)) await runner.query("SET LOCAL lock_timeout = '2s'");
    await createTables(runner, tables);
    for (const trigger of triggers) await addVersionTrigger(runner, trigger);
    await addFirstVersions(runner, courses);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const trigger of triggers) await dropVersionTrigger(runner, trigger);
    await dropTables(runner, tables);
  }
}
