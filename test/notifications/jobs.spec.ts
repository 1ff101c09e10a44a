import { setTimeout as sleep } from 'node:timers/promises';
import { Notifier } from '../../src/modules/notifications';
import { School } from '../support/school';
import { idsOf, news, tell, tellMany, unreadOf } from './notification-fixtures';

let school: School;
beforeEach(async () => (school = await School.open()));
afterEach(() => school.close());

const day = (n: number): Date => new Date(Date.UTC(2026, 0, n, 12));
const setCounter = (userId: number, unread: number): Promise<number> =>
  school.database.transaction(() =>
    school.database.run('UPDATE notifications_unreadcount SET unread = $2 WHERE user_id = $1', [userId, unread]),
  );

describe('notifications:expire', () => {
  test('deletes what is older than thirty days, read or not, and the counters follow', async () => {
    const [anna, ben] = await Promise.all([school.student(), school.student()]);
    await school.clock.at(day(1), () => tell(school, news(anna.id, 1), news(anna.id, 2), news(ben.id, 1)));
    await school.clock.at(day(2), () => tell(school, news(anna.id, 3)));
    const [first, , kept] = await idsOf(school, anna.id);
    school.clock.stopAt(day(31));
    await anna.put(`/me/notifications/${first}/read-state`, { isRead: true });
    expect(await school.job('notifications:expire')).toEqual({ deleted: 0 });
    school.clock.stopAt(new Date(day(31).getTime() + 1));
    expect(await school.job('notifications:expire')).toEqual({ deleted: 3 });
    expect(await idsOf(school, anna.id)).toEqual([kept]);
    expect(await unreadOf(school, anna.id)).toBe(1);
    expect(await unreadOf(school, ben.id)).toBe(0);
    expect(await school.job('notifications:expire')).toEqual({ deleted: 0 });
  });

  test('goes in batches of a thousand, three statements each', async () => {
    const anna = await school.student();
    await school.clock.at(day(1), () => tellMany(school, anna.id, 2_050));
    school.clock.stopAt(day(40));
    await tell(school, news(anna.id, 9_999));
    const { result, statements } = await school.statements(() => school.job('notifications:expire'));
    expect(result).toEqual({ deleted: 2_050 });
    expect(statements.filter((sql) => /DELETE FROM notifications_notification/.test(sql))).toHaveLength(3);
    expect(statements.filter((sql) => /INTO notifications_unreadcount/.test(sql))).toHaveLength(3);
    expect(await unreadOf(school, anna.id)).toBe(1);
  });

  test('while people read keeps the counters true', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => school.student()));
    for (const { id } of people) await school.clock.at(day(1), () => tellMany(school, id, 30));
    school.clock.stopAt(day(40));
    const reading = people.map((person) => person.put('/me/notifications/read-state', { isRead: true }));
    const telling = people.map(({ id }) => tell(school, news(id, 100)));
    await Promise.all([...reading, ...telling, school.job('notifications:expire')]);
    for (const { id } of people) await unreadOf(school, id);
    await school.job('notifications:expire');
    for (const { id } of people) expect(await idsOf(school, id)).toHaveLength(1);
  });
});

describe('notifications:recount', () => {
  test('finds nothing wrong where nothing is wrong', async () => {
    const anna = await school.student();
    const [id] = await tellMany(school, anna.id, 3);
    await anna.put(`/me/notifications/${id}/read-state`, { isRead: true });
    expect(await school.job('notifications:recount')).toEqual({ drift: 0 });
  });

  test('reports each counter that is not what the rows say, and mends it', async () => {
    const [low, high, none, lost, right] = await Promise.all(Array.from({ length: 5 }, () => school.student()));
    for (const { id } of [low!, high!, lost!, right!]) await tellMany(school, id, 4);
    await setCounter(low!.id, 1);
    await setCounter(high!.id, 9);
    await school.database.transaction(async () => {
      await school.database.run('DELETE FROM notifications_unreadcount WHERE user_id = $1', [lost!.id]);
      await school.database.run('INSERT INTO notifications_unreadcount (user_id, unread) VALUES ($1, 2)', [none!.id]);
    });
    expect(await school.job('notifications:recount')).toEqual({ drift: 4 });
    const counts = await Promise.all([low, high, none, lost, right].map((person) => unreadOf(school, person!.id)));
    expect(counts).toEqual([4, 4, 0, 4, 4]);
    expect(await school.job('notifications:recount')).toEqual({ drift: 0 });
  });

  test('holds a counter from before it counts the rows, so nothing that is told meanwhile is lost', async () => {
    const anna = await school.student();
    await tellMany(school, anna.id, 4);
    await setCounter(anna.id, 9);
    const [counting, counted, released] = [gate(), gate(), gate()];
    const { database } = school;
    const run = database.run.bind(database);
    jest.spyOn(database, 'run').mockImplementation(async (sql, values) => {
      if (!sql.startsWith('UPDATE notifications_unreadcount')) return run(sql, values);
      counting.open();
      await counted.passed;
      return run(sql, values);
    });
    const recounting = school.job('notifications:recount');
    await counting.passed;
    const telling = database.transaction(async () => {
      await school.part(Notifier).notify([news(anna.id, 5)]);
      await released.passed;
    });
    // Time for whoever is not kept waiting: first for the one who tells, then for the one who counts.
    await sleep(200);
    counted.open();
    await sleep(200);
    released.open();
    await Promise.all([telling, recounting]);
    expect(await unreadOf(school, anna.id)).toBe(5);
  });

  test('while people are told and read loses nothing of either', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => school.student()));
    for (const { id } of people) await tellMany(school, id, 5);
    await Promise.all(people.map(({ id }) => setCounter(id, 50)));
    const telling = people.flatMap(({ id }) => [10, 11, 12].map((version) => tell(school, news(id, version))));
    const reading = people.map((person) => person.put('/me/notifications/read-state', { isRead: true }));
    await Promise.all([school.job('notifications:recount'), ...telling, ...reading]);
    await school.job('notifications:recount');
    expect(await school.job('notifications:recount')).toEqual({ drift: 0 });
    for (const { id } of people) await unreadOf(school, id);
  });
});

function gate(): { open(): void; passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open: () => open(), passed };
}
