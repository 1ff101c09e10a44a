import { type Client, School } from '../support/school';
import { idsOf, makeNotification, notify, notifyMany, notificationsOf, unreadCountOf } from './notification-fixtures';

let school: School;
beforeAll(async () => (school = await School.open()));
afterAll(() => school.close());

const setReadState = (person: Client, id: number, isRead = true) =>
  person.put(`/me/notifications/${id}/read-state`, { isRead });
const readAll = (person: Client, body: object = { isRead: true }) => person.put('/me/notifications/read-state', body);
const unreadCount = async (person: Client): Promise<number> =>
  (await person.get('/me/notifications/unread-count')).body.unread;

describe('the list of my notifications', () => {
  test('the list is empty for a person without notifications', async () => {
    const anna = await school.student();
    expect((await anna.get('/me/notifications')).body).toEqual({
      data: [],
      page: { nextCursor: null, hasMore: false },
    });
    expect(await unreadCount(anna)).toBe(0);
  });

  test('the list pages through notifications, newest first, while new ones arrive', async () => {
    const anna = await school.student();
    const ids = await notifyMany(school, anna.id, 5);
    const first = (await anna.get('/me/notifications?limit=2&withTotal=true')).body;
    expect(first.data.map(({ id }: { id: number }) => id)).toEqual([ids[4], ids[3]]);
    expect(first.page).toMatchObject({ hasMore: true, total: 5 });
    await notify(school, makeNotification(anna.id, 6));
    const second = (await anna.get(`/me/notifications?limit=3&cursor=${first.page.nextCursor}`)).body;
    expect(second.data.map(({ id }: { id: number }) => id)).toEqual([ids[2], ids[1], ids[0]]);
    expect(second.page).toEqual({ nextCursor: null, hasMore: false });
  });

  test('the list can be filtered by read state and by type', async () => {
    const anna = await school.student();
    const [old, recent] = await notifyMany(school, anna.id, 2);
    await notify(school, makeNotification(anna.id, 3, { type: 'security_alert' }));
    await setReadState(anna, recent!);
    const listIds = async (query: string): Promise<number[]> =>
      (await anna.get(`/me/notifications?${query}`)).body.data.map(({ id }: { id: number }) => id);
    const [, , alert] = await idsOf(school, anna.id);
    expect(await listIds('isRead=false')).toEqual([alert, old]);
    expect(await listIds('isRead=true')).toEqual([recent]);
    expect(await listIds('type=security_alert')).toEqual([alert]);
    expect(await listIds('type=exercise_graded&isRead=false')).toEqual([old]);
    expect(await listIds('type=never_heard_of')).toEqual([]);
    const counted = await anna.get('/me/notifications?isRead=false&type=exercise_graded&withTotal=true');
    expect(counted.body.page.total).toBe(1);
  });

  test('one notification is shown to its owner only, and the list can be filtered by time', async () => {
    const [anna, ben] = [await school.student(), await school.student()];
    const [id] = await notifyMany(school, anna.id, 1);
    const [listed] = await notificationsOf(anna);
    expect((await anna.get(`/me/notifications/${id}`)).body).toEqual(listed);
    expect((await ben.get(`/me/notifications/${id}`)).body.code).toBe('NOTIFICATION_NOT_FOUND');
    const totalOf = async (query: string): Promise<number> =>
      (await anna.get(`/me/notifications?withTotal=true&${query}`)).body.page.total;
    expect(await totalOf(`from=${String(listed!.createdAt)}`)).toBe(1);
    expect(await totalOf(`to=${String(listed!.createdAt)}`)).toBe(0);
    expect((await anna.get('/me/notifications?from=today')).status).toBe(422);
  });

  test('the list does not contain notifications of other people', async () => {
    const [anna, ben] = await Promise.all([school.student(), school.student()]);
    await notifyMany(school, anna.id, 2);
    expect(await notificationsOf(ben)).toEqual([]);
    expect(await unreadCount(ben)).toBe(0);
  });

  test.each([
    ['isRead=perhaps', '/query/isRead'],
    ['type=', '/query/type'],
    ['cursor=WyJjb3Vyc2VzIiwxXQ', '/query/cursor'],
    ['read=true', '/query/read'],
  ])('the list refuses the query ?%s with 422', async (query, pointer) => {
    const anna = await school.student();
    const { status, body } = await anna.get(`/me/notifications?${query}`);
    expect(status).toBe(422);
    expect(body.errors[0].pointer).toBe(pointer);
  });

  test('refuses an anonymous client with 401 on each route of notifications', async () => {
    for (const path of ['/me/notifications', '/me/notifications/unread-count'])
      expect((await school.visitor.get(path)).status).toBe(401);
    expect((await school.visitor.put('/me/notifications/read-state', { isRead: true })).status).toBe(401);
  });

  test('the list, its filter on unread notifications and the unread count cost one statement each', async () => {
    const anna = await school.student();
    await notifyMany(school, anna.id, 30);
    await unreadCount(anna);
    for (const path of ['/me/notifications', '/me/notifications?isRead=false', '/me/notifications/unread-count']) {
      const { result, statements } = await school.statements(() => anna.get(path));
      expect(result.status).toBe(200);
      expect(statements).toHaveLength(1);
    }
  });
});

