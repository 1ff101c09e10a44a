import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  check,
  createTables,
  date,
  dropTables,
  id,
  index,
  instant,
  int,
  references,
  table,
  text,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** The texts of people who apply as teachers, and the messages that teachers send to their courses. */
const tables = [
  table(
    'users_teacherapplication',
    { id: id(), teacher_id: bigint(), text: text(), created_at: instant(), updated_at: instant() },
    unique('users_teacherapplication_once', 'teacher_id'),
    references('users_teacherapplication_teacher_fk', 'teacher_id', 'users_user', 'CASCADE'),
  ),
  table(
    'notifications_coursemessage',
    {
      id: id(),
      course_id: bigint(),
      sender_id: bigint({ nullable: true }),
      day: date(),
      number: int(),
      title: varchar(200),
      message: text(),
      recipients: int({ default: 0 }),
      created_at: instant(),
    },
    unique('notifications_coursemessage_number', 'course_id', 'day', 'number'),
    index('notifications_coursemessage_course', ['course_id', 'id']),
    index('notifications_coursemessage_sender', ['sender_id'], 'sender_id IS NOT NULL'),
    check('notifications_coursemessage_number_positive', '"number" > 0'),
    references('notifications_coursemessage_course_fk', 'course_id', 'courses_course', 'CASCADE'),
    references('notifications_coursemessage_sender_fk', 'sender_id', 'users_user', 'SET NULL'),
  ),
];

export class TeachersDay1764000007800 implements MigrationInterface {
  name = 'TeachersDay1764000007800';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
