import { text, nullable } from '../../src/platform/database/columns';
import { EventBus } from '../../src/platform/events/event-bus';
import { MailDelivery } from '../../src/platform/mail/mail-delivery';
import { PasswordChanged } from '../../src/modules/users';
import { DeliveryWorker } from '../../src/modules/notifications/deliveries/delivery-worker';
import { School, type Client } from '../support/school';
import { SmtpReceiver, type ReceivedMail } from '../support/smtp';
import { makeNotification, notify, notificationsOf } from './notification-fixtures';

let smtp: SmtpReceiver;
let school: School;
let anna: Client;
beforeAll(async () => {
  smtp = await SmtpReceiver.start();
  school = await School.open({ environment: smtp.settings });
});
afterAll(async () => {
  await school.close();
  await smtp.stop();
});
beforeEach(async () => {
  smtp.reset();
  school.clock.stopAt(null);
  anna = await verified();
});

const write = (sql: string, ...values: (string | number | Date)[]): Promise<number> =>
  school.database.transaction(() => school.database.run(sql, values));

async function verified(): Promise<Client> {
  const person = await school.student();
  await write('UPDATE users_user SET email_verified_at = created_at WHERE id = $1', person.id);
  return person;
}

const now = new Date('2026-03-02T10:00:00Z');
const later = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);
const addressOf = ({ username }: Client): string => `${username}@school.test`;

/** Routes what waits, and sends what is due at an instant. Returns the mails to a person. */
async function mailsAt(instant: Date, person = anna): Promise<ReceivedMail[]> {
  school.clock.stopAt(instant);
  await school.settle();
  await school.part(DeliveryWorker).drain();
  await school.part(MailDelivery).drain(4, 2);
  return smtp.mailsTo(addressOf(person));
}

const statesOf = async (person = anna): Promise<string[]> => {
  const rows = await school.database.rows(
    { status: text, error: text },
    'SELECT status, last_error AS error FROM notifications_delivery WHERE user_id = $1 ORDER BY id',
    [person.id],
  );
  return rows.map(({ status, error }) => `${status} ${error}`.trim());
};

const tell = async (...versions: number[]): Promise<void> => {
  school.clock.stopAt(now);
  await notify(school, ...versions.map((version) => makeNotification(anna.id, version)));
};

