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
import { publishCourses } from './course-creation';

/** The lock key of the demo school. The number has no meaning; it must differ from every other lock key of the project. */
const demoSchoolLock = 9_001;
const emailOf = (username: string): string => `${username}@demo.school.example`;

/**
 * Creates a school with a history of sixty days, through the services that serve requests. One transaction creates the whole
 * school, so that a process that is killed leaves no half school. A half school could not be removed because ledger rows
 * cannot be deleted. The outbox delivers the notifications after the commit. If the process is killed before, the next process
 * delivers them.
 * @returns false if the database has people already; then nothing is changed
 */
export async function loadDemoSchool(
  context: INestApplicationContext,
  additions: readonly DemoAddition[] = modules.flatMap(({ demo }) => demo ?? []),
): Promise<boolean> {
  const services = servicesOf(context);
  if (await hasPeople(services)) return false;
  const now = services.clock.now();
  const passwordHash = await services.passwords.hash(demoPassword);
  const students = await services.database.transaction(async () => {
    await services.database.lockKey(demoSchoolLock);
    // Another process may have loaded the school while this one waited for the lock.
    if (await hasPeople(services)) return null;
    return createSchool(services, passwordHash, now);
  });
  if (!students) return false;
  await deliverEvents(services, now);
  const lastVisit = instantAt('UTC', addDays(localDateIn('UTC', now), -2), 12);
  const studentIds = students.map(({ id }) => id);
  for (const add of additions) await add(context, { studentIds, lastVisit });
  // A stored streak is as old as the last activity. The scheduled job ends the streaks that were broken since then.
  await services.jobs.run('progress:recompute-streaks');
  return true;
}

/** Returns three accounts of the demo school with their password, or an empty list if the demo school is not loaded. */
export async function demoAccounts(
  context: INestApplicationContext,
): Promise<{ username: string; password: string; role: string }[]> {
  const people = [demoAdministrator, demoTeachers[0]!, demoStudents[0]!];
  const emails = people.map((person) => emailOf(person.username));
  const accounts = await servicesOf(context).database.rows(
    { username: text, role: text },
    'SELECT username, role FROM users_user WHERE email IN ($1, $2, $3) ORDER BY id',
    emails,
  );
  return accounts.map((account) => ({ ...account, password: demoPassword }));
}

async function hasPeople({ database }: Services): Promise<boolean> {
  const person = await database.row({ id: int }, 'SELECT id FROM users_user LIMIT 1');
  return person !== undefined;
}

async function createSchool(services: Services, passwordHash: string, now: Date): Promise<Learning[]> {
  const opening = instantAt('UTC', addDays(localDateIn('UTC', now), -75), 8);
  const teachers = await services.clock.at(opening, () => addTeachers(services, passwordHash));
  const courses = await publishCourses(services, teachers, opening);
  const grading = new Grading(services);
  const students: Learning[] = [];
  for (const student of demoStudents) {
    const { username, firstName, timezone, language, habit } = student;
    const joinedAt = studentInstant(student, now, habit.joinedDaysAgo);
    const account = {
      username,
      firstName,
      timezone,
      language,
      password: passwordHash,
      email: emailOf(username),
      isEmailVerified: true,
      role: 'student' as const,
    };
    const id = await services.clock.at(joinedAt, () => services.accounts.create(account));
    students.push(new Learning(services, id, student, courses, grading));
  }
  await simulateDays(services, students, grading, now);
  return students;
}

/** Adds the administrator and the teachers. @returns the teachers by username */
async function addTeachers(services: Services, passwordHash: string): Promise<Map<string, Actor>> {
  const adminId = await services.accounts.create({
    ...demoAdministrator,
    password: passwordHash,
    email: emailOf(demoAdministrator.username),
    isEmailVerified: true,
    role: 'admin',
  });
  const teachers = new Map<string, Actor>();
  for (const { isApproved, ...teacher } of demoTeachers) {
    const { username } = teacher;
    const account = {
      ...teacher,
      password: passwordHash,
      email: emailOf(username),
      isEmailVerified: true,
      role: 'teacher' as const,
    };
    const id = await services.accounts.create(account);
    if (isApproved) await services.approvals.approve(id, { actorId: adminId, device: {} });
    teachers.set(username, actorOf(id, username, 'teacher'));
  }
  return teachers;
}

/** Runs the activity of all students in chronological order, so that ids, sequences and streaks grow as in a real school. */
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
    student.listActiveInstants(now).map((at) => ({ at, act: () => student.step(at, students) })),
  );
  const actions = [...enrolments, ...steps].sort((left, right) => left.at.getTime() - right.at.getTime());
  for (const { at, act } of actions) {
    await grading.gradeDue(at);
    await services.clock.at(at, act);
  }
}
