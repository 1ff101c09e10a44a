import { type Client, School } from '../support/school';
import { idsOf, news, tell, tellMany, toldTo, unreadOf } from './notification-fixtures';

let school: School;
beforeAll(async () => (school = await School.open()));
afterAll(() => school.close());

const read = (person: Client, id: number, isRead = true) =>
  person.put(`/me/notifications/${id}/read-state`, { isRead });
const readAll = (person: Client, body: object = { isRead: true }) => person.put('/me/notifications/read-state', body);
const unreadCount = async (person: Client): Promise<number> =>
  (await person.get('/me/notifications/unread-count')).body.unread;

describe('the list of my notifications', () => {
  test('is empty for who was told nothing', async () => {
    const anna = await school.student();
    expect((await anna.get('/me/notifications')).body).toEqual({
      data: [],
      page: { nextCursor: null, hasMore: false },
    });
    expect(await unreadCount(anna)).toBe(0);
  });

  test('holds what I was told, newest first, page by page, while more arrives', async () => {
    const anna = await school.student();
    const ids = await tellMany(school, anna.id, 5);
    const first = (await anna.get('/me/notifications?limit=2&withTotal=true')).body;
    expect(first.data.map((one: { id: number }) => one.id)).toEqual([ids[4], ids[3]]);
    expect(first.page).toMatchObject({ hasMore: true, total: 5 });
    await tell(school, news(anna.id, 6));
    const second = (await anna.get(`/me/notifications?limit=3&cursor=${first.page.nextCursor}`)).body;
    expect(second.data.map((one: { id: number }) => one.id)).toEqual([ids[2], ids[1], ids[0]]);
    expect(second.page).toEqual({ nextCursor: null, hasMore: false });
  });

  test('can be narrowed to unread, to read, and to a type', async () => {
    const anna = await school.student();
    const [old, recent] = await tellMany(school, anna.id, 2);
    await tell(school, news(anna.id, 3, { type: 'security_alert' }));
    await read(anna, recent!);
    const ids = async (query: string): Promise<number[]> =>
      (await anna.get(`/me/notifications?${query}`)).body.data.map((one: { id: number }) => one.id);
    const [, , alert] = await idsOf(school, anna.id);
    expect(await ids('unread=true')).toEqual([alert, old]);
    expect(await ids('unread=false')).toEqual([recent]);
    expect(await ids('type=security_alert')).toEqual([alert]);
    expect(await ids('type=streak_at_risk&unread=true')).toEqual([old]);
    expect(await ids('type=never_heard_of')).toEqual([]);
    const counted = await anna.get('/me/notifications?unread=true&type=streak_at_risk&withTotal=true');
    expect(counted.body.page.total).toBe(1);
  });

  test('holds nobody else’s', async () => {
    const [anna, ben] = await Promise.all([school.student(), school.student()]);
    await tellMany(school, anna.id, 2);
    expect(await toldTo(ben)).toEqual([]);
    expect(await unreadCount(ben)).toBe(0);
  });

  test.each([
    ['unread=perhaps', '/query/unread'],
    ['type=', '/query/type'],
    ['cursor=WyJjb3Vyc2VzIiwxXQ', '/query/cursor'],
    ['read=true', '/query/read'],
  ])('refuses ?%s', async (query, pointer) => {
    const anna = await school.student();
    const { status, body } = await anna.get(`/me/notifications?${query}`);
    expect(status).toBe(422);
    expect(body.errors[0].pointer).toBe(pointer);
  });

  test('is for people who have signed in', async () => {
    for (const path of ['/me/notifications', '/me/notifications/unread-count'])
      expect((await school.visitor.get(path)).status).toBe(401);
    expect((await school.visitor.put('/me/notifications/read-state', { isRead: true })).status).toBe(401);
  });

  test('and the unread ones and their number cost one statement each', async () => {
    const anna = await school.student();
    await tellMany(school, anna.id, 30);
    await unreadCount(anna);
    for (const path of ['/me/notifications', '/me/notifications?unread=true', '/me/notifications/unread-count']) {
      const { result, statements } = await school.statements(() => anna.get(path));
      expect(result.status).toBe(200);
      expect(statements).toHaveLength(1);
    }
  });
});

