import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { DomainEvent, type AfterCommitHandler } from '../../../platform/events/domain-event';
import { EventBus } from '../../../platform/events/event-bus';
import { AfterCommit } from '../../../platform/events/handlers';
import { AnswerKeyChanged } from '../../courses';
import { GradeChanges, type GradableSubmission } from './grade-changes';
import { gradeHandIn, type HandInGrade } from './hand-in-grading';
import { keysOfAskedQuestions } from './asked-questions';

/** Continues a regrade after one page. Each page has its own transaction, so that locks are held only for a short time. */
export class RegradeContinues extends DomainEvent<{ exerciseId: number; afterSubmissionId: number }> {
  static override readonly type = 'progress.regrade-continues.v1';
}

const pageSize = 100;

/**
 * Regrades the submissions of an exercise with its corrected answer key. A score can rise but not fall, and no coin is taken back
 * (rule 9). Grades that a person gave do not change, and only a person can lower a score.
 */
@Injectable()
@AfterCommit(AnswerKeyChanged, RegradeContinues)
export class RegradeWhenAnswerKeyChanged implements AfterCommitHandler<AnswerKeyChanged | RegradeContinues> {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly gradeChanges: GradeChanges,
  ) {}

  async handle(event: AnswerKeyChanged | RegradeContinues): Promise<void> {
    const { exerciseId } = event.payload;
    const afterSubmissionId = event instanceof RegradeContinues ? event.payload.afterSubmissionId : 0;
    await this.database.transaction(async () => {
      const submissions = await this.listAutomaticallyGraded(exerciseId, afterSubmissionId);
      // The totals of students are locked in ascending order of their ids, as everywhere, so that no deadlock occurs.
      const sortedByStudent = submissions.toSorted((first, second) => first.studentId - second.studentId);
      for (const { id } of sortedByStudent) await this.regrade(id);
      const last = submissions.at(-1);
      if (submissions.length === pageSize && last)
        await this.events.publish(new RegradeContinues({ exerciseId, afterSubmissionId: last.id }));
    });
  }

  private listAutomaticallyGraded(exerciseId: number, afterId: number): Promise<{ id: number; studentId: number }[]> {
    return this.database.rows(
      { id: int, studentId: int },
      `SELECT id, student_id AS "studentId" FROM courses_exercisesubmission
       WHERE exercise_id = $1 AND id > $2 AND graded_by_id IS NULL ORDER BY id LIMIT ${pageSize}`,
      [exerciseId, afterId],
    );
  }

  private async regrade(submissionId: number): Promise<void> {
    const submission = await this.gradeChanges.lockSubmission(submissionId);
    const { handIn, attemptNumber } = submission;
    const { status, score, questions } = gradeHandIn(toAskedExercise(submission), handIn, attemptNumber);
    if (status === 'pending' || score === null || !isBetter(score, submission)) return;
    const { feedback } = submission;
    await this.gradeChanges.apply(submission, {
      score,
      questions,
      feedback,
      reason: 'The answer key was corrected.',
      // A correction never takes an approval back, even if the passing percentage is higher now.
      status: submission.status === 'approved' ? 'approved' : status,
      gradedById: null,
    });
  }
}

/** Returns true also for a submission without a score, which waited for a person only because the key was missing. */
function isBetter(score: NonNullable<HandInGrade['score']>, before: GradableSubmission): boolean {
  if (before.gradedById !== null) return false;
  return before.score === null || score > before.score;
}

/** The exercise with the questions that the student answered. */
const toAskedExercise = (submission: GradableSubmission): GradableSubmission => ({
  ...submission,
  content: submission.askedContent,
  answerKey: keysOfAskedQuestions(submission),
});
