import { NotificationTypes, Notifier } from '../../src/modules/notifications';
import { School } from '../support/school';
import { idsOf, makeNotification, notify, notifyMany, notificationsOf, unreadCountOf } from './notification-fixtures';

let school: School;
beforeAll(async () => (school = await School.open()));
afterAll(() => school.close());

describe('Notifier.notify', () => {
  test('notify costs four statements for a batch of six notifications', async () => {
    const people = await Promise.all([school.student(), school.student(), school.student()]);
    const batch = people.flatMap(({ id }) => [makeNotification(id, 1), makeNotification(id, 2)]);
    const { result, statements } = await school.statements(() => notify(school, ...batch));
    expect(result).toBe(6);
    expect(statements).toHaveLength(2 + 4);
    expect(statements[1]).toMatch(/^SELECT user_id AS "userId", language, timezone/);
    expect(statements[2]).toMatch(/^INSERT INTO notifications_notification/);
    expect(statements[3]).toMatch(/^INSERT INTO notifications_unreadcount/);
    expect(statements[4]).toMatch(/^INSERT INTO platform_outbox/);
    for (const { id } of people) expect(await unreadCountOf(school, id)).toBe(2);
  });

  test('notify takes the priority and the default title from the registered type', async () => {
    const anna = await school.student();
    await notify(
      school,
      makeNotification(anna.id, 1, { relatedObjectType: 'courses.lesson', relatedObjectId: 9, actionUrl: '/x' }),
    );
    expect(await notificationsOf(anna)).toEqual([
      {
        id: expect.any(Number),
        type: 'exercise_graded',
        label: 'Exercise graded',
        title: 'Exercise graded',
        message: 'Drawing 1 was approved.',
        priority: 'normal',
        isRead: false,
        readAt: null,
        createdAt: expect.any(String),
        actionUrl: '/x',
        relatedObjectType: 'courses.lesson',
        relatedObjectId: 9,
      },
    ]);
  });

  test('notify skips a notification whose key the person already has', async () => {
    const anna = await school.student();
    expect(
      await notify(school, makeNotification(anna.id), makeNotification(anna.id), makeNotification(anna.id, 2)),
    ).toBe(2);
    expect(
      await notify(school, makeNotification(anna.id), makeNotification(anna.id, 2), makeNotification(anna.id, 3)),
    ).toBe(1);
    expect(await unreadCountOf(school, anna.id)).toBe(3);
  });

  test('a notification stays read if its event is repeated', async () => {
    const anna = await school.student();
    const [id] = await notifyMany(school, anna.id, 1);
    await anna.put(`/me/notifications/${id}/read-state`, { isRead: true });
    expect(await notify(school, makeNotification(anna.id))).toBe(0);
    expect(await unreadCountOf(school, anna.id)).toBe(0);
  });

  test('concurrent batches in opposite order notify each person once', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => school.student()));
    const batch = people.map(({ id }) => makeNotification(id));
    const counts = await Promise.all(
      Array.from({ length: 10 }, (_, index) => notify(school, ...(index % 2 ? batch : batch.toReversed()))),
    );
    expect(counts.reduce((sum, count) => sum + count)).toBe(8);
    for (const { id } of people) expect(await unreadCountOf(school, id)).toBe(1);
  });

  test('concurrent different notifications for one person are all counted', async () => {
    const anna = await school.student();
    await Promise.all(Array.from({ length: 20 }, (_, index) => notify(school, makeNotification(anna.id, index))));
    expect(await unreadCountOf(school, anna.id)).toBe(20);
  });

  test('notify skips a removed person and notifies the others', async () => {
    const anna = await school.student();
    expect(await notify(school, makeNotification(999_999), makeNotification(anna.id))).toBe(1);
    expect(await unreadCountOf(school, anna.id)).toBe(1);
  });

  test('notify with an empty list executes at most BEGIN and COMMIT', async () => {
    const { statements } = await school.statements(() => notify(school));
    expect(statements.filter((sql) => !/^(?:BEGIN|START|COMMIT)/.test(sql))).toEqual([]);
  });

  test('notify inserts 4,100 notifications with three statements for each 2,000 and one event', async () => {
    const anna = await school.student();
    const many = Array.from({ length: 4_100 }, (_, index) => makeNotification(anna.id, index));
    const { result, statements } = await school.statements(() => notify(school, ...many));
    expect(result).toBe(4_100);
    expect(statements).toHaveLength(2 + 3 * 3 + 1);
    expect(await unreadCountOf(school, anna.id)).toBe(4_100);
  });

  test('notify cuts a title of more than 200 characters and ends it with an ellipsis', async () => {
    const anna = await school.student();
    await notify(school, makeNotification(anna.id, 1, { title: '🎨'.repeat(300) }));
    expect((await notificationsOf(anna))[0]!.title).toBe(`${'🎨'.repeat(199)}…`);
  });

  test('notify throws outside a transaction because rows and counter must be committed together', async () => {
    const anna = await school.student();
    await expect(school.part(Notifier).notify([makeNotification(anna.id)])).rejects.toThrow(
      /inside database.transaction/,
    );
    expect(await idsOf(school, anna.id)).toEqual([]);
  });

  test('a rollback of the transaction removes the notification and its count', async () => {
    const anna = await school.student();
    const work = school.database.transaction(async () => {
      await school.part(Notifier).notify([makeNotification(anna.id)]);
      throw new Error('later');
    });
    await expect(work).rejects.toThrow('later');
    expect(await unreadCountOf(school, anna.id)).toBe(0);
  });
});

