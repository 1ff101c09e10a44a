import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { localDateIn } from '../../../platform/time/local-date';
import { extendStreak, recordActivity, countStreakDays, streakOf, type ActivityDay, type StreakState } from './streak';

// The test generates 10,000 random histories with activities near local midnights and clock changes. After every activity the streak
// is computed in three ways: incrementally, from all days, and by a simple model that knows only the time and zone of each activity.

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Standard offsets in minutes. They are only used to place activities near a local midnight, so clock changes do not matter. */
const zones = {
  'Pacific/Kiritimati': 840,
  'Pacific/Apia': 780,
  'Pacific/Chatham': 765,
  'Australia/Lord_Howe': 630,
  'Asia/Kathmandu': 345,
  'Asia/Kolkata': 330,
  'Europe/Rome': 60,
  'Africa/Casablanca': 60,
  UTC: 0,
  'America/Sao_Paulo': -180,
  'America/New_York': -300,
  'Pacific/Honolulu': -600,
  'Etc/GMT+12': -720,
};
type Zone = keyof typeof zones;

/** Start dates a few days before Samoa skipped a date, and before clock changes in the time zones. */
const startDates = ['2011-12-26', '2018-02-14', '2018-10-31', '2024-03-07', '2024-03-28', '2024-04-03', '2024-10-03'];