describe('the read state of a notification', () => {
  test('marking a notification as read decrements the unread count, and marking it as unread increments it', async () => {
    const anna = await school.student();
    const [id] = await notifyMany(school, anna.id, 3);
    const now = new Date('2026-05-01T10:00:00.000Z');
    const response = await school.clock.at(now, () => setReadState(anna, id!));
    expect(response).toMatchObject({ status: 200, body: { id, isRead: true, readAt: '2026-05-01T10:00:00.000Z' } });
    expect(await unreadCount(anna)).toBe(2);
    expect((await setReadState(anna, id!, false)).body).toMatchObject({ isRead: false, readAt: null });
    expect(await unreadCount(anna)).toBe(3);
    expect(await unreadCountOf(school, anna.id)).toBe(3);
  });

  test('marking a notification as read twice changes nothing the second time and keeps the first time of reading', async () => {
    const anna = await school.student();
    const [id] = await notifyMany(school, anna.id, 2);
    const { body: first } = await setReadState(anna, id!);
    expect((await setReadState(anna, id!)).body).toEqual(first);
    expect(await unreadCountOf(school, anna.id)).toBe(1);
  });

  test('marking one or all notifications as read costs four statements, including BEGIN and COMMIT', async () => {
    const anna = await school.student();
    const [id] = await notifyMany(school, anna.id, 2);
    await unreadCount(anna);
    expect((await school.statements(() => setReadState(anna, id!))).statements).toHaveLength(4);
    expect((await school.statements(() => readAll(anna))).statements).toHaveLength(4);
  });

  test('marking one notification as read in 12 concurrent requests decrements the unread count once', async () => {
    const anna = await school.student();
    const [id] = await notifyMany(school, anna.id, 5);
    const responses = await Promise.all(Array.from({ length: 12 }, () => setReadState(anna, id!)));
    expect(responses.map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(await unreadCountOf(school, anna.id)).toBe(4);
  });

  test('marking a notification of another person as read returns 404', async () => {
    const [anna, ben] = await Promise.all([school.student(), school.admin()]);
    const [id] = await notifyMany(school, anna.id, 1);
    expect(await setReadState(ben, id!)).toMatchObject({ status: 404, body: { code: 'NOTIFICATION_NOT_FOUND' } });
    expect((await setReadState(ben, 999_999)).status).toBe(404);
    expect(await unreadCountOf(school, anna.id)).toBe(1);
  });

  test.each([[{}], [{ isRead: 'yes' }], [{ isRead: true, title: 'mine' }], [undefined]])(
    'refuses the read state %j with 422',
    async (body) => {
      const anna = await school.student();
      const [id] = await notifyMany(school, anna.id, 1);
      expect((await anna.put(`/me/notifications/${id}/read-state`, body)).status).toBe(422);
      expect(await unreadCountOf(school, anna.id)).toBe(1);
    },
  );
});

describe('the read state of all notifications', () => {
  test('marking all notifications as read leaves none unread and does not change those of other people', async () => {
    const [anna, ben] = await Promise.all([school.student(), school.student()]);
    await notifyMany(school, anna.id, 25);
    await notifyMany(school, ben.id, 2);
    expect(await readAll(anna)).toMatchObject({ status: 200, body: { unread: 0 } });
    expect(await unreadCountOf(school, anna.id)).toBe(0);
    expect(await unreadCountOf(school, ben.id)).toBe(2);
    expect((await readAll(anna)).body).toEqual({ unread: 0 });
  });

  test('marking all notifications up to an id as read leaves newer ones unread', async () => {
    const anna = await school.student();
    const ids = await notifyMany(school, anna.id, 4);
    expect((await readAll(anna, { isRead: true, upTo: ids[2] })).body).toEqual({ unread: 1 });
    expect((await anna.get('/me/notifications?isRead=false')).body.data).toMatchObject([{ id: ids[3] }]);
  });

  test.each([[{ isRead: false }], [{}], [{ isRead: true, upTo: 0 }], [{ isRead: true, upTo: '7' }]])(
    'refuses %j as the read state of all notifications with 422',
    async (body) => {
      expect((await readAll(await school.student(), body)).status).toBe(422);
    },
  );

  test('the unread count stays right while notifications are read, marked as unread and added concurrently', async () => {
    const anna = await school.student();
    const ids = await notifyMany(school, anna.id, 20);
    const work = ids.flatMap((id, index) => [
      () => setReadState(anna, id),
      () => setReadState(anna, ids[19 - index]!, false),
      () => notify(school, makeNotification(anna.id, 100 + index)),
      () => readAll(anna, { isRead: true, upTo: ids[index] }),
    ]);
    await Promise.all(work.map((run) => run()));
    await unreadCountOf(school, anna.id);
    await readAll(anna);
    expect(await unreadCountOf(school, anna.id)).toBe(0);
  });
});
