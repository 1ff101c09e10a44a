import { UnsubscribeLinks } from '../../src/platform/mail/unsubscribe-links';
import type { RouteThings } from '../support/route-fixtures';

/** The link of a mail to a student, and an audience of announcements. */
export const routeThings: RouteThings = {
  make(school, { student }) {
    const url = school.part(UnsubscribeLinks).urlOf({ personId: student.id, topic: 'course_message' });
    return Promise.resolve({ token: url.split('/').at(-1)!, audience: 'students' });
  },
};
