import { int } from '../../src/platform/database/columns';
import { waitForSignalListening } from '../support/signal-listening';
import { DeliveryWorker } from '../../src/modules/notifications/deliveries/delivery-worker';
import { School } from '../support/school';
import { notificationsOf, unreadCountOf } from './notification-fixtures';

let school: School;
beforeEach(async () => (school = await School.open()));
afterEach(() => school.close());

const path = '/notifications/announcements';
const announcement = { title: 'Summer break', message: 'The studio is closed in August.', audience: 'all' };

describe('announcements', () => {
  test('an announcement to all sends each person one notification', async () => {
    const [admin, teacher, student] = await Promise.all([school.admin(), school.teacher(), school.student()]);
    expect(await admin.post(path, announcement)).toMatchObject({ status: 201, body: { recipients: 3 } });
    for (const person of [admin, teacher, student]) {
      expect(await notificationsOf(person)).toMatchObject([
        {
          type: 'system_announcement',
          priority: 'normal',
          title: announcement.title,
          message: announcement.message,
          isRead: false,
        },
      ]);
      expect(await unreadCountOf(school, person.id)).toBe(1);
    }
  });

  test('an announcement to students or to teachers reaches only active students or active approved teachers', async () => {
    const admin = await school.admin();
    const [teacher, pending] = [await school.teacher(), await school.teacher({ approved: false })];
    const [student, inactive] = [await school.student(), await school.student()];
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET is_active = $1 WHERE id = $2', [false, inactive.id]),
    );
    expect((await admin.post(path, { ...announcement, audience: 'students' })).body).toMatchObject({ recipients: 1 });
    expect((await admin.post(path, { ...announcement, audience: 'teachers' })).body).toMatchObject({ recipients: 1 });
    expect(await unreadCountOf(school, student.id)).toBe(1);
    expect(await unreadCountOf(school, teacher.id)).toBe(1);
    for (const { id } of [admin, pending, inactive]) expect(await unreadCountOf(school, id)).toBe(0);
  });

  test('an announcement to 301 people costs the same six statements as an announcement to one', async () => {
    await waitForSignalListening(school);
    const admin = await school.admin();
    const send = () => school.statements(() => admin.post(path, announcement));
    await send();
    const toOne = await send();
    await insertStudents(300);
    const toMany = await send();
    expect(toMany.result.body).toMatchObject({ recipients: 301 });
    expect(toMany.statements).toHaveLength(6);
    expect(toMany.statements).toEqual(toOne.statements);
    const counters = await school.database.row(
      { unread: int },
      'SELECT SUM(unread) AS unread FROM notifications_unreadcount',
    );
    expect(counters).toEqual({ unread: 2 + 301 });
    expect(await school.job('notifications:recount')).toEqual({ drift: 0 });
  });

  test('two announcements at the same instant count twice, and two requests with one idempotency key count once', async () => {
    const admin = await school.admin();
    school.clock.stopAt(new Date('2026-06-01T08:00:00.000Z'));
    await admin.post(path, announcement);
    await admin.post(path, announcement);
    expect(await unreadCountOf(school, admin.id)).toBe(2);
    const key = { 'idempotency-key': 'summer-2026' };
    const responses = await Promise.all([admin.post(path, announcement, key), admin.post(path, announcement, key)]);
    for (const response of responses) expect(response).toMatchObject({ status: 201, body: { recipients: 1 } });
    expect(await unreadCountOf(school, admin.id)).toBe(3);
    expect((await admin.post(path, { ...announcement, title: 'Other' }, key)).status).toBe(409);
  });

  test('refuses an announcement from a student or a teacher with 403 and from an anonymous client with 401', async () => {
    for (const person of [await school.student(), await school.teacher()])
      expect(await person.post(path, announcement)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect((await school.visitor.post(path, announcement)).status).toBe(401);
  });

  test('refuses an announcement with a wrong title, message or audience or with another field with 422', async () => {
    const admin = await school.admin();
    for (const [wrong, pointer] of [
      [{ title: ' ' }, '/body/title'],
      [{ title: 'x'.repeat(201) }, '/body/title'],
      [{ message: 'x'.repeat(2_001) }, '/body/message'],
      [{ audience: 'admins' }, '/body/audience'],
      [{ priority: 'urgent' }, '/body/priority'],
    ] as const)
      expect(await admin.post(path, { ...announcement, ...wrong })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer }] },
      });
    expect(await unreadCountOf(school, admin.id)).toBe(0);
  });
});

