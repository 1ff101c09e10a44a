import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { LessonCompleted } from '../../progress';
import { Notifier } from '../notifier';

/** Notifies once for each learner and lesson, even if a completion is undone and repeated. */
@Injectable()
@AfterCommit(LessonCompleted)
export class NotifyWhenLessonCompleted implements AfterCommitHandler<LessonCompleted> {
  constructor(private readonly notifier: Notifier) {}

  async handle({ payload: { studentId, lessonId, lessonTitle } }: LessonCompleted): Promise<void> {
    await this.notifier.notify([
      {
        userId: studentId,
        type: 'lesson_completed',
        message: `You have completed “${lessonTitle}”.`,
        relatedObjectType: 'courses.lesson',
        relatedObjectId: lessonId,
        actionUrl: `/lessons/${lessonId}`,
        dedupeKey: `lesson_completed:courses.lesson.${lessonId}:1`,
      },
    ]);
  }
}