const zone = fc.constantFrom(...(Object.keys(zones) as Zone[]));
const step = fc.record({
  newZone: fc.option(zone, { freq: 2 }),
  daysLater: fc.constantFrom(0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 3),
  minuteOfDay: fc.oneof(fc.integer({ min: -95, max: 95 }), fc.integer({ min: 0, max: 24 * 60 })),
});
const check = fc.record({ zone, hoursLater: fc.integer({ min: 0, max: 80 }) });
const history = fc.record({
  startDate: fc.constantFrom(...startDates),
  home: zone,
  steps: fc.array(step, { minLength: 1, maxLength: 18, size: 'max' }),
  checks: fc.array(check, { minLength: 2, maxLength: 2 }),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

interface Activity {
  atMs: number;
  zone: Zone;
  /** The local date of the activity, as days since 1970. */
  date: number;
}

function toActivity(atMs: number, zoneName: Zone): Activity {
  return { atMs, zone: zoneName, date: localDateOf(atMs, zoneName) };
}

function activitiesOf({ startDate, home, steps }: History): Activity[] {
  const activities: Activity[] = [];
  let zoneName = home;
  let midnightMs = Date.parse(startDate);
  for (const step of steps) {
    zoneName = step.newZone ?? zoneName;
    midnightMs += step.daysLater * dayMs;
    const intendedMs = midnightMs + (step.minuteOfDay - zones[zoneName]) * minuteMs;
    const earliestMs = (activities.at(-1)?.atMs ?? 0) + minuteMs;
    activities.push(toActivity(Math.max(intendedMs, earliestMs), zoneName));
  }
  return activities;
}

// ---- The simple model. It shares no code with streak.ts, takes dates from Intl, and checks every day of a history. ----

const calendars = new Map(
  Object.keys(zones).map((name) => [name, new Intl.DateTimeFormat('en-GB', { timeZone: name })]),
);

function localDateOf(atMs: number, zoneName: Zone): number {
  const [date, month, year] = calendars.get(zoneName)!.format(atMs).split('/').map(Number);
  return Date.UTC(year!, month! - 1, date) / dayMs;
}

const toIsoDate = (date: number) => new Date(date * dayMs).toISOString().slice(0, 10);

function expectedStreak(activities: Activity[]): StreakState & { last: number } {
  const activitiesOn = (date: number) => activities.filter((activity) => activity.date === date);
  const dates = activities.map((activity) => activity.date);
  const last = Math.max(...dates);
  /** The dates of activities after a missed date that was forgiven. */
  const bridges = new Set<number>();
  let run = 0;
  for (let date = Math.min(...dates); date <= last; date++) {
    const [firstActivity] = activitiesOn(date);
    if (!firstActivity) continue;
    const lastOfDayBefore = activitiesOn(date - 1).at(-1);
    const lastOfTwoDaysBefore = activitiesOn(date - 2).at(-1);
    const hasRecentBridge = [1, 2, 3, 4, 5, 6].some((daysAgo) => bridges.has(date - daysAgo));
    const hasMovedZone = lastOfTwoDaysBefore !== undefined && lastOfTwoDaysBefore.zone !== firstActivity.zone;
    const isBridged = !lastOfDayBefore && hasMovedZone && !hasRecentBridge;
    if (isBridged) bridges.add(date);
    run = lastOfDayBefore || isBridged ? run + 1 : 1;
  }
  const lastBridge = bridges.size > 0 ? toIsoDate(Math.max(...bridges)) : null;
  return { run, last, lastDate: toIsoDate(last), lastTimezone: activitiesOn(last).at(-1)!.zone, lastBridge };
}

/** A streak is alive if an activity now would continue it, or if it already includes today. */
function expectedStreakDays(activities: Activity[], now: Activity): number {
  const { run, last } = expectedStreak(activities);
  const isAlive = last >= now.date || expectedStreak([...activities, now]).run === run + 1;
  return isAlive ? run : 0;
}

// ---- Comparison with streak.ts. ----

const caseCounts = { recomputed: 0, bridged: 0, bridgedAgain: 0, bridgeRefused: 0, ended: 0, aliveByBridge: 0 };

function compare(generated: History): { actual: unknown[]; expected: unknown[] } {
  const actual: unknown[] = [];
  const expected: unknown[] = [];
  const activities = activitiesOf(generated);
  let days: ActivityDay[] = [];
  let state = streakOf(days);
  activities.forEach(({ atMs, zone: zoneName, date }, index) => {
    const past = activities.slice(0, index + 1);
    const before = state;
    days = recordActivity(days, new Date(atMs), zoneName);
    const activityDay = days.find((row) => row.date === toIsoDate(date))!;
    const extended = extendStreak(state, activityDay);
    state = extended === 'recompute' ? streakOf(days) : extended;
    const { last, ...expectedState } = expectedStreak(past);
    actual.push(state, streakOf(days));
    expected.push(expectedState, expectedState);
    countCase(before, state, extended === 'recompute');
    for (const { zone: checkedZone, hoursLater } of generated.checks) {
      const now = toActivity(atMs + hoursLater * 60 * minuteMs, checkedZone);
      const shown = countStreakDays(state, localDateIn(checkedZone, new Date(now.atMs)), checkedZone);
      actual.push(shown);
      expected.push(expectedStreakDays(past, now));
      if (shown === 0) caseCounts.ended += 1;
      else if (now.date - last === 2) caseCounts.aliveByBridge += 1;
    }
  });
  return { actual, expected };
}

function countCase(before: StreakState, after: StreakState, isRecomputed: boolean): void {
  if (isRecomputed) caseCounts.recomputed += 1;
  if (isRecomputed || !before.lastDate) return;
  const msBetween = Date.parse(after.lastDate!) - Date.parse(before.lastDate);
  if (msBetween !== 2 * dayMs) return;
  const isBridged = after.lastBridge === after.lastDate;
  if (isBridged) caseCounts.bridged += 1;
  if (isBridged && before.lastBridge) caseCounts.bridgedAgain += 1;
  if (!isBridged && after.lastTimezone !== before.lastTimezone) caseCounts.bridgeRefused += 1;
}

describe('random streak histories', () => {
  it('the incremental, the recomputed and the expected streak agree after every activity of 10,000 histories', () => {
    const agreement = fc.property(history, (generated) => {
      const { actual, expected } = compare(generated);
      // isDeepStrictEqual comes first, because calling expect every time would double the duration.
      if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
    });
    fc.assert(agreement, { seed: 20261122, numRuns: 10_000 });
    // Every special case must occur at least 500 times, because otherwise the agreement would prove little.
    expect(Object.entries(caseCounts).filter(([, times]) => times < 500)).toEqual([]);
  }, 60_000);
});
