import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { localDateIn } from '../../../platform/time/local-date';
import { extend, recordActivity, streakDays, streakOf, type ActivityDay, type StreakState } from './streak';

// 10,000 random histories with activities near local midnights and clock changes. After every activity the streak is computed in
// three ways: incrementally, recomputed from all days, and by a naive oracle that knows only the time and place of each activity.

const minute = 60_000;
const day = 24 * 60 * minute;

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

/** Dates a few days before Samoa skipped a date, and before clock changes in the time zones. */
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
  at: number;
  zone: Zone;
  /** Its local date, as days since 1970. */
  date: number;
}

function activity(at: number, where: Zone): Activity {
  return { at, zone: where, date: dateOn(at, where) };
}

function activitiesOf({ startDate, home, steps }: History): Activity[] {
  const activities: Activity[] = [];
  let where = home;
  let midnight = Date.parse(startDate);
  for (const next of steps) {
    where = next.newZone ?? where;
    midnight += next.daysLater * day;
    const intended = midnight + (next.minuteOfDay - zones[where]) * minute;
    const earliest = (activities.at(-1)?.at ?? 0) + minute;
    activities.push(activity(Math.max(intended, earliest), where));
  }
  return activities;
}

// ---- The oracle. It shares no code with streak.ts: it takes dates from Intl and checks every single day. ----

const calendars = new Map(
  Object.keys(zones).map((name) => [name, new Intl.DateTimeFormat('en-GB', { timeZone: name })]),
);

function dateOn(at: number, where: Zone): number {
  const [date, month, year] = calendars.get(where)!.format(at).split('/').map(Number);
  return Date.UTC(year!, month! - 1, date) / day;
}

const toIsoDate = (date: number) => new Date(date * day).toISOString().slice(0, 10);

function oracleStreak(activities: Activity[]): StreakState & { last: number } {
  const activitiesOn = (date: number) => activities.filter((one) => one.date === date);
  const dates = activities.map((one) => one.date);
  const last = Math.max(...dates);
  const bridges = new Set<number>();
  let run = 0;
  for (let date = Math.min(...dates); date <= last; date++) {
    const [first] = activitiesOn(date);
    if (!first) continue;
    const dayBefore = activitiesOn(date - 1).at(-1);
    const twoBefore = activitiesOn(date - 2).at(-1);
    const hasRecentBridge = [1, 2, 3, 4, 5, 6].some((ago) => bridges.has(date - ago));
    const isBridged = !dayBefore && twoBefore && twoBefore.zone !== first.zone && !hasRecentBridge;
    if (isBridged) bridges.add(date);
    run = dayBefore || isBridged ? run + 1 : 1;
  }
  const lastBridge = bridges.size > 0 ? toIsoDate(Math.max(...bridges)) : null;
  return { run, last, lastDate: toIsoDate(last), lastTimezone: activitiesOn(last).at(-1)!.zone, lastBridge };
}

/** A streak is alive if an activity now would continue it, or if it already includes today. */
function oracleStreakDays(activities: Activity[], now: Activity): number {
  const { run, last } = oracleStreak(activities);
  const isAlive = last >= now.date || oracleStreak([...activities, now]).run === run + 1;
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
  activities.forEach(({ at, zone: where, date }, index) => {
    const past = activities.slice(0, index + 1);
    const before = state;
    days = recordActivity(days, new Date(at), where);
    const extended = extend(
      state,
      days.find((row) => row.date === toIsoDate(date))!,
    );
    state = extended === 'recompute' ? streakOf(days) : extended;
    const { last, ...expectedState } = oracleStreak(past);
    actual.push(state, streakOf(days));
    expected.push(expectedState, expectedState);
    countCase(before, state, extended === 'recompute');
    for (const { zone: checkedIn, hoursLater } of generated.checks) {
      const now = activity(at + hoursLater * 60 * minute, checkedIn);
      const shown = streakDays(state, localDateIn(checkedIn, new Date(now.at)), checkedIn);
      actual.push(shown);
      expected.push(oracleStreakDays(past, now));
      if (shown === 0) caseCounts.ended += 1;
      else if (now.date - last === 2) caseCounts.aliveByBridge += 1;
    }
  });
  return { actual, expected };
}

function countCase(before: StreakState, after: StreakState, recomputed: boolean): void {
  if (recomputed) caseCounts.recomputed += 1;
  if (recomputed || !before.lastDate || Date.parse(after.lastDate!) - Date.parse(before.lastDate) !== 2 * day) return;
  const isBridged = after.lastBridge === after.lastDate;
  if (isBridged) caseCounts.bridged += 1;
  if (isBridged && before.lastBridge) caseCounts.bridgedAgain += 1;
  if (!isBridged && after.lastTimezone !== before.lastTimezone) caseCounts.bridgeRefused += 1;
}

describe('random streak histories', () => {
  it('the incremental, the recomputed and the naive streak agree after every activity of 10,000 histories', () => {
    const agree = fc.property(history, (generated) => {
      const { actual, expected } = compare(generated);
      // isDeepStrictEqual comes first, because calling expect every time would double the duration.
      if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
    });
    fc.assert(agree, { seed: 20261122, numRuns: 10_000 });
    // Every special case must occur at least 500 times, because otherwise the agreement would prove little.
    expect(Object.entries(caseCounts).filter(([, times]) => times < 500)).toEqual([]);
  }, 60_000);
});
