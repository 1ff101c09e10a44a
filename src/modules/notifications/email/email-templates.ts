import type { MailTemplate } from '../../../platform/mail/mail-templates';
import type { TextValues } from '../../../platform/texts/texts';

/** The topic from which a digest is unsubscribed: all mails but urgent ones. Otherwise the topic is the type of the notification. */
export const allTopics = 'all';

const action = { en: 'Open', it: 'Apri' };
const notice = {
  en: { subject: '{title}', paragraphs: ['{message}'], action: action.en },
  it: { subject: '{title}', paragraphs: ['{message}'], action: action.it },
};

/** The mails that contain notifications. `publicUrl` is where the front end is. */
export function emailTemplates(publicUrl: string): MailTemplate[] {
  const actionUrl = ({ path }: TextValues): string | undefined =>
    typeof path === 'string' && /^\/(?!\/)/.test(path) ? publicUrl + path : undefined;
  const topic = ({ type }: TextValues): string => String(type);
  return [
    // Nobody can unsubscribe from urgent mails, because they are about money or the security of an account.
    { name: 'notifications.alert', priority: 'urgent', texts: notice, actionUrl },
    { name: 'notifications.notice', priority: 'normal', texts: notice, actionUrl, topic },
    // Announcements go to many people, and other mails must not wait for them.
    { name: 'notifications.announcement', priority: 'bulk', texts: notice, actionUrl, topic },
    {
      name: 'notifications.digest',
      priority: 'bulk',
      topic: allTopics,
      actionUrl: () => `${publicUrl}/notifications`,
      texts: {
        en: {
          subject: '{count, plural, one {# notification} other {# notifications}} from {school}',
          paragraphs: ['Hello {username}, this is new:', '{lines}'],
          action: 'Open all',
        },
        it: {
          subject: '{count, plural, one {# notifica} other {# notifiche}} da {school}',
          paragraphs: ['Ciao {username}, ecco le novità:', '{lines}'],
          action: 'Apri tutte',
        },
      },
    },
  ];
}
