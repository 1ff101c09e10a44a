import { Injectable } from '@nestjs/common';
import type { Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { groupBy } from '../../../platform/group-by';
import { Mails, type NewMail } from '../../../platform/mail/mails';
import { NotificationDeliveries, type ClaimedDelivery } from '../deliveries/deliveries';
import { Notification } from '../feed/notification.entity';
import { wants, type PersonPreferences } from '../preferences/person-preferences';
import { NotificationPreferences } from '../preferences/preferences';
import { NotificationTypes } from '../types/notification-types';
import { digestLines } from './digest-lines';

const content = columnsOf(Notification, [
  'id',
  'notificationType',
  'priority',
  'title',
  'message',
  'actionUrl',
  'isRead',
]);
type Content = Row<typeof content.shape>;

interface Item {
  delivery: ClaimedDelivery;
  content: Content;
  person: PersonPreferences;
}

const maxPeople = 50;
const maxAttempts = 12;
const unfinished = 'All attempts ended without a result, perhaps with the death of the process';

/** Writes the mails of due deliveries. A person gets one mail with all that is due, and each urgent notification in its own. */
@Injectable()
export class EmailSender {
  constructor(
    private readonly database: Database,
    private readonly deliveries: NotificationDeliveries,
    private readonly preferences: NotificationPreferences,
    private readonly types: NotificationTypes,
    private readonly mails: Mails,
  ) {}

  async deliver(isUrgentOnly: boolean): Promise<boolean> {
    const claimed = await this.deliveries.claimOfPeople('email', { limit: maxPeople, isUrgentOnly });
    if (claimed.length === 0) return false;
    const exhausted = claimed.filter(({ attempts }) => attempts > maxAttempts);
    for (const delivery of exhausted) await this.deliveries.failed(delivery, unfinished, null);
    await this.send(claimed.filter(({ attempts }) => attempts <= maxAttempts));
    return true;
  }

  /** The mail is written in the transaction that records it, so each delivery is in exactly one mail. */
  private async send(claimed: readonly ClaimedDelivery[]): Promise<void> {
    const items = await this.load(claimed);
    const suppressed = await this.mails.suppressed(items.map(({ person }) => person.email));
    const reasons = items.map((item) => this.reasonToSkip(item, suppressed));
    const wanted = items.filter((_, index) => reasons[index] === null);
    await this.database.transaction(async () => {
      const sentIds = await this.deliveries.sent(wanted.map(({ delivery }) => delivery));
      this.mails.enqueue(...this.compose(wanted.filter(({ delivery }) => sentIds.has(delivery.id))));
      for (const reason of new Set(reasons))
        if (reason !== null) {
          const skipped = items.filter((_, index) => reasons[index] === reason);
          await this.deliveries.skipped(
            skipped.map(({ delivery }) => delivery),
            reason,
          );
        }
      const loadedIds = new Set(items.map(({ delivery }) => delivery.id));
      await this.deliveries.skipped(
        claimed.filter(({ id }) => !loadedIds.has(id)),
        'The account is closed',
      );
    });
  }

  private async load(claimed: readonly ClaimedDelivery[]): Promise<Item[]> {
    if (claimed.length === 0) return [];
    const people = await this.preferences.of(claimed.map(({ userId }) => userId));
    const contents = await this.deliveries.notificationsOf(content, claimed);
    return claimed.flatMap((delivery) => {
      const [found, person] = [contents.get(delivery.notificationId), people.get(delivery.userId)];
      return found && person ? [{ delivery, content: found, person }] : [];
    });
  }

  /** People may have read the notification or unsubscribed while it waited. */
  private reasonToSkip(
    { content: { notificationType, priority, isRead }, person }: Item,
    suppressed: Set<string>,
  ): string | null {
    if (!person.isEmailVerified) return 'The address is not verified';
    if (suppressed.has(person.email)) return 'The address does not accept mail';
    const type = this.types.find(notificationType) ?? { type: notificationType };
    if (!wants(person, type, priority, 'email')) return 'The person does not want it any more';
    return isRead && priority !== 'urgent' ? 'The person has read it in the application' : null;
  }

  private compose(items: readonly Item[]): NewMail[] {
    const urgent = items.filter(({ content: { priority } }) => priority === 'urgent');
    const others = items.filter(({ content: { priority } }) => priority !== 'urgent');
    const byPerson = groupBy(others, ({ person }) => person.userId);
    const rest = [...byPerson.values()].map((ofPerson) =>
      ofPerson.length === 1 ? toNotice(ofPerson[0]!) : toDigest(ofPerson),
    );
    return [...urgent.map(toNotice), ...rest];
  }
}

function toNotice({ content: { notificationType: type, priority, title, message, actionUrl }, person }: Item): NewMail {
  const template = priority === 'urgent' ? 'alert' : type === 'system_announcement' ? 'announcement' : 'notice';
  return toMail(`notifications.${template}`, person, { type, title, message, path: actionUrl });
}

function toDigest(items: readonly Item[]): NewMail {
  const { person } = items[0]!;
  const ordered = items.map(({ content: { notificationType: type, title, message } }) => ({ type, title, message }));
  const lines = digestLines(ordered, person);
  return toMail('notifications.digest', person, { username: person.username, count: items.length, lines });
}

const toMail = (
  template: string,
  { userId, email, language, timezone }: PersonPreferences,
  values: NewMail['values'],
): NewMail => ({ template, personId: userId, address: email, language, timezone, values });
