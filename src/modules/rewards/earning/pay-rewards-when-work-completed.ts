import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import type { InTransactionHandler } from '../../../platform/events/domain-event';
import { InTransaction } from '../../../platform/events/handlers';
import { rewardCaps, type RewardedThing } from '../../courses';
import { CourseCompleted, ExercisePassed, LessonCompleted } from '../../progress';
import { Earnings } from './earnings';
import type { RewardClaim } from '../ledger/movement';
import { UnpaidRewards } from './unpaid-rewards';

type Earning = LessonCompleted | CourseCompleted | ExercisePassed;

/**
 * No completion in an open course without its coins, no coins without it; where a course is not open, the row that says so.
 * Teachers earn nothing in their own courses (rule 12).
 */
@Injectable()
@InTransaction(LessonCompleted, CourseCompleted, ExercisePassed)
export class PayWhatWasEarned implements InTransactionHandler<Earning> {
  private readonly caps: Record<RewardedThing, number>;

  constructor(
    private readonly earnings: Earnings,
    private readonly unpaid: UnpaidRewards,
    config: Config,
  ) {
    this.caps = rewardCaps(config);
  }

  async handle(earned: Earning[]): Promise<void> {
    const others = earned.filter(({ payload }) => payload.studentId !== payload.teacherId);
    const [open, closed] = [others.filter(isOpen), others.filter((event) => !isOpen(event))];
    await this.earnings.reward(open.map((event) => this.claimOf(event)));
    await this.unpaid.record(closed.map((event) => this.claimOf(event)));
  }

  /** What was stored with more than the school allows, before or elsewhere, pays what it allows. */
  private claimOf(event: Earning): RewardClaim {
    const { thing, ...claim } = claimed(event);
    const { studentId: userId, reward } = event.payload;
    return { userId, amount: Math.min(reward, this.caps[thing]), ...claim };
  }
}

const isOpen = ({ payload }: Earning): boolean => payload.isOpen;

type Claimed = Pick<RewardClaim, 'type' | 'description' | 'relatedObject'> & { thing: RewardedThing };

function claimed(event: Earning): Claimed {
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