describe('reading a notification', () => {
  test('takes it from the unread ones, and putting it back counts it again', async () => {
    const anna = await school.student();
    const [id] = await tellMany(school, anna.id, 3);
    const now = new Date('2026-05-01T10:00:00.000Z');
    const shown = await school.clock.at(now, () => read(anna, id!));
    expect(shown).toMatchObject({ status: 200, body: { id, isRead: true, readAt: '2026-05-01T10:00:00.000Z' } });
    expect(await unreadCount(anna)).toBe(2);
    expect((await read(anna, id!, false)).body).toMatchObject({ isRead: false, readAt: null });
    expect(await unreadCount(anna)).toBe(3);
    expect(await unreadOf(school, anna.id)).toBe(3);
  });

  test('twice changes nothing more, and keeps when it was first read', async () => {
    const anna = await school.student();
    const [id] = await tellMany(school, anna.id, 2);
    const { body: first } = await read(anna, id!);
    expect((await read(anna, id!)).body).toEqual(first);
    expect(await unreadOf(school, anna.id)).toBe(1);
  });

  test('costs four statements, the begin and the end among them', async () => {
    const anna = await school.student();
    const [id] = await tellMany(school, anna.id, 2);
    await unreadCount(anna);
    expect((await school.statements(() => read(anna, id!))).statements).toHaveLength(4);
    expect((await school.statements(() => readAll(anna))).statements).toHaveLength(4);
  });

  test('at the same moment on many devices counts it once', async () => {
    const anna = await school.student();
    const [id] = await tellMany(school, anna.id, 5);
    const answers = await Promise.all(Array.from({ length: 12 }, () => read(anna, id!)));
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(await unreadOf(school, anna.id)).toBe(4);
  });

  test('is only for whose it is', async () => {
    const [anna, ben] = await Promise.all([school.student(), school.admin()]);
    const [id] = await tellMany(school, anna.id, 1);
    expect(await read(ben, id!)).toMatchObject({ status: 404, body: { code: 'NOTIFICATION_NOT_FOUND' } });
    expect((await read(ben, 999_999)).status).toBe(404);
    expect(await unreadOf(school, anna.id)).toBe(1);
  });

  test.each([[{}], [{ isRead: 'yes' }], [{ isRead: true, title: 'mine' }], [undefined]])('refuses %j', async (body) => {
    const anna = await school.student();
    const [id] = await tellMany(school, anna.id, 1);
    expect((await anna.put(`/me/notifications/${id}/read-state`, body)).status).toBe(422);
    expect(await unreadOf(school, anna.id)).toBe(1);
  });
});

describe('reading all of them', () => {
  test('leaves none unread, and nobody else’s changed', async () => {
    const [anna, ben] = await Promise.all([school.student(), school.student()]);
    await tellMany(school, anna.id, 25);
    await tellMany(school, ben.id, 2);
    expect(await readAll(anna)).toMatchObject({ status: 200, body: { unread: 0 } });
    expect(await unreadOf(school, anna.id)).toBe(0);
    expect(await unreadOf(school, ben.id)).toBe(2);
    expect((await readAll(anna)).body).toEqual({ unread: 0 });
  });

  test('up to the newest I have seen leaves what came since', async () => {
    const anna = await school.student();
    const ids = await tellMany(school, anna.id, 4);
    expect((await readAll(anna, { isRead: true, upTo: ids[2] })).body).toEqual({ unread: 1 });
    expect((await anna.get('/me/notifications?unread=true')).body.data).toMatchObject([{ id: ids[3] }]);
  });

  test.each([[{ isRead: false }], [{}], [{ isRead: true, upTo: 0 }], [{ isRead: true, upTo: '7' }]])(
    'refuses %j',
    async (body) => {
      expect((await readAll(await school.student(), body)).status).toBe(422);
    },
  );

  test('while single ones are read, put back and new ones arrive keeps the counter true', async () => {
    const anna = await school.student();
    const ids = await tellMany(school, anna.id, 20);
    const work = ids.flatMap((id, i) => [
      () => read(anna, id),
      () => read(anna, ids[19 - i]!, false),
      () => tell(school, news(anna.id, 100 + i)),
      () => readAll(anna, { isRead: true, upTo: ids[i] }),
    ]);
    await Promise.all(work.map((one) => one()));
    await unreadOf(school, anna.id);
    await readAll(anna);
    expect(await unreadOf(school, anna.id)).toBe(0);
  });
});
