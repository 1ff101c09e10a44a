import { Check, Entity, Index, Unique } from 'typeorm';
import { CalendarDate, Id, Instant, Int, Reference, Text, Varchar } from '../../../platform/database/entity';

/** A message to all students of a course. `number` counts the messages of a course on a day (UTC), and the unique key limits them. */
@Entity('notifications_coursemessage')
@Unique('notifications_coursemessage_number', ['courseId', 'day', 'number'])
@Index('notifications_coursemessage_course', ['courseId', 'id'])
@Index('notifications_coursemessage_sender', ['senderId'], { where: 'sender_id IS NOT NULL' })
@Check('notifications_coursemessage_number_positive', '"number" > 0')
export class CourseMessage {
  @Id() id: number;
  @Reference('Course', 'notifications_coursemessage_course_fk', 'CASCADE') courseId: number;
  @Reference('User', 'notifications_coursemessage_sender_fk', 'SET NULL', { nullable: true }) senderId: number | null;
  @CalendarDate() day: string;
  @Int() number: number;
  @Varchar(200) title: string;
  @Text() message: string;
  @Int({ default: 0 }) recipients: number;
  @Instant() createdAt: Date;
  @Instant({ nullable: true }) withdrawnAt: Date | null;
}
