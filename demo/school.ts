import type { INestApplicationContext } from '@nestjs/common';
import { modules } from '../src/app.module';
import type { Actor } from '../src/platform/auth/actor';
import { int, text } from '../src/platform/database/columns';
import type { DemoAddition } from '../src/platform/process/extension';
import { addDays, localDateIn } from '../src/platform/time/local-date';
import { instantAt } from './calendar';
import { deliverEvents } from './event-delivery';
import { Grading } from './grading';
import { Learning } from './learning';
import { actorOf, servicesOf, type Services } from './services';
import { demoAdministrator, demoPassword, demoStudents, demoTeachers, studentInstant } from './people';
import { openCourses } from './course-creation';

/** The lock key of the demo school. The number has no meaning; it must differ from every other lock key of the project. */
const demoSchoolLock = 9_001;
const emailOf = (username: string): string => `${username}@demo.school.example`;

/**
 * Fills a database without people with a school of sixty days' history, through the services that serve requests. The whole
 * school is one transaction, so that a process that is killed leaves nothing behind: half a school could not be removed,
 * because ledger rows cannot be deleted. The notifications come from the outbox after the commit. If the process is killed
 * before that, the next process delivers them.
 * @returns false if the database has people already; then nothing is changed
 */
export async function loadDemoSchool(
  context: INestApplicationContext,
  additions: readonly DemoAddition[] = modules.flatMap(({ demo }) => demo ?? []),
): Promise<boolean> {
  const services = servicesOf(context);
  if (await hasPeople(services)) return false;
  const now = services.clock.now();
  const password = await services.passwords.hash(demoPassword);
  const students = await services.database.transaction(async () => {
    await services.database.lockKey(demoSchoolLock);
    return (await hasPeople(services)) ? null : fill(services, password, now);
  });
  if (!students) return false;
  await deliverEvents(services, now);
  const lastVisit = instantAt('UTC', addDays(localDateIn('UTC', now), -2), 12);
  for (const add of additions) await add(context, { studentIds: students.map(({ id }) => id), lastVisit });
  // A stored streak is as old as the last activity. The scheduled job ends the streaks that were broken since then.
  await services.jobs.run('progress:recompute-streaks');
  return true;
}

/** Three accounts of the demo school with their password, or an empty list if the demo school is not loaded. */
export async function demoAccounts(
  context: INestApplicationContext,
): Promise<{ username: string; password: string; role: string }[]> {
  const usernames = [demoAdministrator, demoTeachers[0]!, demoStudents[0]!].map((person) => emailOf(person.username));
  const accounts = await servicesOf(context).database.rows(
    { username: text, role: text },
    'SELECT username, role FROM users_user WHERE email IN ($1, $2, $3) ORDER BY id',
    usernames,
  );
  return accounts.map((account) => ({ ...account, password: demoPassword }));
}

async function hasPeople({ database }: Services): Promise<boolean> {
  return (await database.row({ id: int }, 'SELECT id FROM users_user LIMIT 1')) !== undefined;
}

async function fill(services: Services, password: string, now: Date): Promise<Learning[]> {
  const opening = instantAt('UTC', addDays(localDateIn('UTC', now), -75), 8);
  const teachers = await services.clock.at(opening, () => addTeachers(services, password));
  const courses = await openCourses(services, teachers, opening);
  const grading = new Grading(services);
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
    const id = await services.clock.at(joined, () => services.accounts.create(account));
    students.push(new Learning(services, id, student, courses, grading));
  }
  await simulateDays(services, students, grading, now);
  return students;
}

async function addTeachers(services: Services, password: string): Promise<Map<string, Actor>> {
  const { username: name, ...owner } = demoAdministrator;
  const administrator = { ...owner, username: name, password, email: emailOf(name), role: 'admin' as const };
  const adminId = await services.accounts.create(administrator);
  const teachers = new Map<string, Actor>();
  for (const { isApproved, ...teacher } of demoTeachers) {
    const { username } = teacher;
    const id = await services.accounts.create({ ...teacher, password, email: emailOf(username), role: 'teacher' });
    if (isApproved) await services.approvals.approve(id, { actorId: adminId, device: {} });
    teachers.set(username, actorOf(id, username, 'teacher'));
  }
  return teachers;
}

/** Runs the activity of all students in the order of time, so that ids, sequences and streaks grow as in a real school. */
async function simulateDays(
  services: Services,
  students: readonly Learning[],
  grading: Grading,
  now: Date,
): Promise<void> {
  const enrolments = students.map((student) => {
    const at = studentInstant(student.student, now, student.student.habit.joinedDaysAgo, 3);
    return { at, act: () => student.enrol() };
  });
  const steps = students.flatMap((student) =>
    student.instants(now).map((at) => ({ at, act: () => student.step(at, students) })),
  );
  const actions = [...enrolments, ...steps].sort((left, right) => left.at.getTime() - right.at.getTime());
  for (const { at, act } of actions) {
    await grading.gradeDue(at);
    await services.clock.at(at, act);
  }
}
