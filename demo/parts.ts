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

/** The services the demo school is made with: those that serve requests, so every rule holds for it. */
export const partsOf = (context: INestApplicationContext) => {
  const part = <T>(type: abstract new (...args: never[]) => T): T => context.get(type as never, { strict: false });
  return {
    clock: part(Clock),
    database: part(Database),
    outbox: part(Outbox),
    jobs: part(Jobs),
    accounts: part(Accounts),
    passwords: part(Passwords),
    approvals: part(TeacherApprovals),
    courses: part(Courses),
    publication: part(CoursePublication),
    prerequisites: part(Prerequisites),
    lessons: part(Lessons),
    exercises: part(Exercises),
    enrollments: part(Enrollments),
    completions: part(LessonCompletions),
    submissions: part(Submissions),
    grades: part(Grades),
    transfers: part(Transfers),
  };
};

export type Parts = ReturnType<typeof partsOf>;

export const actorOf = (id: number, username: string, role: Actor['role']): Actor => ({
  ...{ id, username, role },
  isApproved: true,
  sessionId: '',
});