test('a notification is mailed once, after two minutes, in the language of the person and with a link to unsubscribe', async () => {
  await anna.patch('/me/settings', { language: 'it' });
  await tell(1);
  expect(await mailsAt(now)).toEqual([]);
  const [mail, ...more] = await mailsAt(later(2));
  expect(more).toEqual([]);
  expect(mail!.headers.subject).toBe('Esercizio valutato');
  expect(mail!.text).toContain('Drawing 1 was approved.');
  expect(mail!.text).toContain('Non ricevere più e-mail di questo tipo');
  expect(mail!.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
  expect(await statesOf()).toEqual(['sent']);
  expect(await mailsAt(later(60))).toHaveLength(1);
});

test('a burst is one mail with one group, and a mail that hurries takes the others along', async () => {
  await tell(1, 2, 3, 4, 5);
  await mailsAt(now);
  school.clock.stopAt(later(1));
  await notify(school, { ...makeNotification(anna.id, 6), type: 'teacher_approved', message: { text: 'approved' } });
  const [mail, ...more] = await mailsAt(later(1));
  expect(more).toEqual([]);
  expect(mail!.headers.subject).toBe('6 notifications from Brush School');
  expect(mail!.text).toContain('Exercise graded (5)');
  expect(mail!.text).toContain('Drawing 3 was approved.\n… and 2 more');
  expect(mail!.text).toContain('An administrator has approved you.');
  expect(await mailsAt(later(10))).toHaveLength(1);
});

test('quiet hours hold a mail until they end, and an urgent one breaks through alone', async () => {
  await anna.patch('/me/settings', { timezone: 'Europe/Rome' });
  await anna.patch('/me/notification-preferences', { quietHours: { from: '10:30', until: '12:00' } });
  await tell(1);
  school.clock.stopAt(now);
  await notify(school, { ...makeNotification(anna.id, 2), type: 'withdrawal_failed', message: 'Not paid.' });
  expect((await mailsAt(now)).map(({ headers }) => headers.subject)).toEqual(['Withdrawal failed']);
  expect(await mailsAt(new Date('2026-03-02T10:59:59Z'))).toHaveLength(1);
  expect((await mailsAt(new Date('2026-03-02T11:00:00Z'))).map(({ headers }) => headers.subject)).toEqual([
    'Withdrawal failed',
    'Exercise graded',
  ]);
});

test('a daily digest is one mail at the hour, also with what needs no attention, and without what was read', async () => {
  await anna.patch('/me/notification-preferences', { digest: { frequency: 'daily', hour: 18 } });
  await tell(1, 2);
  await notify(school, { ...makeNotification(anna.id, 3), type: 'teocoin_earned', message: 'Five coins.' });
  await mailsAt(now);
  const [, , first] = await notificationsOf(anna);
  await anna.put(`/me/notifications/${first!.id}/read-state`, { isRead: true });
  expect(await mailsAt(new Date('2026-03-02T17:59:00Z'))).toEqual([]);
  const [mail] = await mailsAt(new Date('2026-03-02T18:00:00Z'));
  expect(mail!.headers.subject).toBe('2 notifications from Brush School');
  expect(mail!.text).toContain('Five coins.');
  expect(mail!.text).not.toContain('Drawing 1');
  expect((await statesOf()).sort()).toEqual(['sent', 'sent', 'skipped The person has read it in the application']);
});

test('with the switch off only what is urgent is mailed, and a type is mailed as the person chose', async () => {
  await anna.patch('/me/notification-preferences', { types: { exercise_graded: { email: false } } });
  await tell(1);
  await mailsAt(later(5));
  expect(await statesOf()).toEqual([]);
  await anna.patch('/me/notification-preferences', { types: { exercise_graded: { email: true } } });
  await anna.patch('/me/settings', { emailNotifications: false });
  await tell(2);
  await notify(school, { ...makeNotification(anna.id, 3), type: 'withdrawal_failed', message: 'Not paid.' });
  expect((await mailsAt(later(5))).map(({ headers }) => headers.subject)).toEqual(['Withdrawal failed']);
});

test('who unsubscribes while a mail waits does not get it', async () => {
  await tell(1);
  await mailsAt(now);
  await anna.patch('/me/settings', { emailNotifications: false });
  expect(await mailsAt(later(5))).toEqual([]);
  expect(await statesOf()).toEqual(['skipped The person does not want it any more']);
});

test('an address that is not verified or refuses mail gets none', async () => {
  await tell(1);
  await mailsAt(now);
  await write('UPDATE users_user SET email_verified_at = NULL WHERE id = $1', anna.id);
  expect(await mailsAt(later(5))).toEqual([]);
  expect(await statesOf()).toEqual(['skipped The address is not verified']);
  await tell(2);
  await mailsAt(now);
  expect(await statesOf()).toHaveLength(1);

  anna = await verified();
  await tell(1);
  await mailsAt(now);
  await write(
    'INSERT INTO platform_mailsuppression (address, reason, created_at) VALUES ($1, $2, $3)',
    addressOf(anna),
    '550',
    now,
  );
  expect(await mailsAt(later(5))).toEqual([]);
  expect(await statesOf()).toEqual(['skipped The address does not accept mail']);
});

test('an alert about an account is mailed once, by the module that knows the account', async () => {
  school.clock.stopAt(now);
  await school.database.transaction(() => school.part(EventBus).publish(new PasswordChanged({ userId: anna.id })));
  expect((await mailsAt(later(5))).map(({ headers }) => headers.subject)).toEqual(['Your password was changed']);
  expect(await notificationsOf(anna)).toMatchObject([{ type: 'security_alert' }]);
});

test('two workers and repeated events send each notification once', async () => {
  const people = await Promise.all(Array.from({ length: 30 }, verified));
  school.clock.stopAt(now);
  await notify(school, ...people.map(({ id }) => makeNotification(id)));
  await school.settle();
  school.clock.stopAt(later(2));
  const worker = school.part(DeliveryWorker);
  await Promise.all([worker.drain(), worker.drain(), worker.drain()]);
  const mailed = await school.database.rows(
    { person: nullable(text) },
    `SELECT CAST(person_id AS text) AS person FROM platform_mail WHERE status = 'waiting'`,
  );
  expect(mailed.map(({ person }) => person).sort()).toEqual(people.map(({ id }) => String(id)).sort());
});
