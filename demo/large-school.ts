import type { INestApplicationContext } from '@nestjs/common';
import { int } from '../src/platform/database/columns';
import type { Database } from '../src/platform/database/database';
import { insertRows } from '../src/platform/database/insert-rows';
import { addDays, localDateIn } from '../src/platform/time/local-date';
import { instantAt } from './calendar';
import { addCourses } from './large-courses';
import { ledgerColumns, ledgerOf } from './large-ledger';
import { addPeople } from './large-people';
import { achievements, coursesPerStudent, planStudent, type LargeStudent } from './large-plan';
import { studentTables } from './large-rows';
import { partsOf } from './parts';
import { demoPassword } from './people';

export interface LargeSchool {
  students: number;
  courses: number;
}

export class NotEmpty extends Error {
  override name = 'NotEmpty';

  constructor() {
    super('This database has people in it: only an empty one is filled');
  }
}

const studentsPerRound = 1_000;

/**
 * Fills an empty database with a large school, to measure on: the same rows for the same numbers on the same day. It writes the
 * rows of all modules itself, which nothing else may: through the services, statement by statement, ten thousand people would
 * take hours. So the tests hold it to what the services promise: the audit of the ledger and every counter.
 * @param school.students two or more, each with 5 enrolments, 30 completions, 40 ledger rows, 20 notifications, 5 achievements
 * @param school.courses five or more, each with 12 lessons of 3 exercises
 * @throws NotEmpty
 */
export async function loadLargeSchool(context: INestApplicationContext, school: LargeSchool): Promise<void> {
  if (school.students < 2 || school.courses < coursesPerStudent)
    throw new RangeError(`At least 2 students and ${coursesPerStudent} courses`);
  const { database, passwords, jobs, clock } = partsOf(context);
  const now = clock.now();
  const password = await passwords.hash(demoPassword);
  await database.transaction(() => fill(database, school, password, now));
  await jobs.run('progress:recompute-streaks');
  // Nobody's autovacuum has seen the new rows yet.
  await database.transaction(() => database.run('ANALYZE'));
}

async function fill(database: Database, school: LargeSchool, password: string, now: Date): Promise<void> {
  if (await database.row({ id: int }, 'SELECT id FROM users_user LIMIT 1')) throw new NotEmpty();
  const today = localDateIn('UTC', now);
  const opening = instantAt('UTC', addDays(today, -90), 8);
  const people = { teachers: Math.ceil(school.courses / 10), students: school.students };
  const { teacherIds, studentIds } = await addPeople(database, people, password, opening);
  const enrolled = enrolledCounts(school);
  const courses = await addCourses(database, teacherIds, school.courses, (course) => enrolled[course]!, opening);
  const students = studentIds.map((id, index) => planStudent(id, index, courses, today));
  for (let from = 0; from < students.length; from += studentsPerRound)
    await addStudents(database, students, from, Math.min(from + studentsPerRound, students.length), now);
}

function enrolledCounts({ students, courses }: LargeSchool): number[] {
  const counts = Array.from({ length: courses }, () => 0);
  const step = Math.floor(courses / coursesPerStudent);
  for (let student = 0; student < students; student++)
    for (let at = 0; at < coursesPerStudent; at++) counts[(student + at * step) % courses]!++;
  return counts;
}

async function addStudents(
  database: Database,
  students: readonly LargeStudent[],
  from: number,
  to: number,
  now: Date,
): Promise<void> {
  const round = students.slice(from, to);
  for (const { table, columns, rowsOf } of studentTables)
    await insertRows(
      database,
      table,
      columns,
      round.flatMap((student) => rowsOf(student, now)),
    );
  const achievementIds = await achievementsOf(database, round);
  const rows = round.flatMap((student, at) => {
    const neighbours = {
      nextId: around(students, student.index + 1).id,
      previous: around(students, student.index - 1),
    };
    return ledgerOf(student, achievementIds.slice(at * achievements.length), neighbours);
  });
  await insertRows(database, 'rewards_teocointransaction', ledgerColumns, rows);
}

const around = (students: readonly LargeStudent[], index: number): LargeStudent =>
  students[(index + students.length) % students.length]!;

/** In the order they were written: by student, then as `achievements` lists them. */
async function achievementsOf(database: Database, round: readonly LargeStudent[]): Promise<number[]> {
  const sql = 'SELECT id FROM rewards_achievement WHERE user_id BETWEEN $1 AND $2 ORDER BY id';
  const rows = await database.rows({ id: int }, sql, [round[0]!.id, round.at(-1)!.id]);
  return rows.map(({ id }) => id);
}
