import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { requireAdministrator } from '../../../platform/auth/administrator';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { Accounts, UserNotFound } from '../../users';
import { EnrollmentLists } from '../enrollment/enrollment-lists.query';
import { MyEnrollmentPage, MyEnrollmentQuery, showMyEnrollment, type MyEnrollment } from '../progress.dto';
import { SubmissionLists } from '../submissions/submission-lists.query';
import {
  MySubmissionQuery,
  showSubmissionSummary,
  SubmissionPage,
  type SubmissionSummary,
} from '../submissions/submissions.dto';

const enrollmentCursor = keyset('user-enrollments', [z.int()]);
const submissionCursor = keyset('user-submissions', [z.int()]);

/** Administrators read what a person learns. */
@Controller('users')
export class UserLearningController {
  constructor(
    private readonly enrollmentLists: EnrollmentLists,
    private readonly submissionLists: SubmissionLists,
    private readonly accounts: Accounts,
  ) {}

  @Get(':id/enrollments')
  @Route({
    summary: 'List the enrolments of a person with their progress, newest first',
    access: 'administrators',
    response: MyEnrollmentPage,
    errors: [Forbidden, UserNotFound],
    tag: 'Users',
  })
  async listUserEnrollments(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Query({ schema: MyEnrollmentQuery }) query: z.output<typeof MyEnrollmentQuery>,
  ): Promise<Page<z.output<typeof MyEnrollment>>> {
    requireAdministrator(actor);
    const slice = { before: enrollmentCursor.read(query.cursor)?.[0], count: query.limit + 1 };
    const rows = await this.enrollmentLists.listOfStudent(id, slice, query.isCompleted, query.courseId);
    if (rows.length === 0) await this.accounts.requireExists(id);
    const total = query.withTotal
      ? await this.enrollmentLists.countOfStudent(id, query.isCompleted, query.courseId)
      : undefined;
    return toPage(rows, query.limit, (last) => enrollmentCursor.after(last.id), showMyEnrollment, total);
  }

  @Get(':id/submissions')
  @Route({
    summary: 'List the submissions of a person, newest first',
    access: 'administrators',
    response: SubmissionPage,
    errors: [Forbidden, UserNotFound],
    tag: 'Users',
  })
  async listUserSubmissions(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Query({ schema: MySubmissionQuery }) query: z.output<typeof MySubmissionQuery>,
  ): Promise<Page<SubmissionSummary>> {
    requireAdministrator(actor);
    const { exerciseId, status, limit, cursor, withTotal } = query;
    const slice = { before: submissionCursor.read(cursor)?.[0], count: limit + 1 };
    const rows = await this.submissionLists.listOfStudent(id, { exerciseId, status }, slice);
    if (rows.length === 0) await this.accounts.requireExists(id);
    const total = withTotal ? await this.submissionLists.count({ studentId: id, exerciseId, status }) : undefined;
    return toPage(rows, limit, (last) => submissionCursor.after(last.id), showSubmissionSummary, total);
  }
}