describe('sent announcements', () => {
  test('administrators list them in pages, newest first, and read one', async () => {
    const admin = await school.admin();
    for (const title of ['First', 'Second', 'Third']) await admin.post(path, { ...announcement, title });
    const first = (await admin.get(`${path}?limit=2&withTotal=true`)).body;
    const next = (await admin.get(`${path}?limit=2&cursor=${first.page.nextCursor}`)).body;
    expect([first.page.total, ...[...first.data, ...next.data].map(({ title }) => title)]).toEqual([
      3,
      'Third',
      'Second',
      'First',
    ]);
    const [newest] = first.data;
    expect(newest).toMatchObject({ audience: 'all', recipients: 1, createdById: admin.id, withdrawnAt: null });
    expect((await admin.get(`${path}/${newest.id}`)).body).toEqual(newest);
    expect((await admin.get(`${path}/999999`)).body.code).toBe('ANNOUNCEMENT_NOT_FOUND');
  });

  test('a withdrawn announcement is removed from those who have not read it, also from many people, and counted', async () => {
    const [admin, reader] = [await school.admin(), await school.student()];
    await insertStudents(1_100);
    const { body } = await admin.post(path, announcement);
    await admin.post(path, { ...announcement, title: 'Another' });
    const [, read] = await notificationsOf(reader);
    await reader.put(`/me/notifications/${Number(read!.id)}/read-state`, { isRead: true });
    const withdrawn = await admin.delete(`${path}/${body.id}`);
    expect(withdrawn.body).toMatchObject({ id: body.id, removed: 1_101, withdrawnAt: expect.any(String) });
    expect((await notificationsOf(reader)).map(({ title }) => title)).toEqual(['Another', announcement.title]);
    expect((await notificationsOf(admin)).map(({ title }) => title)).toEqual(['Another']);
    expect(await unreadCountOf(school, admin.id)).toBe(1);
    expect(await unreadCountOf(school, reader.id)).toBe(1);
    expect(await school.job('notifications:recount')).toEqual({ drift: 0 });
    const again = await admin.delete(`${path}/${body.id}`);
    expect(again.body).toEqual({ ...withdrawn.body, removed: 0 });
  });

  test('administrators see before how many people an announcement reaches, and afterwards how far its mails are', async () => {
    const [admin] = [await school.admin(), await school.student()];
    await insertStudents(1_100);
    const audience = (await admin.get('/notifications/announcement-audiences/students')).body;
    expect(audience).toEqual({ audience: 'students', recipients: 1_101 });
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET email_verified_at = created_at WHERE id <> $1', [admin.id]),
    );
    school.clock.stopAt(new Date(Date.now()));
    const { body } = await admin.post(path, { ...announcement, audience: 'students' });
    const progress = async () => (await admin.get(`${path}/${body.id}/deliveries`)).body;
    expect(await progress()).toEqual({ recipients: 1_101, channels: [] });
    await school.settle();
    const email = { channel: 'email', waiting: 1_101, sent: 0, failed: 0, skipped: 0 };
    expect(await progress()).toEqual({ recipients: 1_101, channels: [email] });
    school.clock.stopAt(new Date(school.clock.now().getTime() + 120_000));
    await school.part(DeliveryWorker).drain();
    expect((await progress()).channels).toEqual([{ ...email, waiting: 0, sent: 1_101 }]);
  });

  test('a withdrawn announcement is not mailed any more', async () => {
    const [admin, reader] = [await school.admin(), await school.student()];
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET email_verified_at = created_at WHERE id = $1', [reader.id]),
    );
    const { body } = await admin.post(path, announcement);
    await school.settle();
    await admin.delete(`${path}/${body.id}`);
    expect((await admin.get(`${path}/${body.id}/deliveries`)).body.channels).toEqual([]);
  });

  test('two concurrent withdrawals remove each notification once', async () => {
    const admin = await school.admin();
    await insertStudents(50);
    const { body } = await admin.post(path, announcement);
    const responses = await Promise.all([1, 2, 3].map(() => admin.delete(`${path}/${body.id}`)));
    expect(responses.reduce((sum, response) => sum + response.body.removed, 0)).toBe(51);
    expect(await school.job('notifications:recount')).toEqual({ drift: 0 });
  });

  test('students and teachers can neither list nor withdraw them', async () => {
    const admin = await school.admin();
    const { body } = await admin.post(path, announcement);
    for (const person of [await school.student(), await school.teacher()])
      for (const response of [
        await person.get(path),
        await person.get(`${path}/${body.id}`),
        await person.delete(`${path}/${body.id}`),
        await person.get(`${path}/${body.id}/deliveries`),
        await person.get('/notifications/announcement-audiences/all'),
      ])
        expect(response).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await unreadCountOf(school, admin.id)).toBe(1);
  });
});

/** Inserts the rows of many students directly because the test needs only their rows. */
async function insertStudents(count: number): Promise<void> {
  await school.database.transaction(async () => {
    for (let index = 0; index < count; index++)
      await school.database.run(
        `INSERT INTO users_user (password, username, email, date_joined, is_approved, created_at, updated_at)
         VALUES ('!', $1, $2, $3, $4, $3, $3)`,
        [`crowd${index}`, `crowd${index}@school.test`, new Date(), true],
      );
  });
}
