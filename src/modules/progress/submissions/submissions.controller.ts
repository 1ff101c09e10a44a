import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { Forbidden } from '../../../platform/errors/access.errors';
import { FileNotUsable } from '../../../platform/files/files.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { Clock } from '../../../platform/time/clock';
import { ExerciseNotFound } from '../../courses';
import { GradingFilter, showGradingContext } from '../grading/grading.dto';
import { GradingQueue } from '../grading/grading-queue.query';
import { NotEnrolled } from '../progress.errors';
import { SubmissionLists } from './submission-lists.query';
import { SubmissionQuery } from './submission.query';
import { Submissions } from './submissions';
import {
  ExerciseSubmissionQuery,
  HandIn,
  handInRules,
  MySubmissionQuery,
  showSubmissionOfStudent,
  showSubmission,
  showSubmissionSummary,
  showSubmissionWithEarnings,
  Submission,
  SubmissionOfStudentPage,
  SubmissionPage,
  SubmissionWithEarnings,
  type SubmissionOfStudent,
  type SubmissionSummary,
} from './submissions.dto';
import { AttemptOpen, AttemptRequired, ExerciseClosed, NoAttemptsLeft, SubmissionNotFound } from './submissions.errors';

const newestFirst = keyset('submissions', [z.int()]);

@Controller()
export class SubmissionsController {
  constructor(
    private readonly submissions: Submissions,
    private readonly lists: SubmissionLists,
    private readonly query: SubmissionQuery,
    private readonly queue: GradingQueue,
    private readonly clock: Clock,
  ) {}

  @Post('exercises/:id/submissions')
  @BodyLimit('work')
  @Route({
    summary: 'Hand in an exercise in one request',
    rules: handInRules,
    description:
      'Uses one attempt. A quiz is graded at once: the response contains the score, and the result of each question according to `revealResults`. A teacher grades work. For an exercise with a time limit, start an attempt instead.',
    tag: 'Progress',
    response: SubmissionWithEarnings,
    status: 201,
    location: '/submissions/{id}',
    idempotent: true,
    errors: [
      ExerciseNotFound,
      NotEnrolled,
      AttemptRequired,
      ExerciseClosed,
      AttemptOpen,
      NoAttemptsLeft,
      FileNotUsable,
    ],
  })
  async handInWork(
    @CurrentActor() actor: Actor,
    @Id() exerciseId: number,
    @Body({ schema: HandIn }) handIn: HandIn,
  ): Promise<SubmissionWithEarnings> {
    const submission = await this.submissions.handIn(actor.id, exerciseId, handIn);
    return showSubmissionWithEarnings(submission, this.clock.now());
  }

  @Get('me/submissions')
  @Route({ summary: 'List my submissions, newest first', tag: 'Progress', response: SubmissionPage })
  async listMySubmissions(
    @CurrentActor() actor: Actor,
    @Query({ schema: MySubmissionQuery }) query: z.output<typeof MySubmissionQuery>,
  ): Promise<Page<SubmissionSummary>> {
    const { exerciseId, status, limit, cursor, withTotal } = query;
    const slice = { before: newestFirst.read(cursor)?.[0], count: limit + 1 };
    const rows = await this.lists.listOfStudent(actor.id, { exerciseId, status }, slice);
    const total = withTotal ? await this.lists.count({ studentId: actor.id, exerciseId, status }) : undefined;
    return toPage(rows, limit, (last) => newestFirst.after(last.id), showSubmissionSummary, total);
  }

  @Get('exercises/:id/submissions')
  @Route({
    summary: 'List the submissions of an exercise, newest first',
    access: 'the teacher of the course and administrators',
    tag: 'Progress',
    response: SubmissionOfStudentPage,
    errors: [ExerciseNotFound, Forbidden],
  })
  async listExerciseSubmissions(
    @CurrentActor() actor: Actor,
    @Id() exerciseId: number,
    @Query({ schema: ExerciseSubmissionQuery }) query: z.output<typeof ExerciseSubmissionQuery>,
  ): Promise<Page<SubmissionOfStudent>> {
    const { status, limit, cursor, withTotal } = query;
    const slice = { before: newestFirst.read(cursor)?.[0], count: limit + 1 };
    const rows = await this.lists.listOfExercise(actor, exerciseId, status, slice);
    const total = withTotal ? await this.lists.count({ exerciseId, status }) : undefined;
    return toPage(rows, limit, (last) => newestFirst.after(last.id), showSubmissionOfStudent, total);
  }

  @Get('submissions/:id')
  @Route({
    summary: 'Show a submission',
    access: 'the student, the teacher of the course and administrators',
    description:
      'For the teacher and administrators, `grading` contains what they need to grade it, and the ids of the next and the previous submission in their grading queue. The filters select the same part of the queue as in `GET /me/grading`.',
    tag: 'Progress',
    response: Submission,
    versioned: true,
    errors: [SubmissionNotFound],
  })
  async getSubmission(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Query({ schema: GradingFilter }) filter: GradingFilter,
  ): Promise<Submission> {
    const { submission, isForGrader } = await this.query.get(actor, id);
    const grading = isForGrader ? showGradingContext(await this.queue.getContext(actor, id, filter)) : null;
    return showSubmission(submission, this.clock.now(), grading);
  }
}
