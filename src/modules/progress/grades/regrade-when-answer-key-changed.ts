import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { DomainEvent, type AfterCommitHandler } from '../../../platform/events/domain-event';
import { EventBus } from '../../../platform/events/event-bus';
import { AfterCommit } from '../../../platform/events/handlers';
import { AnswerKeyChanged } from '../../courses';
import { GradedSubmissions, type GradableSubmission } from './grade-changes';
import { mark, type Mark } from './hand-in-grading';

/** The rest of a regrade: each piece is a transaction, so that no learner waits for a whole school. */
export class RegradeContinues extends DomainEvent<{ exerciseId: number; afterSubmissionId: number }> {
  static override readonly type = 'progress.regrade-continues.v1';
}

const atOnce = 100;

/**
 * A corrected key helps those it wronged: scores rise, none falls, no coin is taken back (rule 9). What a person graded
 * stays theirs, and so does lowering a score.
 */
@Injectable()
@AfterCommit(AnswerKeyChanged, RegradeContinues)
export class RegradeWhenAnswerKeyChanged implements AfterCommitHandler<AnswerKeyChanged | RegradeContinues> {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly submissions: GradedSubmissions,
  ) {}

  async handle(event: AnswerKeyChanged | RegradeContinues): Promise<void> {
    const { exerciseId } = event.payload;
    const after = event instanceof RegradeContinues ? event.payload.afterSubmissionId : 0;
    await this.database.transaction(async () => {
      const due = await this.next(exerciseId, after);
      for (const { id } of due.toSorted((one, other) => one.studentId - other.studentId)) await this.regrade(id);
      const last = due.at(-1);
      if (due.length === atOnce && last)
        await this.events.publish(new RegradeContinues({ exerciseId, afterSubmissionId: last.id }));
    });
  }

  private next(exerciseId: number, after: number): Promise<{ id: number; studentId: number }[]> {
    return this.database.rows(
      { id: int, studentId: int },
      `SELECT id, student_id AS "studentId" FROM courses_exercisesubmission
       WHERE exercise_id = $1 AND id > $2 AND graded_by_id IS NULL ORDER BY id LIMIT ${atOnce}`,
      [exerciseId, after],
    );
  }

  private async regrade(submissionId: number): Promise<void> {
    const submission = await this.submissions.load(submissionId);
    const { status, score, questions } = mark(submission, submission.handIn, submission.attemptNumber);
    if (status === 'pending' || score === null || !isBetter(score, submission)) return;
    const { feedback } = submission;
    // A correction never takes an approval back, whatever the pass mark is by now.
    const standing = submission.status === 'approved' ? 'approved' : status;
    const reason = 'The answer key was corrected.';
    await this.submissions.regrade(submission, {
      ...{ score, questions, feedback, reason },
      status: standing,
      gradedById: null,
    });
  }
}

/** Also what had waited for a person only because its key was missing. */
function isBetter(score: NonNullable<Mark['score']>, before: GradableSubmission): boolean {
  return before.gradedById === null && (before.score === null || score > before.score);
}
