import type { INestApplicationContext } from '@nestjs/common';
import { CoursePublication, Courses, Exercises, Lessons, Prerequisites } from '../src/modules/courses';
import { Enrollments, Grades, LessonCompletions, Submissions } from '../src/modules/progress';
import { Transfers } from '../src/modules/rewards';
import { Accounts, Passwords, TeacherApprovals } from '../src/modules/users';
import type { Actor } from '../src/platform/auth/actor';
import { Database } from '../src/platform/database/database';
import { Outbox } from '../src/platform/events/outbox';
import { Jobs } from '../src/platform/jobs/jobs';
import { Clock } from '../src/platform/time/clock';

/** The services that build the demo school. The same services handle requests, so every rule holds for the demo school. */
export const servicesOf = (context: INestApplicationContext) => {
  const get = <T>(type: abstract new (...args: never[]) => T): T => context.get(type as never, { strict: false });
  return {
    clock: get(Clock),
    database: get(Database),
    outbox: get(Outbox),
    jobs: get(Jobs),
    accounts: get(Accounts),
    passwords: get(Passwords),
    approvals: get(TeacherApprovals),
    courses: get(Courses),
    publication: get(CoursePublication),
    prerequisites: get(Prerequisites),
    lessons: get(Lessons),
    exercises: get(Exercises),
    enrollments: get(Enrollments),
    completions: get(LessonCompletions),
    submissions: get(Submissions),
    grades: get(Grades),
    transfers: get(Transfers),
  };
};

export type Services = ReturnType<typeof servicesOf>;

export const actorOf = (id: number, username: string, role: Actor['role']): Actor => ({
  id,
  username,
  role,
  isApproved: true,
  provenAt: null,
  mustAddSecondFactor: false,
  scopes: null,
  sessionId: '',
});
