import { NotificationTypes, Notifier } from '../../src/modules/notifications';
import { School } from '../support/school';
import { idsOf, news, tell, tellMany, toldTo, unreadOf } from './notification-fixtures';

let school: School;
beforeAll(async () => (school = await School.open()));
afterAll(() => school.close());

describe('telling people something', () => {
  test('is one insert and one counter statement, whatever their number', async () => {
    const people = await Promise.all([school.student(), school.student(), school.student()]);
    const batch = people.flatMap(({ id }) => [news(id, 1), news(id, 2)]);
    const { result, statements } = await school.statements(() => tell(school, ...batch));
    expect(result).toBe(6);
    expect(statements).toHaveLength(4);
    expect(statements[1]).toMatch(/^INSERT INTO notifications_notification/);
    expect(statements[2]).toMatch(/^INSERT INTO notifications_unreadcount/);
    for (const { id } of people) expect(await unreadOf(school, id)).toBe(2);
  });

  test('takes type, priority and title from the registered type', async () => {
    const anna = await school.student();
    await tell(school, news(anna.id, 1, { relatedObjectType: 'courses.lesson', relatedObjectId: 9, actionUrl: '/x' }));
    expect(await toldTo(anna)).toEqual([
      {
        id: expect.any(Number),
        type: 'streak_at_risk',
        label: 'Your streak is at risk',
        title: 'Your streak is at risk',
        message: 'Day 1 without a lesson.',
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

  test('the same thing twice tells nobody twice', async () => {
    const anna = await school.student();
    expect(await tell(school, news(anna.id), news(anna.id), news(anna.id, 2))).toBe(2);
    expect(await tell(school, news(anna.id), news(anna.id, 2), news(anna.id, 3))).toBe(1);
    expect(await unreadOf(school, anna.id)).toBe(3);
  });

  test('what was read stays read when the event comes again', async () => {
    const anna = await school.student();
    const [id] = await tellMany(school, anna.id, 1);
    await anna.put(`/me/notifications/${id}/read-state`, { isRead: true });
    expect(await tell(school, news(anna.id))).toBe(0);
    expect(await unreadOf(school, anna.id)).toBe(0);
  });

  test('twins at the same moment, in opposite order, tell everybody once', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => school.student()));
    const batch = people.map(({ id }) => news(id));
    const told = await Promise.all(
      Array.from({ length: 10 }, (_, i) => tell(school, ...(i % 2 ? batch : batch.toReversed()))),
    );
    expect(told.reduce((sum, n) => sum + n)).toBe(8);
    for (const { id } of people) expect(await unreadOf(school, id)).toBe(1);
  });

  test('different news for one person at the same moment are all counted', async () => {
    const anna = await school.student();
    await Promise.all(Array.from({ length: 20 }, (_, i) => tell(school, news(anna.id, i))));
    expect(await unreadOf(school, anna.id)).toBe(20);
  });

  test('who was removed is passed over, and the others are told', async () => {
    const anna = await school.student();
    expect(await tell(school, news(999_999), news(anna.id))).toBe(1);
    expect(await unreadOf(school, anna.id)).toBe(1);
  });

  test('nothing to tell costs nothing', async () => {
    const { statements } = await school.statements(() => tell(school));
    expect(statements).toHaveLength(2);
  });

  test('thousands at once are told in a few statements', async () => {
    const anna = await school.student();
    const many = Array.from({ length: 4_100 }, (_, i) => news(anna.id, i));
    const { result, statements } = await school.statements(() => tell(school, ...many));
    expect(result).toBe(4_100);
    expect(statements).toHaveLength(2 + 3 + 1);
    expect(await unreadOf(school, anna.id)).toBe(4_100);
  });

  test('a title that is too long is cut, with a sign that it was', async () => {
    const anna = await school.student();
    await tell(school, news(anna.id, 1, { title: '🎨'.repeat(300) }));
    expect((await toldTo(anna))[0]!.title).toBe(`${'🎨'.repeat(199)}…`);
  });

  test('needs a transaction, since the counter and the rows belong together', async () => {
    const anna = await school.student();
    await expect(school.part(Notifier).notify([news(anna.id)])).rejects.toThrow(/inside database.transaction/);
    expect(await idsOf(school, anna.id)).toEqual([]);
  });

  test('is undone with the transaction it was part of', async () => {
    const anna = await school.student();
    const work = school.database.transaction(async () => {
      await school.part(Notifier).notify([news(anna.id)]);
      throw new Error('later');
    });
    await expect(work).rejects.toThrow('later');
    expect(await unreadOf(school, anna.id)).toBe(0);
  });
});

describe('the types of notifications', () => {
  test('hold every type of the platform', () => {
    const types = school.part(NotificationTypes);
    for (const type of [
      ...['exercise_graded', 'lesson_completed', 'course_completed', 'achievement_unlocked', 'teacher_approved'],
      ...['teocoin_earned', 'teocoin_transfer', 'course_enrollment', 'system_announcement', 'teacher_rejected'],
      ...['submission_received', 'resubmission_requested', 'waitlist_offer', 'withdrawal_confirmed'],
      ...['withdrawal_failed', 'deposit_credited', 'streak_at_risk', 'security_alert'],
    ])
      expect(types.require(type).label.length).toBeGreaterThan(5);
    expect(types.require('security_alert').priority).toBe('urgent');
    expect(types.require('lesson_completed').priority).toBe('low');
  });

  test('a module brings its own', async () => {
    const anna = await school.student();
    school.part(NotificationTypes).register({ type: 'exhibition_opened', priority: 'high', label: 'A vernissage' });
    await tell(school, news(anna.id, 1, { type: 'exhibition_opened' }));
    expect(await toldTo(anna)).toMatchObject([{ type: 'exhibition_opened', priority: 'high', title: 'A vernissage' }]);
  });

  test('nobody takes a name twice, or one that cannot be stored', () => {
    const register = (type: string) => () =>
      school.part(NotificationTypes).register({ type, priority: 'low', label: 'x' });
    expect(register('course_completed')).toThrow(/Two modules/);
    expect(register('Course completed')).toThrow(/Not a notification type/);
    expect(register('x'.repeat(51))).toThrow(/Not a notification type/);
  });

  test('a type nobody registers is refused when it is new, and shown plainly when it is stored', async () => {
    const anna = await school.student();
    await expect(tell(school, news(anna.id, 1, { type: 'bake_sale' }))).rejects.toThrow(/bake_sale/);
    await tell(school, news(anna.id));
    await school.database.transaction(() =>
      school.database.run(
        'UPDATE notifications_notification SET notification_type = $1, title = $2 WHERE user_id = $3',
        ['bake_sale', 'Cake!', anna.id],
      ),
    );
    expect(await toldTo(anna)).toMatchObject([{ type: 'bake_sale', label: 'Bake sale', title: 'Cake!' }]);
  });
});
