import { int } from '../../src/platform/database/columns';
import { waitForSignalListening } from '../support/signal-listening';
import { School } from '../support/school';
import { toldTo, unreadOf } from './tell';

let school: School;
beforeEach(async () => (school = await School.open()));
afterEach(() => school.close());

const path = '/notifications/announcements';
const closed = { title: 'Summer break', message: 'The studio is closed in August.', audience: 'all' };

describe('an announcement', () => {
  test('reaches everybody, once, as a notification of its own', async () => {
    const [admin, teacher, student] = await Promise.all([school.admin(), school.teacher(), school.student()]);
    expect(await admin.post(path, closed)).toMatchObject({ status: 201, body: { recipients: 3 } });
    for (const person of [admin, teacher, student]) {
      expect(await toldTo(person)).toMatchObject([
        {
          type: 'system_announcement',
          priority: 'normal',
          title: closed.title,
          message: closed.message,
          isRead: false,
        },
      ]);
      expect(await unreadOf(school, person.id)).toBe(1);
    }
  });

  test('reaches the students alone, or the approved teachers', async () => {
    const admin = await school.admin();
    const [teacher, pending] = [await school.teacher(), await school.teacher({ approved: false })];
    const [student, gone] = [await school.student(), await school.student()];
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET is_active = $1 WHERE id = $2', [false, gone.id]),
    );
    expect((await admin.post(path, { ...closed, audience: 'students' })).body).toEqual({ recipients: 1 });
    expect((await admin.post(path, { ...closed, audience: 'teachers' })).body).toEqual({ recipients: 1 });
    expect(await unreadOf(school, student.id)).toBe(1);
    expect(await unreadOf(school, teacher.id)).toBe(1);
    for (const { id } of [admin, pending, gone]) expect(await unreadOf(school, id)).toBe(0);
  });

  test('costs the same for 3 people and for 300', async () => {
    await waitForSignalListening(school);
    const admin = await school.admin();
    const send = () => school.statements(() => admin.post(path, closed));
    await send();
    const few = await send();
    await crowd(300);
    const many = await send();
    expect(many.result.body).toEqual({ recipients: 301 });
    expect(many.statements).toHaveLength(4);
    expect(many.statements).toEqual(few.statements);
    const counters = await school.database.row(
      { unread: int },
      'SELECT SUM(unread) AS unread FROM notifications_unreadcount',
    );
    expect(counters).toEqual({ unread: 2 + 301 });
    expect(await school.job('notifications:recount')).toEqual({ drift: 0 });
  });

  test('said twice at one instant counts twice; under one key, once', async () => {
    const admin = await school.admin();
    school.clock.stopAt(new Date('2026-06-01T08:00:00.000Z'));
    await admin.post(path, closed);
    await admin.post(path, closed);
    expect(await unreadOf(school, admin.id)).toBe(2);
    const key = { 'idempotency-key': 'summer-2026' };
    const twins = await Promise.all([admin.post(path, closed, key), admin.post(path, closed, key)]);
    for (const twin of twins) expect(twin).toMatchObject({ status: 201, body: { recipients: 1 } });
    expect(await unreadOf(school, admin.id)).toBe(3);
    expect((await admin.post(path, { ...closed, title: 'Other' }, key)).status).toBe(409);
  });

  test('is an administrator’s to make', async () => {
    for (const person of [await school.student(), await school.teacher()])
      expect(await person.post(path, closed)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect((await school.visitor.post(path, closed)).status).toBe(401);
  });

  test('has a title, a text and an audience, and nothing else', async () => {
    const admin = await school.admin();
    for (const [wrong, pointer] of [
      [{ title: ' ' }, '/body/title'],
      [{ title: 'x'.repeat(201) }, '/body/title'],
      [{ message: 'x'.repeat(2_001) }, '/body/message'],
      [{ audience: 'admins' }, '/body/audience'],
      [{ priority: 'urgent' }, '/body/priority'],
    ] as const)
      expect(await admin.post(path, { ...closed, ...wrong })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer }] },
      });
    expect(await unreadOf(school, admin.id)).toBe(0);
  });
});

/** Many students at once: only their rows matter here. */
async function crowd(count: number): Promise<void> {
  await school.database.transaction(async () => {
    for (let i = 0; i < count; i++)
      await school.database.run(
        `INSERT INTO users_user (password, username, email, date_joined, is_approved, created_at, updated_at)
         VALUES ('!', $1, $2, $3, $4, $3, $3)`,
        [`crowd${i}`, `crowd${i}@school.test`, new Date(), true],
      );
  });
}
