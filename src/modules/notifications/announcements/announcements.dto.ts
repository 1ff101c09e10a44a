import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { audiences } from '../notification.lists';
import type { AnnouncementRow } from './announcement-list.query';
import { namedEnum } from '../../../platform/http/named-enum';

export const audience = namedEnum('Audience', audiences).meta({
  description: '`teachers` selects approved teachers only',
});
const example = {
  title: 'Summer break',
  message: 'The studio is closed from 1 to 15 August.',
  audience: 'all',
} as const;

export const NewAnnouncement = z
  .strictObject({ title: z.string().trim().min(1).max(200), message: z.string().trim().min(1).max(2_000), audience })
  .meta({ id: 'NewAnnouncement', examples: [example] });
export type NewAnnouncement = z.output<typeof NewAnnouncement>;

const sentExample = {
  id: 5,
  ...example,
  recipients: 1_200,
  createdById: 1,
  createdAt: '2026-07-20T09:30:00.000Z',
  withdrawnAt: null,
};

export const AnnouncementResponse = z
  .strictObject({
    id: z.int(),
    title: z.string(),
    message: z.string(),
    audience,
    recipients: z.int().min(0).meta({ description: 'Number of people who were notified' }),
    createdById: z.int(),
    createdAt: z.iso.datetime(),
    withdrawnAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Announcement', examples: [sentExample] });
export type AnnouncementResponse = z.output<typeof AnnouncementResponse>;

export const WithdrawnAnnouncement = AnnouncementResponse.extend({
  removed: z.int().min(0).meta({ description: 'Number of unread notifications that this request removed' }),
}).meta({
  id: 'WithdrawnAnnouncement',
  examples: [{ ...sentExample, withdrawnAt: '2026-07-20T09:34:00.000Z', removed: 1_150 }],
});
export type WithdrawnAnnouncement = z.output<typeof WithdrawnAnnouncement>;

export const AnnouncementAudience = z
  .strictObject({ audience, recipients: z.int().min(0) })
  .meta({ id: 'AnnouncementAudience', examples: [{ audience: 'students', recipients: 1_180 }] });
export type AnnouncementAudience = z.output<typeof AnnouncementAudience>;

const deliveryCount = z.int().min(0);
export const AnnouncementProgress = z
  .strictObject({
    recipients: deliveryCount.meta({ description: 'Number of people who were notified in the application' }),
    channels: z.array(
      z
        .strictObject({
          channel: z.string().meta({ description: 'An open list: `email`, `push`, `webhook`' }),
          waiting: deliveryCount.meta({ description: 'Not sent yet, perhaps because of quiet hours or a digest' }),
          sent: deliveryCount,
          failed: deliveryCount,
          skipped: deliveryCount.meta({ description: 'Not sent, because the person has read it or does not want it' }),
        })
        .meta({ id: 'ChannelProgress' }),
    ),
  })
  .meta({
    id: 'AnnouncementProgress',
    examples: [{ recipients: 1_200, channels: [{ channel: 'email', waiting: 310, sent: 880, failed: 2, skipped: 8 }] }],
  });
export type AnnouncementProgress = z.output<typeof AnnouncementProgress>;

export const AnnouncementPage = pageOf(AnnouncementResponse, 'AnnouncementPage');
export const AnnouncementQuery = pageQuery();
export type AnnouncementQuery = z.output<typeof AnnouncementQuery>;

export const showAnnouncement = (row: AnnouncementRow): AnnouncementResponse => ({
  id: row.id,
  title: row.title,
  message: row.message,
  audience: row.audience,
  recipients: row.recipients,
  createdById: row.createdById,
  createdAt: row.createdAt.toISOString(),
  withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
});
