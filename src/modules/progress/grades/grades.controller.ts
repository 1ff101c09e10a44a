import { Body, Controller, Get, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { IfMatch } from '../../../platform/http/etag';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { Clock } from '../../../platform/time/clock';
import { Grades } from './grades';
import { GradeChangePage, GradeChangeQuery, GradeDecision, showGradeChange, type GradeChange } from './grades.dto';
import { GradingFilter, showGradingContext } from '../grading/grading.dto';
import { GradingQueue } from '../grading/grading-queue.query';
import { SubmissionQuery } from '../submissions/submission.query';
import { showSubmissionWithEarnings, SubmissionWithEarnings } from '../submissions/submissions.dto';
import { SubmissionNotFound } from '../submissions/submissions.errors';

const newestFirst = keyset('grade-changes', [z.int()]);

@Controller('submissions/:id')
export class GradesController {
  constructor(
    private readonly grades: Grades,
    private readonly query: SubmissionQuery,
    private readonly queue: GradingQueue,
    private readonly clock: Clock,
  ) {}

  @Put('grade')
  @BodyLimit('long')
  @Audited('progress.work-graded', { keep: ['status'] })
  @Route({
    summary: 'Grade a submission',
    rules: {
      max_score: 'The score is at most `maxScore` of the submission.',
      rubric_marks: 'The marks name every criterion of the rubric of the exercise once, and one of its levels.',
      reason_required: 'A score for an exercise with a rubric needs a reason.',
    },
    access: 'the teacher of the course and administrators, but not for one’s own work',
    description:
      'A submission can be graded again. A pass is never taken back. `grading.nextId` of the response is the next submission that waits, in the part of the queue that the filters select.',
    tag: 'Progress',
    response: SubmissionWithEarnings,
    versioned: true,
    errors: [SubmissionNotFound, Forbidden],
  })
  async gradeSubmission(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @IfMatch() version: number | null,
    @Query({ schema: GradingFilter }) filter: GradingFilter,
    @Body({ schema: GradeDecision }) decision: GradeDecision,
  ): Promise<SubmissionWithEarnings> {
    const submission = await this.grades.give(actor, id, version, decision);
    const context = await this.queue.getContext(actor, id, filter);
    return showSubmissionWithEarnings(submission, this.clock.now(), showGradingContext(context));
  }

  @Get('grade-changes')
  @Route({
    summary: 'List the changes of a grade, newest first',
    access: 'the teacher of the course and administrators',
    tag: 'Progress',
    response: GradeChangePage,
    errors: [SubmissionNotFound, Forbidden],
  })
  async listGradeChanges(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Query({ schema: GradeChangeQuery }) query: z.output<typeof GradeChangeQuery>,
  ): Promise<Page<GradeChange>> {
    const { limit, cursor, withTotal } = query;
    const slice = { before: newestFirst.read(cursor)?.[0], count: limit + 1 };
    const rows = await this.query.listGradeChanges(actor, id, slice);
    const total = withTotal ? await this.query.countGradeChanges(id) : undefined;
    return toPage(rows, limit, (last) => newestFirst.after(last.id), showGradeChange, total);
  }
}
