import { z } from 'zod';
import { namedEnum } from '../../platform/http/named-enum';
import { pageOf, pageQuery } from '../../platform/http/pagination';
import { mailPriorities, mailStatuses } from '../../platform/mail/mail.lists';
import type { ListedMail, ShownMail } from '../../platform/mail/mail-administration';

const status = namedEnum('MailStatus', mailStatuses).meta({
  description:
    '`waiting`: not sent yet, or tried again later. `sent`: the mail server has it. `shown`: no mail server is configured, and the development mailbox shows it. `failed`: it is not tried any more. `suppressed`: the server of the address refuses the address',
});

export const Mail = z
  .strictObject({
    id: z.int(),
    status,
    template: z.string(),
    priority: namedEnum('MailPriority', mailPriorities),
    userId: z.int().nullable(),
    address: z.string(),
    attempts: z.int(),
    createdAt: z.iso.datetime(),
    dueAt: z.iso.datetime().meta({ description: 'The time of the next attempt, if the mail waits' }),
    sentAt: z.iso.datetime().nullable(),
    lastError: z.string().meta({ description: 'The reason of the last failure; empty if there was none' }),
  })
  .meta({
    id: 'Mail',
    examples: [
      {
        id: 42,
        status: 'failed',
        template: 'users.password-reset',
        priority: 'urgent',
        userId: 7,
        address: 'giulia@school.example',
        attempts: 12,
        createdAt: '2026-03-01T12:00:00.000Z',
        dueAt: '2026-03-02T03:02:00.000Z',
        sentAt: null,
        lastError: '451 4.3.0 Try again later',
      },
    ],
  });
export type Mail = z.output<typeof Mail>;

export const MailPage = pageOf(Mail, 'MailPage');
export const MailQuery = pageQuery({ status: status.optional() });
export type MailQuery = z.output<typeof MailQuery>;

export const showMail = (row: ListedMail): Mail => ({
  id: row.id,
  status: row.status,
  template: row.template,
  priority: mailPriorities[row.priority] ?? 'normal',
  userId: row.personId,
  address: row.address,
  attempts: row.attempts,
  createdAt: row.createdAt.toISOString(),
  dueAt: row.dueAt.toISOString(),
  sentAt: row.sentAt?.toISOString() ?? null,
  lastError: row.lastError,
});

export const MailContent = z
  .strictObject({
    address: z.string(),
    createdAt: z.iso.datetime(),
    subject: z.string(),
    text: z.string(),
    html: z.string(),
  })
  .meta({
    id: 'MailContent',
    examples: [
      {
        address: 'giulia@school.example',
        createdAt: '2026-03-01T12:00:00.000Z',
        subject: 'Verify your address',
        text: 'Verify your address\n\n…',
        html: '<!doctype html>…',
      },
    ],
  });
export type MailContent = z.output<typeof MailContent>;

export const showContent = ({ address, createdAt, subject, text, html }: ShownMail): MailContent => ({
  address,
  createdAt: createdAt.toISOString(),
  subject,
  text,
  html,
});
