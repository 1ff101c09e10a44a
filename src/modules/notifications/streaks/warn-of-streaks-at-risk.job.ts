import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { StreaksAtRisk, type StreakAtRisk } from '../../progress';
import { personChannels } from '../notification.lists';
import { Notifier, type NewNotification } from '../notifier';
import { hasChosen } from '../preferences/person-preferences';
import { NotificationPreferences } from '../preferences/preferences';
import { NotificationTypes } from '../types/notification-types';

/** The evening on the clock of the learner. There are two hours, so that one run that fails does no harm. */
const eveningHours = [19, 20];
const type = 'streak_at_risk';

/** Warns in the evening who has not learned today, once a day. Each page has its own transaction. */
@Injectable()
@Job({
  name: 'notifications:warn-of-streaks',
  cron: '7 * * * *',
  summary: 'Warns learners in their evening whose streak ends today',
})
export class WarnOfStreaksAtRisk implements RunnableJob {
  constructor(
    private readonly database: Database,
    private readonly streaks: StreaksAtRisk,
    private readonly preferences: NotificationPreferences,
    private readonly types: NotificationTypes,
    private readonly notifier: Notifier,
  ) {}

  async run(): Promise<JobReport | null> {
    let warned = 0;
    for await (const page of this.streaks.pages(eveningHours))
      warned += await this.database.transaction(async () => {
        const wanted = await this.whoWantsIt(page);
        return this.notifier.notify(wanted.map(toNotification));
      });
    return warned > 0 ? { warned } : null;
  }

  /** Who has turned the type off in each channel is not warned in the application either. */
  private async whoWantsIt(page: StreakAtRisk[]): Promise<StreakAtRisk[]> {
    const people = await this.preferences.of(page.map(({ userId }) => userId));
    const kind = this.types.get(type);
    return page.filter(({ userId }) => {
      const person = people.get(userId);
      return person && personChannels.some((channel) => hasChosen(person, kind, channel));
    });
  }
}

const toNotification = ({ userId, days, today }: StreakAtRisk): NewNotification => ({
  userId,
  type,
  message: { text: 'evening', values: { days } },
  actionUrl: '/courses',
  dedupeKey: `${type}:users.user.${userId}:${today}`,
});
