import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { ExerciseResults, standingOf, type Standing } from './exercise-results';
import type { LearnerExercise } from './learner-exercises';
import { LearnerSteps } from '../learner/learner-activity';
import { ExercisePassed, SubmissionGraded, SubmissionReceived } from '../progress.events';
import type { SubmissionState } from '../progress.lists';

export interface Graded {
  submissionId: number;
  version: number;
  status: SubmissionState;
  score: number | null;
  maxScore: number;
  /** null: a machine. */
  gradedById: number | null;
}

export interface Occasion {
  now: Date;
  /** The learner handed in just now: a step of theirs. Else a teacher or the clock did something. */
  isStep: boolean;
}

/** What a submission means for its learner: the result of the exercise, the totals, and the news of it. */
@Injectable()
export class Outcomes {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly results: ExerciseResults,
    private readonly steps: LearnerSteps,
  ) {}

  /** `before` was read under the lock of the result's row, so `passedAt` tells the first pass from a later one. */
  async follow(exercise: LearnerExercise, before: Standing, graded: Graded, occasion: Occasion): Promise<Standing> {
    const standing =
      graded.status === 'pending' ? standingOf(before) : await this.settle(exercise, graded, occasion.now);
    const isFirstPass = before.passedAt === null && standing.passedAt !== null;
    const moved = before.scorePercent !== standing.scorePercent;
    if (occasion.isStep) await this.step(exercise, moved, isFirstPass, occasion.now);
    else if (moved || isFirstPass) await this.credit(exercise, isFirstPass, occasion.now);
    await this.events.publish(news(exercise, graded), ...(isFirstPass ? [passed(exercise)] : []));
    return standing;
  }

  private settle(exercise: LearnerExercise, { status, gradedById }: Graded, now: Date): Promise<Standing> {
    return this.results.settle(exercise, gradedById === null ? 'machine' : 'person', status === 'approved', now);
  }

  /** Handing in work is activity: it counts for the streak (rule 11). */
  private async step(exercise: LearnerExercise, moved: boolean, isFirstPass: boolean, now: Date): Promise<void> {
    if (moved) await this.recompute(exercise.studentId, 0, now);
    await this.steps.active(exercise.studentId, exercise, { exercisesCompleted: isFirstPass ? 1 : 0 }, now);
  }

  private async credit(exercise: LearnerExercise, isFirstPass: boolean, now: Date): Promise<void> {
    const { studentId, teacherId, lessonsCompleted, exercisesCompleted, coursesCompleted, streakDays } = exercise;
    await this.recompute(studentId, isFirstPass ? 1 : 0, now);
    if (!isFirstPass || teacherId === studentId) return;
    const after = { lessonsCompleted, exercisesCompleted: exercisesCompleted + 1, coursesCompleted, streakDays };
    await this.steps.tell(studentId, exercise, after, null);
  }

  private async recompute(studentId: number, passedMore: 0 | 1, now: Date): Promise<void> {
    await this.database.run(
      `UPDATE users_userprogress SET updated_at = $3, total_exercises_completed = total_exercises_completed + $2,
         average_score = COALESCE((SELECT avg(score_percent) FROM progress_exerciseresult WHERE student_id = $1), 0)
       WHERE user_id = $1`,
      [studentId, passedMore, now],
    );
  }
}

function news(exercise: LearnerExercise, graded: Graded): SubmissionReceived | SubmissionGraded {
  const { studentId, exerciseId, exerciseTitle, teacherId } = exercise;
  const { submissionId, status, version, score, maxScore, gradedById } = graded;
  const about = { submissionId, studentId, exerciseId, exerciseTitle };
  if (status === 'pending') return new SubmissionReceived({ ...about, teacherId });
  return new SubmissionGraded({ ...about, version, status, score, maxScore, gradedById });
}

function passed(exercise: LearnerExercise): ExercisePassed {
  const { studentId, exerciseId, exerciseTitle, courseId, teacherId, exerciseReward: reward, isOpen } = exercise;
  return new ExercisePassed({ studentId, exerciseId, exerciseTitle, courseId, teacherId, reward, isOpen });
}
