import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { addIndex, dropIndex } from '../src/platform/database/schema/schema-changes';

/** The notifications of other people that name somebody are found when that person leaves. Most types name nobody. */
const index = new TableIndex({
  name: 'notifications_notification_naming',
  columnNames: ['dedupe_key'],
  where: "notification_type IN ('course_enrollment', 'course_message', 'submission_received', 'teacher_applied')",
});

export class NotificationsNamingPeople1764000009040 implements MigrationInterface {
  name = 'NotificationsNamingPeople1764000009040';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'notifications_notification', index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, index);
  }
}
