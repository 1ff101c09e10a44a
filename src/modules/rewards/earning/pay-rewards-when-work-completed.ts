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
  private readonly maxRewards: Record<RewardedThing, number>;

  constructor(
    private readonly earnings: Earnings,
    private readonly unpaidRewards: UnpaidRewards,
    config: Config,
  ) {
    this.maxRewards = rewardCaps(config);
  }

  async handle(events: CompletionEvent[]): Promise<void> {
    const rewardedEvents = events.filter(({ payload }) => payload.studentId !== payload.teacherId);
    const eventsInOpenCourses = rewardedEvents.filter(({ payload }) => payload.isOpen);
    const eventsInClosedCourses = rewardedEvents.filter(({ payload }) => !payload.isOpen);
    await this.earnings.reward(eventsInOpenCourses.map((event) => this.toClaim(event)));
    await this.unpaidRewards.record(eventsInClosedCourses.map((event) => this.toClaim(event)));
  }

  /** Limits the amount to the maximum of the school, because a stored reward can be older than the maximum, or imported. */
  private toClaim(event: CompletionEvent): RewardClaim {
    const { thing, ...claimFields } = claimFieldsOf(event);
    const { studentId, reward } = event.payload;
    const amount = Math.min(reward, this.maxRewards[thing]);
    return { userId: studentId, amount, ...claimFields, isOwnAct: isOwnAct(event) };
  }
}

/** Only the learner can complete a lesson. A course and an exercise can also be completed by a teacher's change. */
const isOwnAct = (event: CompletionEvent): boolean =>
  event instanceof LessonCompleted || event.payload.isOwnAct === true;

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
