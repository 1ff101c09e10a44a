import { intervalMs, lastTick, nextTick } from './cron-ticks';

const now = new Date('2026-03-01T04:00:03.400Z');

test.each([
  ['*/5 * * * * *', '2026-03-01T04:00:00.000Z', '2026-03-01T04:00:05.000Z'],
  ['* * * * *', '2026-03-01T04:00:00.000Z', '2026-03-01T04:01:00.000Z'],
  ['20 2 * * *', '2026-03-01T02:20:00.000Z', '2026-03-02T02:20:00.000Z'],
  ['30 4 * * *', '2026-02-28T04:30:00.000Z', '2026-03-01T04:30:00.000Z'],
  ['1,16,31,46 * * * *', '2026-03-01T03:46:00.000Z', '2026-03-01T04:01:00.000Z'],
  ['0 0 1 1 *', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
])('the cron expression %s has its last tick at %s and its next tick at %s', (cron, last, next) => {
  expect(lastTick(cron, now).toISOString()).toBe(last);
  expect(nextTick(cron, now).toISOString()).toBe(next);
});

test('at the exact time of a tick, lastTick returns this tick and nextTick returns the following one', () => {
  const tick = new Date('2026-03-01T02:20:00.000Z');
  expect(lastTick('20 2 * * *', tick)).toEqual(tick);
  expect(nextTick('20 2 * * *', tick).toISOString()).toBe('2026-03-02T02:20:00.000Z');
  expect(intervalMs('20 2 * * *', tick)).toBe(86_400_000);
});
