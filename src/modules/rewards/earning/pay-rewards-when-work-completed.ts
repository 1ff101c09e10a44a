import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import type { InTransactionHandler } from '../../../platform/events/domain-event';
import { InTransaction } from '../../../platform/events/handlers';
import { rewardCaps, type RewardedThing } from '../../courses';
import { CourseCompleted, ExercisePassed, LessonCompleted } from '../../progress';
import { Earnings } from './earnings';
import type { RewardClaim } from '../ledger/movement';
import { UnpaidRewards } from './unpaid-rewards';

type CompletionEvent = LessonCompleted | CourseCompleted | ExercisePassed;

/**
 * Pays the reward in the transaction of the completion. If the course is not open, it records an unpaid reward instead.
 * Teachers earn nothing in their own courses (rule 12).
 */
@Injectable()
@InTransaction(LessonCompleted, CourseCompleted, ExercisePassed)
export class PayRewardsWhenWorkCompleted implements InTransactionHandler<CompletionEvent> {
  private readonly caps: Record<RewardedThing, number>;

  constructor(
    private readonly earnings: Earnings,
    private readonly unpaid: UnpaidRewards,
    config: Config,
  ) {
    this.caps = rewardCaps(config);
  }

  async handle(events: CompletionEvent[]): Promise<void> {
    const ofStudents = events.filter(({ payload }) => payload.studentId !== payload.teacherId);
    const inOpenCourses = ofStudents.filter(isOpen);
    const inClosedCourses = ofStudents.filter((event) => !isOpen(event));
    await this.earnings.reward(inOpenCourses.map((event) => this.claimOf(event)));
    await this.unpaid.record(inClosedCourses.map((event) => this.claimOf(event)));
  }

  /** Pays at most the limit of the school, because a stored reward can be larger: it is older than the limit, or was imported. */
  private claimOf(event: CompletionEvent): RewardClaim {
    const { thing, ...claim } = claimFieldsOf(event);
    const { studentId: userId, reward } = event.payload;
    return { userId, amount: Math.min(reward, this.caps[thing]), ...claim };
  }
}

const isOpen = ({ payload }: CompletionEvent): boolean => payload.isOpen;

type ClaimFields = Pick<RewardClaim, 'type' | 'description' | 'relatedObject'> & { thing: RewardedThing };

function claimFieldsOf(event: CompletionEvent): ClaimFields {
  if (event instanceof LessonCompleted)
    return {
      thing: 'lesson',
      type: 'earned_lesson',
      description: `Lesson completed: ${event.payload.lessonTitle}`,
      relatedObject: { type: 'courses.lesson', id: event.payload.lessonId },
    };
  if (event instanceof CourseCompleted)
    return {
      thing: 'course',
      type: 'earned_course',
      description: `Course completed: ${event.payload.courseTitle}`,
      relatedObject: { type: 'courses.course', id: event.payload.courseId },
    };
  return {
    thing: 'exercise',
    type: 'earned_exercise',
    description: `Exercise passed: ${event.payload.exerciseTitle}`,
    relatedObject: { type: 'courses.exercise', id: event.payload.exerciseId },
  };
}
