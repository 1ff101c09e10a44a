import { Entity, Unique } from 'typeorm';
import { CalendarDate, Id, Reference, Varchar } from '../../../platform/database/entity';

/** A calendar day in the learner's time zone on which the learner completed a lesson or handed in work. */
@Entity('progress_activityday')
@Unique('progress_activityday_user_date', ['userId', 'localDate'])
export class ActivityDayRow {
  @Id() id: number;
  @Reference('User', 'progress_activityday_user_fk', 'CASCADE') userId: number;
  @CalendarDate() localDate: string;
  /** The time zones at the day's first and last activity. A missed date is forgiven only if the time zone changed over it. */
  @Varchar(50) firstTimezone: string;
  @Varchar(50) lastTimezone: string;
}
