import type { INestApplicationContext } from '@nestjs/common';
import { int } from '../src/platform/database/columns';
import type { Database } from '../src/platform/database/database';
import { insertRows } from '../src/platform/database/insert-rows';
import { addDays, localDateIn } from '../src/platform/time/local-date';
import { instantAt } from './calendar';
import { addCourses } from './large-courses';
import { ledgerColumns, toLedgerRows } from './large-ledger';
import { addPeople } from './large-people';
import { achievements, coursesPerStudent, planStudent, type LargeStudent } from './large-plan';
import { studentTables } from './large-rows';
import { servicesOf } from './services';
import { demoPassword } from './people';

export interface LargeSchool {
  /** The number of students. */
  students: number;
  /** The number of courses. */
  courses: number;
}

export class NotEmpty extends Error {
  override name = 'NotEmpty';

  constructor() {
    super('The database has people in it. The large school can be loaded into an empty database only.');
  }
}

const studentsPerBatch = 1_000;

/**
 * Fills an empty database with a large school for measurements. The same arguments give the same rows on the same day. It
 * writes the rows of all modules directly, which no other code may do, because ten thousand people would take hours through
 * the services. The tests therefore check the rows with the audit of the ledger and with every stored counter.
 * @param school.students two or more, each with 5 enrolments, 30 completions, 40 ledger rows, 20 notifications, 5 achievements
 * @param school.courses five or more, each with 12 lessons of 3 exercises
 * @throws NotEmpty
 */
export async function loadLargeSchool(context: INestApplicationContext, school: LargeSchool): Promise<void> {
  if (school.students < 2 || school.courses < coursesPerStudent)
    throw new RangeError(`The large school needs at least 2 students and ${coursesPerStudent} courses`);
  const { database, passwords, jobs, clock } = servicesOf(context);
  const now = clock.now();
  const passwordHash = await passwords.hash(demoPassword);
  await database.transaction(() => insertSchool(database, school, passwordHash, now));
  await jobs.run('progress:recompute-streaks');
  // PostgreSQL plans queries badly until the new rows are analysed, and its autovacuum has not done that yet.
  await database.transaction(() => database.run('ANALYZE'));
}

async function insertSchool(database: Database, school: LargeSchool, passwordHash: string, now: Date): Promise<void> {
  const person = await database.row({ id: int }, 'SELECT id FROM users_user LIMIT 1');
  if (person) throw new NotEmpty();
  const today = localDateIn('UTC', now);
  const opening = instantAt('UTC', addDays(today, -90), 8);
  const people = { teachers: Math.ceil(school.courses / 10), students: school.students };
  const { teacherIds, studentIds } = await addPeople(database, people, passwordHash, opening);
  const enrolledCounts = countEnrolments(school);
  const enrolledCountOf = (courseIndex: number): number => enrolledCounts[courseIndex]!;
  const courses = await addCourses(database, teacherIds, school.courses, enrolledCountOf, opening);
  const students = studentIds.map((id, index) => planStudent(id, index, courses, today));
  for (let from = 0; from < students.length; from += studentsPerBatch) {
    const batch = students.slice(from, from + studentsPerBatch);
    await addStudents(database, students, batch, now);
  }
}

/** Returns the number of students of each course, with the same rule as `planStudent`. */
function countEnrolments({ students, courses }: LargeSchool): number[] {
  const counts = Array.from({ length: courses }, () => 0);
  const step = Math.floor(courses / coursesPerStudent);
  for (let student = 0; student < students; student++)
    for (let place = 0; place < coursesPerStudent; place++) counts[(student + place * step) % courses]!++;
  return counts;
}

async function addStudents(
  database: Database,
  students: readonly LargeStudent[],
  batch: readonly LargeStudent[],
  now: Date,
): Promise<void> {
  for (const { table, columns, rowsOf } of studentTables) {
    const rows = batch.flatMap((student) => rowsOf(student, now));
    await insertRows(database, table, columns, rows);
  }
  const achievementIds = await listAchievementIds(database, batch);
  const ledgerRows = batch.flatMap((student, index) => {
    const neighbours = {
      nextId: studentAt(students, student.index + 1).id,
      previous: studentAt(students, student.index - 1),
    };
    return toLedgerRows(student, achievementIds.slice(index * achievements.length), neighbours);
  });
  await insertRows(database, 'rewards_teocointransaction', ledgerColumns, ledgerRows);
}

const studentAt = (students: readonly LargeStudent[], index: number): LargeStudent =>
  students[(index + students.length) % students.length]!;

/** Returns the ids in the order of insertion, which is by student and then in the order of `achievements`. */
async function listAchievementIds(database: Database, batch: readonly LargeStudent[]): Promise<number[]> {
  const sql = 'SELECT id FROM rewards_achievement WHERE user_id BETWEEN $1 AND $2 ORDER BY id';
  const rows = await database.rows({ id: int }, sql, [batch[0]!.id, batch.at(-1)!.id]);
  return rows.map(({ id }) => id);
}
