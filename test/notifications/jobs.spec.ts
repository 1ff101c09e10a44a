import { setTimeout as sleep } from 'node:timers/promises';
import { Notifier } from '../../src/modules/notifications';
import { School } from '../support/school';
import { idsOf, makeNotification, notify, notifyMany, unreadCountOf } from './notification-fixtures';

let school: School;
beforeEach(async () => (school = await School.open()));
afterEach(() => school.close());

const noonOfDay = (day: number): Date => new Date(Date.UTC(2026, 0, day, 12));
const setCounter = (userId: number, unread: number): Promise<number> =>
  school.database.transaction(() =>
    school.database.run('UPDATE notifications_unreadcount SET unread = $2 WHERE user_id = $1', [userId, unread]),
  );

describe('notifications:expire', () => {
  test('notifications:expire deletes read and unread notifications older than 30 days and updates the counters', async () => {
    const [anna, ben] = await Promise.all([school.student(), school.student()]);
    await school.clock.at(noonOfDay(1), () =>
      notify(school, makeNotification(anna.id, 1), makeNotification(anna.id, 2), makeNotification(ben.id, 1)),
    );
    await school.clock.at(noonOfDay(2), () => notify(school, makeNotification(anna.id, 3)));
    const [first, , kept] = await idsOf(school, anna.id);
    school.clock.stopAt(noonOfDay(31));
    await anna.put(`/me/notifications/${first}/read-state`, { isRead: true });
    expect(await school.job('notifications:expire')).toEqual({ deleted: 0 });
    school.clock.stopAt(new Date(noonOfDay(31).getTime() + 1));
    expect(await school.job('notifications:expire')).toEqual({ deleted: 3 });
    expect(await idsOf(school, anna.id)).toEqual([kept]);
    expect(await unreadCountOf(school, anna.id)).toBe(1);
    expect(await unreadCountOf(school, ben.id)).toBe(0);
    expect(await school.job('notifications:expire')).toEqual({ deleted: 0 });
  });

  test('notifications:expire deletes 2,050 notifications in three batches of at most 1,000', async () => {
    const anna = await school.student();
    await school.clock.at(noonOfDay(1), () => notifyMany(school, anna.id, 2_050));
    school.clock.stopAt(noonOfDay(40));
    await notify(school, makeNotification(anna.id, 9_999));
    const { result, statements } = await school.statements(() => school.job('notifications:expire'));
    expect(result).toEqual({ deleted: 2_050 });
    expect(statements.filter((sql) => /DELETE FROM notifications_notification/.test(sql))).toHaveLength(3);
    expect(statements.filter((sql) => /INTO notifications_unreadcount/.test(sql))).toHaveLength(3);
    expect(await unreadCountOf(school, anna.id)).toBe(1);
  });

  test('notifications:expire keeps the counters equal to the rows while people read and are notified', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => school.student()));
    for (const { id } of people) await school.clock.at(noonOfDay(1), () => notifyMany(school, id, 30));
    school.clock.stopAt(noonOfDay(40));
    const reading = people.map((person) => person.put('/me/notifications/read-state', { isRead: true }));
    const notifying = people.map(({ id }) => notify(school, makeNotification(id, 100)));
    await Promise.all([...reading, ...notifying, school.job('notifications:expire')]);
    for (const { id } of people) await unreadCountOf(school, id);
    await school.job('notifications:expire');
    for (const { id } of people) expect(await idsOf(school, id)).toHaveLength(1);
  });
});

describe('notifications:recount', () => {
  test('notifications:recount reports no drift if all counters are right', async () => {
    const anna = await school.student();
    const [id] = await notifyMany(school, anna.id, 3);
    await anna.put(`/me/notifications/${id}/read-state`, { isRead: true });
    expect(await school.job('notifications:recount')).toEqual({ drift: 0 });
  });

  test('notifications:recount reports and corrects each counter that differs from the rows', async () => {
    const [tooLow, tooHigh, withoutRows, withoutCounter, correct] = await Promise.all(
      Array.from({ length: 5 }, () => school.student()),
    );
    for (const { id } of [tooLow!, tooHigh!, withoutCounter!, correct!]) await notifyMany(school, id, 4);
    await setCounter(tooLow!.id, 1);
    await setCounter(tooHigh!.id, 9);
    await school.database.transaction(async () => {
      await school.database.run('DELETE FROM notifications_unreadcount WHERE user_id = $1', [withoutCounter!.id]);
      await school.database.run('INSERT INTO notifications_unreadcount (user_id, unread) VALUES ($1, 2)', [
        withoutRows!.id,
      ]);
    });
    expect(await school.job('notifications:recount')).toEqual({ drift: 4 });
    const counts = await Promise.all(
      [tooLow, tooHigh, withoutRows, withoutCounter, correct].map((person) => unreadCountOf(school, person!.id)),
    );
    expect(counts).toEqual([4, 4, 0, 4, 4]);
    expect(await school.job('notifications:recount')).toEqual({ drift: 0 });
  });

  test('notifications:recount locks a counter before it counts the rows, so that a concurrent notification is counted', async () => {
    const anna = await school.student();
    await notifyMany(school, anna.id, 4);
    await setCounter(anna.id, 9);
    const [countingStarted, countingAllowed, commitAllowed] = [makeGate(), makeGate(), makeGate()];
    const { database } = school;
    const run = database.run.bind(database);
    jest.spyOn(database, 'run').mockImplementation(async (sql, values) => {
      if (!sql.startsWith('UPDATE notifications_unreadcount')) return run(sql, values);
      countingStarted.open();
      await countingAllowed.passed;
      return run(sql, values);
    });
    const recounting = school.job('notifications:recount');
    await countingStarted.passed;
    const notifying = database.transaction(async () => {
      await school.part(Notifier).notify([makeNotification(anna.id, 5)]);
      await commitAllowed.passed;
    });
    // Gives the notification, and then the recount, time to finish if no lock makes them wait.
    await sleep(200);
    countingAllowed.open();
    await sleep(200);
    commitAllowed.open();
    await Promise.all([notifying, recounting]);
    expect(await unreadCountOf(school, anna.id)).toBe(5);
  });

  test('notifications:recount loses no count while people are notified and read concurrently', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => school.student()));
    for (const { id } of people) await notifyMany(school, id, 5);
    await Promise.all(people.map(({ id }) => setCounter(id, 50)));
    const notifying = people.flatMap(({ id }) =>
      [10, 11, 12].map((version) => notify(school, makeNotification(id, version))),
    );
    const reading = people.map((person) => person.put('/me/notifications/read-state', { isRead: true }));
    await Promise.all([school.job('notifications:recount'), ...notifying, ...reading]);
    await school.job('notifications:recount');
    expect(await school.job('notifications:recount')).toEqual({ drift: 0 });
    for (const { id } of people) await unreadCountOf(school, id);
  });
});

/** `passed` resolves when `open` is called. */
function makeGate(): { open(): void; passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open: () => open(), passed };
}
