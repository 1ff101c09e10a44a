import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import type { DomainEvent } from '../../../platform/events/domain-event';
import { EventBus } from '../../../platform/events/event-bus';
import { ExerciseResults, toResultRow, type ExerciseResultRow } from './exercise-results';
import type { LearnerExercise } from './learner-exercises';
import { earnedNothing, type Earned } from '../learner/earned';
import { LearnerActivity } from '../learner/learner-activity';
import { LearnerTotals, type TotalsIncrease } from '../learner/learner-totals';
import { CourseAccesses } from '../own-state/course-accesses';
import { ExercisePassed, SubmissionGraded, SubmissionReceived } from '../progress.events';
import type { SubmissionState } from '../progress.lists';

export interface GradedSubmission {
  submissionId: number;
  version: number;
  status: SubmissionState;
  score: number | null;
  maxScore: number;
  /** The person who graded, or null if the submission was graded automatically. */
  gradedById: number | null;
  /** True if the grade waits for its release. Then the student has no score yet, and nobody needs to grade the work. */
  isHeld?: boolean;
}

interface GradeEffects {
  hasNewScore: boolean;
  isFirstPass: boolean;
  events: DomainEvent[];
}

export interface SubmissionContext {
  now: Date;
  /** True if the learner hands in now, false if a teacher grades or the server closes an overdue attempt. */
  isLearnerActivity: boolean;
}

/** Applies a new or regraded submission to the learner's result and totals, and publishes the events. */
@Injectable()
export class SubmissionEffects {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly results: ExerciseResults,
    private readonly activity: LearnerActivity,
    private readonly totals: LearnerTotals,
    private readonly accesses: CourseAccesses,
  ) {}

  /** The caller must lock the result row before it reads `before`, so that only the first pass is published and paid. */
  async apply(
    exercise: LearnerExercise,
    before: ExerciseResultRow,
    graded: GradedSubmission,
    context: SubmissionContext,
  ): Promise<{ result: ExerciseResultRow; earned: Earned }> {
    const result =
      graded.status === 'pending' ? toResultRow(before) : await this.recomputeResult(exercise, graded, context.now);
    const isFirstPass = before.passedAt === null && result.passedAt !== null;
    const hasNewScore = before.scorePercent !== result.scorePercent;
    const isOwnAct = context.isLearnerActivity;
    const events: DomainEvent[] = graded.isHeld ? [] : [toSubmissionEvent(exercise, graded, isOwnAct)];
    if (isFirstPass) events.push(toExercisePassed(exercise, isOwnAct));
    if (context.isLearnerActivity) {
      // A hand-in is an activity of the learner, so it counts for the streak (rule 11).
      const changes = { exercisesCompleted: isFirstPass ? 1 : 0, hasNewScore, events };
      const earned = await this.activity.record(exercise.studentId, exercise, changes, context.now);
      this.recordAccessAfterCommit(exercise);
      return { result, earned };
    }
    const earned = await this.publishAndUpdateTotals(exercise, { hasNewScore, isFirstPass, events }, context.now);
    return { result, earned };
  }

  /** The enrolment is not locked here, because other transactions lock it before the totals of the learner. */
  private recordAccessAfterCommit({ studentId, courseId, lastAccessedAt }: LearnerExercise): void {
    if (lastAccessedAt) this.database.afterCommit(() => this.accesses.record(studentId, courseId, lastAccessedAt));
  }

  private recomputeResult(
    exercise: LearnerExercise,
    { status, gradedById }: GradedSubmission,
    now: Date,
  ): Promise<ExerciseResultRow> {
    const gradedBy = gradedById === null ? 'machine' : 'person';
    return this.results.recompute(exercise, gradedBy, status === 'approved', now);
  }

  /** Publishes the events first, so that one statement writes the totals with the coins that their handlers paid. */
  private async publishAndUpdateTotals(
    exercise: LearnerExercise,
    { hasNewScore, isFirstPass, events }: GradeEffects,
    now: Date,
  ): Promise<Earned> {
    const { studentId, teacherId } = exercise;
    const earned = await this.totals.collect(studentId, async () => {
      if (isFirstPass && teacherId !== studentId) await this.publishFirstPass(exercise);
      await this.events.publish(...events);
    });
    if (hasNewScore || isFirstPass || earned.coins > 0 || earned.achievements > 0)
      await this.updateTotals(earned, isFirstPass ? 1 : 0, now);
    return { ...earnedNothing(exercise, now), coins: earned.coins, achievements: [...earned.unlocked] };
  }

  private async publishFirstPass(exercise: LearnerExercise): Promise<void> {
    const { studentId, lessonsCompleted, exercisesCompleted, coursesCompleted, streakDays } = exercise;
    const after = { lessonsCompleted, exercisesCompleted: exercisesCompleted + 1, coursesCompleted, streakDays };
    await this.activity.publishProgress(studentId, exercise, after, null);
  }

  private async updateTotals(earned: Required<TotalsIncrease>, newPassCount: 0 | 1, now: Date): Promise<void> {
    await this.database.run(
      `UPDATE users_userprogress SET updated_at = $3, total_exercises_completed = total_exercises_completed + $2,
         total_teocoins_earned = total_teocoins_earned + $4, achievements_earned = achievements_earned + $5,
         average_score = COALESCE((SELECT avg(score_percent) FROM progress_exerciseresult WHERE student_id = $1), 0)
       WHERE user_id = $1`,
      [earned.userId, newPassCount, now, earned.coins, earned.achievements],
    );
  }
}

function toSubmissionEvent(
  exercise: LearnerExercise,
  graded: GradedSubmission,
  isOwnAct: boolean,
): SubmissionReceived | SubmissionGraded {
  const { studentId, exerciseId, exerciseTitle, teacherId } = exercise;
  const { submissionId, status, version, score, maxScore, gradedById } = graded;
  const common = { submissionId, studentId, exerciseId, exerciseTitle };
  if (status === 'pending') return new SubmissionReceived({ ...common, teacherId });
  return new SubmissionGraded({ ...common, version, status, score, maxScore, gradedById, isOwnAct });
}

function toExercisePassed(exercise: LearnerExercise, isOwnAct: boolean): ExercisePassed {
  const { studentId, exerciseId, exerciseTitle, courseId, teacherId, exerciseReward: reward, isOpen } = exercise;
  return new ExercisePassed({ studentId, exerciseId, exerciseTitle, courseId, teacherId, reward, isOpen, isOwnAct });
}
