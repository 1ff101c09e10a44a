import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { WorkDiscussed } from '../../progress';
import { Notifier } from '../notifier';

const type = 'work_discussed';
const relatedObjectType = 'courses.exercisesubmission';

/**
 * Notifies the other side of new remarks about a work, once until they have read the notification. So the key contains the last
 * notification of this work that they have read.
 */
@Injectable()
@AfterCommit(WorkDiscussed)
export class NotifyWhenWorkDiscussed implements AfterCommitHandler<WorkDiscussed> {
  constructor(
    private readonly database: Database,
    private readonly notifier: Notifier,
  ) {}

  async handle({ payload: { receiverId, submissionId, exerciseTitle } }: WorkDiscussed): Promise<void> {
    const lastRead = await this.database.row(
      { id: int },
      `SELECT COALESCE(max(id), 0) AS id FROM notifications_notification
       WHERE user_id = $1 AND notification_type = $2 AND related_object_id = $3 AND is_read`,
      [receiverId, type, submissionId],
    );
    await this.notifier.notify([
      {
        userId: receiverId,
        type,
        message: { text: 'remarks', values: { exerciseTitle } },
        relatedObjectType,
        relatedObjectId: submissionId,
        actionUrl: `/submissions/${submissionId}`,
        dedupeKey: `${type}:${relatedObjectType}.${submissionId}:${lastRead!.id}`,
      },
    ]);
  }
}
