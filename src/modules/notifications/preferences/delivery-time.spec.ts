import fc from 'fast-check';
import { afterQuietHours, nextDigest, type DeliveryTimes, type Digest, type QuietHours } from './delivery-time';

const minuteMs = 60_000;
const night = { from: 22 * 60, until: 8 * 60 };
const atEight: Digest = { frequency: 'daily', hour: 8, weekday: 1 };
const times = (timezone: string, more: Partial<DeliveryTimes> = {}): DeliveryTimes => ({
  timezone,
  quietHours: night,
  digest: atEight,
  ...more,
});
const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

describe('afterQuietHours', () => {
  it.each([
    ['by day nothing waits', 'Europe/Rome', '22:00-08:00', '2026-01-10T12:34:56.789Z', '2026-01-10T12:34:56.789Z'],
    ['in winter', 'Europe/Rome', '22:00-08:00', '2026-01-10T23:30:00Z', '2026-01-11T07:00:00Z'],
    ['in summer', 'Europe/Rome', '22:00-08:00', '2026-07-10T22:30:00Z', '2026-07-11T06:00:00Z'],
    ['the first minute is quiet', 'Europe/Rome', '22:00-08:00', '2026-01-10T21:00:00Z', '2026-01-11T07:00:00Z'],
    ['the last minute is not', 'Europe/Rome', '22:00-08:00', '2026-01-11T07:00:00Z', '2026-01-11T07:00:00Z'],
    [
      'the night in which the clock goes forward',
      'Europe/Rome',
      '22:00-08:00',
      '2026-03-28T21:30:00Z',
      '2026-03-29T06:00:00Z',
    ],
    [
      'the night in which the clock goes back',
      'Europe/Rome',
      '22:00-08:00',
      '2026-10-24T21:30:00Z',
      '2026-10-25T07:00:00Z',
    ],
    ['an end that the clock skips', 'Europe/Rome', '22:00-02:30', '2026-03-28T23:30:00Z', '2026-03-29T01:00:00Z'],
    [
      'an end that comes twice, before it',
      'Europe/Rome',
      '22:00-02:30',
      '2026-10-24T21:30:00Z',
      '2026-10-25T00:30:00Z',
    ],
    [
      'an end that comes twice, after the first',
      'Europe/Rome',
      '22:00-02:30',
      '2026-10-25T01:10:00Z',
      '2026-10-25T01:30:00Z',
    ],
    ['a zone with three quarters', 'Asia/Kathmandu', '22:00-08:00', '2026-01-10T20:00:00Z', '2026-01-11T02:15:00Z'],
    ['a change of half an hour', 'Australia/Lord_Howe', '22:00-02:15', '2026-10-03T14:30:00Z', '2026-10-03T15:30:00Z'],
    ['the date that Samoa skipped', 'Pacific/Apia', '22:00-08:00', '2011-12-30T09:30:00Z', '2011-12-30T18:00:00Z'],
    ['a change at midnight', 'America/Santiago', '22:00-00:30', '2026-09-06T03:30:00Z', '2026-09-06T04:00:00Z'],
    ['hours by day', 'America/New_York', '09:00-17:00', '2026-11-01T18:00:00Z', '2026-11-01T22:00:00Z'],
  ])('quiet hours, %s: in %s with %s, %s becomes %s', (_, zone, hours, now, expected) => {
    const [from, until] = hours.split('-') as [string, string];
    const quietHours = { from: minutes(from), until: minutes(until) };
    expect(afterQuietHours(new Date(now), times(zone, { quietHours }))).toEqual(new Date(expected));
  });

  it('without quiet hours nothing waits', () => {
    const now = new Date('2026-01-10T23:30:00.123Z');
    expect(afterQuietHours(now, times('Europe/Rome', { quietHours: null }))).toEqual(now);
  });
});

describe('nextDigest', () => {
  it.each([
    ['daily', 'Europe/Rome', 'daily 8', '2026-01-10T06:59:00Z', '2026-01-10T07:00:00Z'],
    ['at its instant', 'Europe/Rome', 'daily 8', '2026-01-10T07:00:00Z', '2026-01-10T07:00:00Z'],
    ['after it', 'Europe/Rome', 'daily 8', '2026-01-10T07:00:00.001Z', '2026-01-11T07:00:00Z'],
    ['weekly, on Monday', 'Europe/Rome', 'weekly 8', '2026-01-07T12:00:00Z', '2026-01-12T07:00:00Z'],
    ['a skipped hour', 'Europe/Rome', 'daily 2', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['an hour that comes twice is used once', 'Europe/Rome', 'daily 2', '2026-10-25T00:00:01Z', '2026-10-26T01:00:00Z'],
    ['midnight that is skipped', 'America/Santiago', 'daily 0', '2026-09-05T12:00:00Z', '2026-09-06T04:00:00Z'],
    ['another side of the date line', 'Pacific/Kiritimati', 'daily 8', '2026-01-10T12:00:00Z', '2026-01-10T18:00:00Z'],
  ])('a digest, %s: in %s with %s, %s becomes %s', (_, zone, digest, now, expected) => {
    const [frequency, hour] = digest.split(' ') as ['daily' | 'weekly', string];
    const chosen = times(zone, { digest: { frequency, hour: Number(hour), weekday: 1 } });
    expect(nextDigest(new Date(now), chosen)).toEqual(new Date(expected));
  });
});

// ---- A simple model that looks at the clock of the person each minute. It shares no code with delivery-time.ts. ----

const zones = [
  'Europe/Rome',
  'America/New_York',
  'America/Santiago',
  'America/St_Johns',
  'America/Havana',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Pacific/Apia',
  'Pacific/Chatham',
  'UTC',
];
const clocks = new Map(
  zones.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' }),
  ]),
);

