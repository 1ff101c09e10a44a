import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { MailTemplates } from '../../../platform/mail/mail-templates';
import { Mails } from '../../../platform/mail/mails';
import {
  NotificationChannels,
  type DeliveryTarget,
  type NotificationChannel,
  type RoutedNotification,
} from '../deliveries/notification-channels';
import { EmailSender } from './email-sender';
import { emailTemplates } from './email-templates';

/** Sends notifications as mails, to people who have verified their address. */
@Injectable()
export class EmailChannel implements OnModuleInit {
  constructor(
    private readonly channels: NotificationChannels,
    private readonly templates: MailTemplates,
    private readonly database: Database,
    private readonly mails: Mails,
    private readonly sender: EmailSender,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.templates.register(...emailTemplates(this.config.publicUrl));
    const channel: NotificationChannel = {
      key: 'email',
      audience: 'person',
      targetsOf: (notifications) => this.targetsOf(notifications),
      deliver: (isUrgentOnly) => this.sender.deliver(isUrgentOnly),
    };
    this.channels.register(channel);
  }

  /** A school that sends no mail gets no rows, which would wait for ever. */
  private async targetsOf(notifications: readonly RoutedNotification[]): Promise<DeliveryTarget[]> {
    if (this.mails.destination === 'nowhere') return [];
    const userIds = [...new Set(notifications.map(({ userId }) => userId))];
    const verified = await this.database.rows(
      { id: int },
      `SELECT id FROM users_user WHERE email_verified_at IS NOT NULL AND id IN (${placeholders(userIds.length)})`,
      userIds,
    );
    const verifiedIds = new Set(verified.map(({ id }) => id));
    return notifications
      .filter(({ userId }) => verifiedIds.has(userId))
      .map(({ id }) => ({ notificationId: id, targetId: '' }));
  }
}
