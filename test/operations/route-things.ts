import { EmailVerifications } from '../../src/modules/users/verification/email-verifications';
import type { RouteThings } from '../support/route-fixtures';

export const routeThings: RouteThings = {
  /** A mail of the development mailbox, because the school of these tests has no mail server. */
  async make(school, { student, admin }) {
    await school.part(EmailVerifications).request(student.id);
    const { data } = (await admin.get('/operations/mails')).body;
    return { mails: data[0].id as number };
  },
};
