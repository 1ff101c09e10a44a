import { z } from 'zod';
import { pageOf, pageQuery, timeRange } from '../../platform/http/pagination';
import { flag } from '../../platform/http/parameters';
import { priorities } from './notification.lists';
import type { NotificationRow } from './feed/notification-row';
import type { NotificationTypes } from './types/notification-types';
import { namedEnum } from '../../platform/http/named-enum';

const exampleNotification = {
  id: 42,
  type: 'course_completed',
  label: 'Course completed',
  title: 'Course completed',
  message: 'You have completed “Linocut for beginners”.',
  priority: 'normal' as const,
  isRead: false,
  readAt: null,
  createdAt: '2026-03-01T09:30:00.000Z',
  actionUrl: '/courses/7',
  relatedObjectType: 'courses.course',
  relatedObjectId: 7,
};

export const Notification = z
  .strictObject({
    id: z.int(),
    type: z.string().meta({ description: 'An open list. If your program does not know a type, show its `label`' }),
    label: z.string().meta({ description: 'The name of the type to show to people' }),
    title: z.string(),
    message: z.string(),
    priority: namedEnum('NotificationPriority', priorities),
    isRead: z.boolean(),
    readAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    actionUrl: z.string().meta({ description: 'A path of the front end; empty if there is none' }),
    relatedObjectType: z.string().nullable(),
    relatedObjectId: z.int().nullable(),
  })
  .meta({ id: 'Notification', examples: [exampleNotification] });
export type Notification = z.output<typeof Notification>;

export const NotificationPage = pageOf(Notification, 'NotificationPage');

export const NotificationQuery = pageQuery({
  isRead: flag.optional().meta({
    description: '`false` selects unread notifications, `true` selects read ones',
    documentedAs: { type: 'boolean' },
  }),
  type: z
    .string()
    .min(1)
    .max(50)
    .optional()
    .meta({ description: 'Selects notifications of this type', examples: ['exercise_graded'] }),
  ...timeRange('created'),
});
export type NotificationQuery = z.output<typeof NotificationQuery>;

export const UnreadCount = z
  .strictObject({ unread: z.int().min(0) })
  .meta({ id: 'UnreadCount', examples: [{ unread: 3 }] });
export type UnreadCount = z.output<typeof UnreadCount>;

export const ReadState = z
  .strictObject({ isRead: z.boolean() })
  .meta({ id: 'ReadState', examples: [{ isRead: true }] });
export type ReadState = z.output<typeof ReadState>;

export const ReadAllRequest = z
  .strictObject({
    isRead: z.literal(true),
    upTo: z.int().positive().optional().meta({
      description: 'The id of the newest notification that the person has seen. Newer notifications stay unread',
    }),
  })
  .meta({ id: 'AllRead', examples: [{ isRead: true, upTo: 42 }] });
export type ReadAllRequest = z.output<typeof ReadAllRequest>;

export function showNotification(row: NotificationRow, types: NotificationTypes): Notification {
  return {
    id: row.id,
    type: row.type,
    label: types.labelOf(row.type),
    title: row.title,
    message: row.message,
    priority: row.priority,
    isRead: row.isRead,
    readAt: row.readAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    actionUrl: row.actionUrl,
    relatedObjectType: row.relatedObjectType,
    relatedObjectId: row.relatedObjectId,
  };
}
