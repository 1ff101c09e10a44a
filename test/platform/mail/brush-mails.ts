import { Injectable, Module } from '@nestjs/common';
import { MailTemplates } from '../../../src/platform/mail/mail-templates';
import { Mails, type NewMail } from '../../../src/platform/mail/mails';
import type { School } from '../../support/school';

/** Templates of the tests: an urgent one with a link, and one that can be unsubscribed. */
@Injectable()
class BrushMails {
  constructor(templates: MailTemplates) {
    templates.register(
      {
        name: 'test.brush-lost',
        priority: 'urgent',
        actionUrl: ({ brush }) => `https://brush.test/find#${brush}`,
        texts: {
          en: {
            subject: 'Brush {brush} is lost',
            paragraphs: ['{count, plural, one {# hair} other {# hairs}} since {at, date, moment}.'],
            action: 'Find it',
          },
          it: {
            subject: 'Il pennello {brush} è perso',
            paragraphs: ['{count, plural, one {# pelo} other {# peli}} dal {at, date, moment}.'],
            action: 'Trovalo',
          },
        },
      },
      {
        name: 'test.brush-news',
        priority: 'bulk',
        topic: 'news',
        texts: {
          en: { subject: 'News', paragraphs: ['{text}'] },
          it: { subject: 'Novità', paragraphs: ['{text}'] },
        },
      },
    );
  }
}

@Module({ providers: [BrushMails] })
export class BrushMailsModule {}

export const lost = (more: Partial<NewMail> = {}): NewMail => ({
  template: 'test.brush-lost',
  personId: 7,
  address: 'noor@brush.test',
  language: 'en',
  timezone: 'Europe/Rome',
  values: { brush: 'Nr. 4', count: 2, at: '2026-03-01T23:30:00.000Z' },
  ...more,
});
export const news = (address: string, text = 'Paint'): NewMail => ({
  ...lost({ address, values: { text } }),
  template: 'test.brush-news',
});

export const write = (school: School, ...mails: NewMail[]): Promise<void> =>
  school.database.transaction(async () => school.part(Mails).enqueue(...mails));
