import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import type { CourseMessageRow } from './course-message.rows';

export const NewCourseMessage = z
  .strictObject({
    title: z.string().trim().min(1).max(200),
    message: z.string().trim().min(1).max(2_000),
  })
  .meta({
    id: 'NewCourseMessage',
    examples: [{ title: 'Studio closed', message: 'The lesson on Friday is moved to Monday.' }],
  });
export type NewCourseMessage = z.output<typeof NewCourseMessage>;

const sentExample = {
  id: 5,
  courseId: 7,
  senderId: 3,
  title: 'Studio closed',
  message: 'The lesson on Friday is moved to Monday.',
  recipients: 24,
  createdAt: '2026-03-04T18:02:11.000Z',
  withdrawnAt: null,
};

export const CourseMessageResponse = z
  .strictObject({
    id: z.int(),
    courseId: z.int(),
    senderId: z.int().nullable().meta({ description: 'null if the account of the sender was removed' }),
    title: z.string(),
    message: z.string(),
    recipients: z.int().min(0).meta({ description: 'The number of students who got it' }),
    createdAt: z.iso.datetime(),
    withdrawnAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'CourseMessage', examples: [sentExample] });
export type CourseMessageResponse = z.output<typeof CourseMessageResponse>;

export const WithdrawnCourseMessage = CourseMessageResponse.extend({
  removed: z.int().min(0).meta({ description: 'Number of unread notifications that this request removed' }),
}).meta({
  id: 'WithdrawnCourseMessage',
  examples: [{ ...sentExample, withdrawnAt: '2026-03-04T18:05:40.000Z', removed: 21 }],
});
export type WithdrawnCourseMessage = z.output<typeof WithdrawnCourseMessage>;

export const CourseMessageAudience = z
  .strictObject({ courseId: z.int(), recipients: z.int().min(0) })
  .meta({ id: 'CourseMessageAudience', examples: [{ courseId: 7, recipients: 24 }] });
export type CourseMessageAudience = z.output<typeof CourseMessageAudience>;

export const CourseMessagePage = pageOf(CourseMessageResponse, 'CourseMessagePage');
export const CourseMessageQuery = pageQuery();
export type CourseMessageQuery = z.output<typeof CourseMessageQuery>;

export const showCourseMessage = (row: CourseMessageRow): CourseMessageResponse => ({
  id: row.id,
  courseId: row.courseId,
  senderId: row.senderId,
  title: row.title,
  message: row.message,
  recipients: row.recipients,
  createdAt: row.createdAt.toISOString(),
  withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
});
