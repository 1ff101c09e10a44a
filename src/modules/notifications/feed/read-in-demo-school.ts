import type { INestApplicationContext } from '@nestjs/common';
import { int, nullable } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { DemoSchool } from '../../../platform/process/extension';
import { Clock } from '../../../platform/time/clock';
import { MyNotifications } from './my-notifications';

/** In the demo school, two of three students have read their notifications up to their last visit. */
export async function markNotificationsReadInDemoSchool(
  context: INestApplicationContext,
  demo: DemoSchool,
): Promise<void> {
  const database = context.get(Database, { strict: false });
  const clock = context.get(Clock, { strict: false });
  const notifications = context.get(MyNotifications, { strict: false });
  await database.transaction(async () => {
    const readerIds = demo.studentIds.filter((_, index) => index % 3 !== 2);
    for (const userId of readerIds) {
      const newest = await database.row(
        { id: nullable(int) },
        'SELECT max(id) AS id FROM notifications_notification WHERE user_id = $1 AND created_at <= $2',
        [userId, demo.lastVisit],
      );
      const newestId = newest?.id ?? null;
      if (newestId !== null) await clock.at(demo.lastVisit, () => notifications.markAllRead(userId, newestId));
    }
  });
}
