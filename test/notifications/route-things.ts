import { int } from '../../src/platform/database/columns';
import { UnsubscribeLinks } from '../../src/platform/mail/unsubscribe-links';
import { done } from '../journeys/cast';
import type { RouteThings } from '../support/route-fixtures';
import type { School } from '../support/school';

const subscription = {
  endpoint: 'https://fcm.googleapis.com/fcm/send/c1KrmpTuRm8',
  keys: {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  },
};
const endpoint = { url: 'https://timetable.example.org/hooks', types: ['system_announcement'] };

/** A message that failed, which an administrator can send again. */
async function createFailedDelivery(school: School, userId: number, endpointId: number): Promise<number> {
  const now = school.clock.now();
  const inserted = await school.database.transaction(async () => {
    const notification = await school.database.row(
      { id: int },
      `INSERT INTO notifications_notification (user_id, title, message, notification_type, is_read, priority, created_at)
       VALUES ($1, 'Open day', 'Come and see', 'system_announcement', $2, 'normal', $3) RETURNING id`,
      [userId, true, now],
    );
    return school.database.row(
      { id: int },
      `INSERT INTO notifications_delivery
         (notification_id, user_id, channel, target_id, priority, status, due_at, next_attempt_at, created_at, finished_at)
       VALUES ($1, $2, 'webhook', $3, 2, 'failed', $4, $4, $4, $4) RETURNING id`,
      [notification!.id, userId, String(endpointId), now],
    );
  });
  return inserted!.id;
}

/** The link of a mail to a student, a message to a course, an audience of announcements, a browser, and an endpoint with a message that failed. */
export const routeThings: RouteThings = {
  async make(school, { student, teacher, admin }) {
    const url = school.part(UnsubscribeLinks).urlOf({ personId: student.id, topic: 'course_message' });
    const browser = await done(student.post('/me/push-subscriptions', subscription));
    const hook = await done(admin.post('/webhook-endpoints', endpoint));
    const courses: { id: number; isPublished: boolean }[] = (await done(teacher.get('/me/courses'))).data;
    const course = courses.find(({ isPublished }) => isPublished)!;
    const text = { title: 'Studio closed', message: 'The lesson on Friday is moved to Monday.' };
    const message = await done(teacher.post(`/courses/${course.id}/messages`, text));
    return {
      messageId: message.id,
      token: url.split('/').at(-1)!,
      audience: 'students',
      'push-subscriptions': browser.id,
      'webhook-endpoints': hook.id,
      deliveryId: await createFailedDelivery(school, student.id, hook.id),
    };
  },
  bodies: () => ({
    'POST /api/v1/me/push-subscriptions': subscription,
    'POST /api/v1/webhook-endpoints': endpoint,
  }),
};