describe('notification types', () => {
  test('all built-in notification types are registered', () => {
    const types = school.part(NotificationTypes);
    for (const type of [
      ...['exercise_graded', 'lesson_completed', 'course_completed', 'achievement_unlocked', 'teacher_approved'],
      ...['teocoin_earned', 'teocoin_transfer', 'course_enrollment', 'system_announcement', 'teacher_rejected'],
      ...['submission_received', 'resubmission_requested', 'withdrawal_confirmed'],
      ...['withdrawal_failed', 'deposit_credited', 'security_alert'],
    ])
      expect(types.labelOf(type, 'it').length).toBeGreaterThan(5);
    expect(types.get('security_alert').priority).toBe('urgent');
    expect(types.get('lesson_completed').priority).toBe('low');
  });

  test('a module can register its own notification type', async () => {
    const anna = await school.student();
    school.part(NotificationTypes).register({ type: 'exhibition_opened', priority: 'high', label: 'A vernissage' });
    await notify(school, makeNotification(anna.id, 1, { type: 'exhibition_opened' }));
    expect(await notificationsOf(anna)).toMatchObject([
      { type: 'exhibition_opened', priority: 'high', title: 'A vernissage' },
    ]);
  });

  test('registering a notification type fails if the name is taken or has a wrong format', () => {
    const register = (type: string) => () =>
      school.part(NotificationTypes).register({ type, priority: 'low', label: 'x' });
    expect(register('course_completed')).toThrow(/Two modules/);
    expect(register('Course completed')).toThrow(/must have 1 to 50/);
    expect(register('x'.repeat(51))).toThrow(/must have 1 to 50/);
  });

  test('an unregistered type is refused for a new notification, and a stored one gets a label made from its name', async () => {
    const anna = await school.student();
    await expect(notify(school, makeNotification(anna.id, 1, { type: 'bake_sale' }))).rejects.toThrow(/bake_sale/);
    await notify(school, makeNotification(anna.id));
    await school.database.transaction(() =>
      school.database.run(
        'UPDATE notifications_notification SET notification_type = $1, title = $2 WHERE user_id = $3',
        ['bake_sale', 'Cake!', anna.id],
      ),
    );
    expect(await notificationsOf(anna)).toMatchObject([{ type: 'bake_sale', label: 'Bake sale', title: 'Cake!' }]);
  });
});
