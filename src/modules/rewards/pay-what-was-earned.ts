import { Injectable } from '@nestjs/common';
import type { InTransactionHandler } from '../../platform/events/domain-event';
import { InTransaction } from '../../platform/events/handlers';
import { CourseCompleted, ExercisePassed, LessonCompleted } from '../progress';
import { Earnings } from './earnings';
import type { RewardClaim } from './movement';

type Earning = LessonCompleted | CourseCompleted | ExercisePassed;

/** No completion without its coins, no coins without it. Teachers earn nothing in their own courses (rule 12). */
@Injectable()
@InTransaction(LessonCompleted, CourseCompleted, ExercisePassed)
export class PayWhatWasEarned implements InTransactionHandler<Earning> {
  constructor(private readonly earnings: Earnings) {}

  async handle(earned: Earning[]): Promise<void> {
    const others = earned.filter(({ payload }) => payload.studentId !== payload.teacherId);
    await this.earnings.reward(others.map(claimOf));
  }
}

function claimOf(event: Earning): RewardClaim {
  const { studentId: userId, reward: amount } = event.payload;
  return { userId, amount, ...claimed(event) };
}

function claimed(event: Earning): Pick<RewardClaim, 'type' | 'description' | 'relatedObject'> {
  if (event instanceof LessonCompleted)
    return {
      type: 'earned_lesson',
      description: `Lesson completed: ${event.payload.lessonTitle}`,
      relatedObject: { type: 'courses.lesson', id: event.payload.lessonId },
    };
  if (event instanceof CourseCompleted)
    return {
      type: 'earned_course',
      description: `Course completed: ${event.payload.courseTitle}`,
      relatedObject: { type: 'courses.course', id: event.payload.courseId },
    };
  return {
    type: 'earned_exercise',
    description: `Exercise passed: ${event.payload.exerciseTitle}`,
    relatedObject: { type: 'courses.exercise', id: event.payload.exerciseId },
  };
}
