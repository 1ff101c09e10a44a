import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { DomainEvent, type AfterCommitHandler } from '../../../platform/events/domain-event';
import { EventBus } from '../../../platform/events/event-bus';
import { AfterCommit } from '../../../platform/events/handlers';
import { GradesReleased } from '../../courses';
import { GradeChanges } from '../grades/grade-changes';
import { HeldGrades } from './held-grades';

/** Continues a release after one page. Each page has its own transaction, so that locks are held only for a short time. */
export class ReleaseContinues extends DomainEvent<{ exerciseId: number }> {
  static override readonly type = 'progress.release-continues.v1';
}

const pageSize = 100;

/** Gives the held grades of an exercise: the score, the pass with its coins, and the message come with the release. */
@Injectable()
@AfterCommit(GradesReleased, ReleaseContinues)
export class ReleaseHeldGrades implements AfterCommitHandler<GradesReleased | ReleaseContinues> {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly held: HeldGrades,
    private readonly changes: GradeChanges,
  ) {}

  async handle({ payload: { exerciseId } }: GradesReleased | ReleaseContinues): Promise<void> {
    await this.database.transaction(async () => {
      const submissionIds = await this.held.listSubmissions(exerciseId, pageSize);
      for (const submissionId of submissionIds) await this.give(submissionId);
      if (submissionIds.length === pageSize) await this.events.publish(new ReleaseContinues({ exerciseId }));
    });
  }

  /** A grade that a person has given since the release is newer than the held one, and stays. */
  private async give(submissionId: number): Promise<void> {
    const submission = await this.changes.lockSubmission(submissionId);
    const held = await this.held.take(submissionId);
    if (!held || submission.status !== 'pending') return;
    const { grading, gradedAt: _, ...grade } = held;
    const { questions = [], rubricMarks } = grading;
    await this.changes.apply(submission, { ...grade, questions, rubricMarks });
  }
}
