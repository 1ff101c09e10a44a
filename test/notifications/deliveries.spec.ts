import { NotificationDeliveries } from '../../src/modules/notifications';
import { DeliveryFindings } from '../../src/modules/notifications/deliveries/delivery-findings';
import { text } from '../../src/platform/database/columns';
import { School } from '../support/school';
import { idsOf, notifyMany } from './notification-fixtures';

let school: School;
let deliveries: NotificationDeliveries;
let userId: number;
beforeAll(async () => {
  school = await School.open();
  deliveries = school.part(NotificationDeliveries);
  userId = (await school.student()).id;
  await notifyMany(school, userId, 6);
});
afterAll(() => school.close());

const minuteMs = 60_000;
const now = new Date('2026-03-02T10:00:00Z');
const later = (minutes: number): Date => new Date(now.getTime() + minutes * minuteMs);

/** Adds deliveries of the person's notifications, the first in the list for the oldest one. */
async function add(channel: string, ...due: { priority: number; dueAt: Date }[]): Promise<number> {
  const ids = await idsOf(school, userId);
  const rows = due.map((row, index) => ({ ...row, notificationId: ids[index]!, userId, channel, targetId: '' }));
  return school.database.transaction(() => deliveries.add(rows));
}

const stateOf = async (channel: string): Promise<string[]> => {
  const sql = 'SELECT status, last_error AS error FROM notifications_delivery WHERE channel = $1 ORDER BY id';
  const rows = await school.database.rows({ status: text, error: text }, sql, [channel]);
  return rows.map(({ status, error }) => `${status} ${error}`.trim());
};

test('a delivery is added once for each notification, channel and target', async () => {
  expect(await add('once', { priority: 2, dueAt: now })).toBe(1);
  expect(await add('once', { priority: 2, dueAt: now }, { priority: 2, dueAt: now })).toBe(1);
});

test('what is gathered for a person is not what another worker has claimed and still sends', async () => {
  await add('leased', { priority: 2, dueAt: now }, { priority: 2, dueAt: later(2) });
  await school.clock.at(now, async () => {
    expect(await deliveries.claim('leased', { limit: 1 })).toHaveLength(1);
  });
  // The lease ends a minute later, which is soon enough for a delivery that nobody has claimed.
  const [claimed, ...others] = await school.clock.at(later(2), () => deliveries.claimOfPeople('leased', { limit: 1 }));
  expect(claimed).toMatchObject({ attempts: 1 });
  expect(others).toEqual([]);
});

test('a claim takes due deliveries of its channel, the most urgent first, and not again during the lease', async () => {
  await add(
    'claims',
    { priority: 2, dueAt: later(-1) },
    { priority: 0, dueAt: now },
    { priority: 2, dueAt: later(1) },
    { priority: 2, dueAt: now },
  );
  await school.clock.at(now, async () => {
    const [urgent] = await deliveries.claim('claims', { limit: 5, isUrgentOnly: true });
    expect(urgent).toMatchObject({ priority: 0, attempts: 1 });
    expect(await deliveries.claim('claims', { limit: 5, isUrgentOnly: true })).toEqual([]);
    const rest = await deliveries.claim('claims', { limit: 5 });
    expect(rest.map(({ priority }) => priority)).toEqual([2, 2]);
    expect(await deliveries.claim('claims', { limit: 5 })).toEqual([]);
  });
  const again = await school.clock.at(later(4), () => deliveries.claim('claims', { limit: 5 }));
  expect(again.map(({ attempts }) => attempts).sort()).toEqual([1, 2, 2, 2]);
});

test('a claim of people also takes what a person gets within two minutes', async () => {
  await add('people', { priority: 2, dueAt: now }, { priority: 2, dueAt: later(1) }, { priority: 2, dueAt: later(9) });
  await school.clock.at(now, async () => {
    expect(await deliveries.claimOfPeople('people', { limit: 1 })).toHaveLength(2);
    expect(await deliveries.claimOfPeople('people', { limit: 1 })).toEqual([]);
  });
});

test('one claim takes at most 5,000 deliveries, and the next one the rest', async () => {
  const { id } = await school.student();
  await notifyMany(school, id, 5_001);
  const rows = (await idsOf(school, id)).map((notificationId) => ({
    ...{ notificationId, userId: id, channel: 'many', targetId: '', priority: 2, dueAt: now },
  }));
  await school.database.transaction(() => deliveries.add(rows));
  await school.clock.at(now, async () => {
    expect(await deliveries.claimOfPeople('many', { limit: 1 })).toHaveLength(5_000);
    expect(await deliveries.claimOfPeople('many', { limit: 1 })).toHaveLength(1);
  });
});

test('a result is recorded once, and a failure only by the worker that holds the claim', async () => {
  await add('results', { priority: 2, dueAt: now }, { priority: 2, dueAt: now }, { priority: 2, dueAt: now });
  const claims = await school.clock.at(now, () => deliveries.claim('results', { limit: 5 }));
  const [first, second, third] = claims.sort((left, right) => left.id - right.id);
  expect(await deliveries.sent([first!])).toEqual(new Set([first!.id]));
  expect(await deliveries.sent([first!])).toEqual(new Set());
  await deliveries.failed(second!, 'no answer', later(10));
  const retries = await school.clock.at(later(10), () => deliveries.claim('results', { limit: 5 }));
  const retried = retries.find(({ id }) => id === second!.id);
  await deliveries.failed(second!, 'too late', null);
  expect(await stateOf('results')).toEqual(['sent', 'waiting no answer', 'waiting']);
  await deliveries.failed(retried!, 'gone', null);
  await deliveries.skipped([third!], 'not wanted');
  expect(await stateOf('results')).toEqual(['sent', 'failed gone', 'skipped not wanted']);
  const counts = await deliveries.counts();
  expect(counts.find(({ channel }) => channel === 'results')).toMatchObject({ waiting: 0, failed: 1 });
});

test('deliveries that nobody takes and failed ones are findings and metrics, and those that are retried later are not', async () => {
  await add(
    'stuck',
    { priority: 2, dueAt: later(-20) },
    { priority: 2, dueAt: later(-20) },
    { priority: 2, dueAt: now },
  );
  const findings = () =>
    school.clock.at(now, async () => {
      const all = await school.part(DeliveryFindings).findings();
      return all.filter(({ subject }) => subject === 'stuck').map(({ kind, severity }) => `${kind} ${severity}`);
    });
  expect(await findings()).toEqual(['late-notifications critical']);
  const [first, second] = await school.clock.at(now, () => deliveries.claim('stuck', { limit: 2 }));
  await deliveries.failed(first!, 'no answer', later(60));
  await deliveries.failed(second!, 'gone', null);
  expect(await findings()).toEqual(['undelivered-notifications warning']);
  const { body } = await school.visitor.get('//metrics');
  expect(body).toContain('teoart_notification_deliveries{channel="stuck",state="failed"} 1');
});

test('deliveries are deleted with their notification', async () => {
  await add('deleted', { priority: 2, dueAt: now });
  const [id] = await idsOf(school, userId);
  await school.database.transaction(() =>
    school.database.run('DELETE FROM notifications_notification WHERE id = $1', [id]),
  );
  expect(await stateOf('deleted')).toEqual([]);
});
