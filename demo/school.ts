import type { INestApplicationContext } from '@nestjs/common';
import type { Actor } from '../src/platform/auth/actor';
import { int, text } from '../src/platform/database/columns';
import { addDays, localDateIn } from '../src/platform/time/local-date';
import { instantAt } from './calendar';
import { deliverNews, readSome } from './news';
import { Grading } from './grading';
import { Learning } from './learning';
import { actorOf, partsOf, type Parts } from './parts';
import { demoAdministrator, demoPassword, demoStudents, demoTeachers, studentInstant } from './people';
import { openCourses } from './teaching';

/** The number means nothing but has to be unlike every other key of the project. */
const demoSchool = 9_001;
const emailOf = (username: string): string => `${username}@demo.school.example`;

/**
 * Fills a database without people with a school of sixty days' history, through the services that serve requests. All of
 * the school is one transaction, rather than many and a mark at the end: a process that dies leaves nothing, and there
 * would be no way to clear half a school away, since ledger rows cannot be deleted. What people are told of it comes from the outbox
 * after the commit; what is not delivered when the process dies the next one delivers.
 * @returns false where there were people already: nothing was changed
 */
export async function loadDemoSchool(context: INestApplicationContext): Promise<boolean> {
  const parts = partsOf(context);
  if (await hasPeople(parts)) return false;
  const now = parts.clock.now();
  const password = await parts.passwords.hash(demoPassword);
  const students = await parts.database.transaction(async () => {
    await parts.database.lockKey(demoSchool);
    return (await hasPeople(parts)) ? null : fill(parts, password, now);
  });
  if (!students) return false;
  await deliverNews(parts, now);
  await readSome(parts, students, now);
  // Streaks are stored as their last activity left them; the scheduled job ends those that were broken since.
  await parts.jobs.run('progress:recompute-streaks');
  return true;
}

/** Some accounts of the demo school, where there is one. */
export async function demoAccounts(
  context: INestApplicationContext,
): Promise<{ username: string; password: string; role: string }[]> {
  const usernames = [demoAdministrator, demoTeachers[0]!, demoStudents[0]!].map((person) => emailOf(person.username));
  const accounts = await partsOf(context).database.rows(
    { username: text, role: text },
    'SELECT username, role FROM users_user WHERE email IN ($1, $2, $3) ORDER BY id',
    usernames,
  );
  return accounts.map((account) => ({ ...account, password: demoPassword }));
}

async function hasPeople({ database }: Parts): Promise<boolean> {
  return (await database.row({ id: int }, 'SELECT id FROM users_user LIMIT 1')) !== undefined;
}

async function fill(parts: Parts, password: string, now: Date): Promise<Learning[]> {
  const opening = instantAt('UTC', addDays(localDateIn('UTC', now), -75), 8);
  const teachers = await parts.clock.at(opening, () => addTeachers(parts, password));
  const courses = await openCourses(parts, teachers, opening);
  const grading = new Grading(parts);
  const students: Learning[] = [];
  for (const student of demoStudents) {
    const { username, firstName, timezone, language, habit } = student;
    const joined = studentInstant(student, now, habit.joinedDaysAgo);
    const account = {
      username,
      firstName,
      timezone,
      language,
      password,
      email: emailOf(username),
      role: 'student' as const,
    };
    const id = await parts.clock.at(joined, () => parts.accounts.create(account));
    students.push(new Learning(parts, id, student, courses, grading));
  }
  await live(parts, students, grading, now);
  return students;
}

async function addTeachers(parts: Parts, password: string): Promise<Map<string, Actor>> {
  const { username: name, ...owner } = demoAdministrator;
  const administrator = { ...owner, username: name, password, email: emailOf(name), role: 'admin' as const };
  const adminId = await parts.accounts.create(administrator);
  const teachers = new Map<string, Actor>();
  for (const { isApproved, ...teacher } of demoTeachers) {
    const { username } = teacher;
    const id = await parts.accounts.create({ ...teacher, password, email: emailOf(username), role: 'teacher' });
    if (isApproved) await parts.approvals.approve(id, { actorId: adminId, device: {} });
    teachers.set(username, actorOf(id, username, 'teacher'));
  }
  return teachers;
}

/** Everybody's days in the order they happened, so that ids, sequences and streaks grow as they would have. */
async function live(parts: Parts, students: readonly Learning[], grading: Grading, now: Date): Promise<void> {
  const enrolments = students.map((one) => {
    const at = studentInstant(one.student, now, one.student.habit.joinedDaysAgo, 3);
    return { at, act: () => one.begin() };
  });
  const steps = students.flatMap((one) => one.instants(now).map((at) => ({ at, act: () => one.step(at, students) })));
  const days = [...enrolments, ...steps].sort((one, other) => one.at.getTime() - other.at.getTime());
  for (const { at, act } of days) {
    await grading.until(at);
    await parts.clock.at(at, act);
  }
}