/** The date as a number of days and the minute of the day that the clock shows. */
function look(zone: string, atMs: number): { day: number; minute: number } {
  const [date, clock] = clocks.get(zone)!.format(atMs).split(', ') as [string, string];
  const [day, month, year] = date.split('/').map(Number) as [number, number, number];
  return { day: Date.UTC(year, month - 1, day) / (1_440 * minuteMs), minute: minutes(clock) };
}

function expectedAfterQuiet(nowMs: number, zone: string, { from, until }: QuietHours): number {
  for (let atMs = nowMs; ; atMs = Math.floor(atMs / minuteMs) * minuteMs + minuteMs) {
    const { minute } = look(zone, atMs);
    const isQuiet = from <= until ? from <= minute && minute < until : minute >= from || minute < until;
    if (!isQuiet) return atMs;
  }
}

/** Walks from two days before. A digest of a day is sent at the first minute at which the clock shows its hour or later. */
function expectedDigest(nowMs: number, zone: string, { frequency, hour, weekday }: Digest): number {
  const startMs = Math.floor(nowMs / minuteMs) * minuteMs - 2 * 1_440 * minuteMs;
  let lastDay = look(zone, startMs).day;
  for (let atMs = startMs; ; atMs += minuteMs) {
    const { day, minute } = look(zone, atMs);
    const sentDay = minute >= hour * 60 ? day : day - 1;
    if (sentDay <= lastDay) continue;
    const days = Array.from({ length: sentDay - lastDay }, (_, index) => lastDay + 1 + index);
    lastDay = sentDay;
    // Day 0 was a Thursday.
    const isSent = frequency === 'daily' || days.some((each) => ((each + 3) % 7) + 1 === weekday);
    if (isSent && atMs >= nowMs) return atMs;
  }
}

/** Days near changes of the clock in these zones, and one in summer. */
const startDays = [
  '2011-12-29',
  '2026-03-08',
  '2026-03-28',
  '2026-04-04',
  '2026-07-01',
  '2026-09-05',
  '2026-10-03',
  '2026-10-24',
  '2026-11-01',
];
const moment = fc
  .record({ day: fc.constantFrom(...startDays), ms: fc.integer({ min: 0, max: 2 * 1_440 * minuteMs }) })
  .map(({ day, ms }) => Date.parse(day) + ms);
const minuteOfDay = fc.oneof(fc.constantFrom(0, 30, 120, 135, 150, 180), fc.integer({ min: 0, max: 1_439 }));

it('quiet hours end when the clock of the person says so, in each zone and over each change of the clock', () => {
  const agreement = fc.property(
    moment,
    fc.constantFrom(...zones),
    minuteOfDay,
    minuteOfDay,
    (nowMs, zone, from, until) => {
      fc.pre(from !== until);
      const quietHours = { from, until };
      const actual = afterQuietHours(new Date(nowMs), times(zone, { quietHours })).getTime();
      expect(actual).toBe(expectedAfterQuiet(nowMs, zone, quietHours));
    },
  );
  fc.assert(agreement, { seed: 20261128, numRuns: 1_000 });
}, 60_000);

it('a digest is sent once each day or week, in each zone and over each change of the clock', () => {
  const digest = fc.record({
    frequency: fc.constantFrom('daily' as const, 'daily' as const, 'weekly' as const),
    hour: fc.oneof(fc.constantFrom(0, 1, 2, 3), fc.integer({ min: 0, max: 23 })),
    weekday: fc.integer({ min: 1, max: 7 }),
  });
  const agreement = fc.property(moment, fc.constantFrom(...zones), digest, (nowMs, zone, chosen) => {
    const actual = nextDigest(new Date(nowMs), times(zone, { digest: chosen })).getTime();
    expect(actual).toBe(expectedDigest(nowMs, zone, chosen));
  });
  fc.assert(agreement, { seed: 20261128, numRuns: 300 });
}, 60_000);
