import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { localDateIn } from '../../../platform/time/local-date';
import { extend, recordActivity, streakDays, streakOf, type ActivityDay, type StreakState } from './streak';

// 10,000 histories, lived around local midnights and clock changes, each judged three ways after every activity:
// step by step, recomputed from the rows, and by a naive oracle that knows only where and when things happened.

const minute = 60_000;
const day = 24 * 60 * minute;

/** Standard offsets in minutes: enough to aim near a local midnight; clock changes lie within the spread. */
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

/** A few days before Samoa skipped a date, then before clock changes of each of the zones. */
const beginnings = ['2011-12-26', '2018-02-14', '2018-10-31', '2024-03-07', '2024-03-28', '2024-04-03', '2024-10-03'];

const zone = fc.constantFrom(...(Object.keys(zones) as Zone[]));
const step = fc.record({
  moves: fc.option(zone, { freq: 2 }),
  daysLater: fc.constantFrom(0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 3),
  minuteOfDay: fc.oneof(fc.integer({ min: -95, max: 95 }), fc.integer({ min: 0, max: 24 * 60 })),
});
const look = fc.record({ zone, hoursLater: fc.integer({ min: 0, max: 80 }) });
const history = fc.record({
  begins: fc.constantFrom(...beginnings),
  home: zone,
  steps: fc.array(step, { minLength: 1, maxLength: 18, size: 'max' }),
  looks: fc.array(look, { minLength: 2, maxLength: 2 }),
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

function activitiesOf({ begins, home, steps }: History): Activity[] {
  const activities: Activity[] = [];
  let where = home;
  let midnight = Date.parse(begins);
  for (const next of steps) {
    where = next.moves ?? where;
    midnight += next.daysLater * day;
    const aimed = midnight + (next.minuteOfDay - zones[where]) * minute;
    const soonest = (activities.at(-1)?.at ?? 0) + minute;
    activities.push(activity(Math.max(aimed, soonest), where));
  }
  return activities;
}

// ---- The oracle. It shares no line with the code: dates from a British calendar, and a walk over every day. ----

const calendars = new Map(
  Object.keys(zones).map((name) => [name, new Intl.DateTimeFormat('en-GB', { timeZone: name })]),
);

function dateOn(at: number, where: Zone): number {
  const [date, month, year] = calendars.get(where)!.format(at).split('/').map(Number);
  return Date.UTC(year!, month! - 1, date) / day;
}

const written = (date: number) => new Date(date * day).toISOString().slice(0, 10);

function truth(activities: Activity[]): StreakState & { last: number } {
  const on = (date: number) => activities.filter((one) => one.date === date);
  const dates = activities.map((one) => one.date);
  const last = Math.max(...dates);
  const bridges = new Set<number>();
  let run = 0;
  for (let date = Math.min(...dates); date <= last; date++) {
    const [first] = on(date);
    if (!first) continue;
    const dayBefore = on(date - 1).at(-1);
    const twoBefore = on(date - 2).at(-1);
    const bridgedLately = [1, 2, 3, 4, 5, 6].some((ago) => bridges.has(date - ago));
    const bridged = !dayBefore && twoBefore && twoBefore.zone !== first.zone && !bridgedLately;
    if (bridged) bridges.add(date);
    run = dayBefore || bridged ? run + 1 : 1;
  }
  const lastBridge = bridges.size > 0 ? written(Math.max(...bridges)) : null;
  return { run, last, lastDate: written(last), lastTimezone: on(last).at(-1)!.zone, lastBridge };
}

/** Alive is what an activity at this moment would lengthen, or what already reaches today. */
function truthSeen(activities: Activity[], now: Activity): number {
  const { run, last } = truth(activities);
  const alive = last >= now.date || truth([...activities, now]).run === run + 1;
  return alive ? run : 0;
}

// ---- What the code says. ----

const met = { recomputed: 0, bridged: 0, bridgedAgain: 0, refused: 0, over: 0, savedAbroad: 0 };

function compare(lived: History): { said: unknown[]; expected: unknown[] } {
  const said: unknown[] = [];
  const expected: unknown[] = [];
  const activities = activitiesOf(lived);
  let days: ActivityDay[] = [];
  let state = streakOf(days);
  activities.forEach(({ at, zone: where, date }, index) => {
    const past = activities.slice(0, index + 1);
    const before = state;
    days = recordActivity(days, new Date(at), where);
    const extended = extend(
      state,
      days.find((row) => row.date === written(date))!,
    );
    state = extended === 'recompute' ? streakOf(days) : extended;
    const { last, ...right } = truth(past);
    said.push(state, streakOf(days));
    expected.push(right, right);
    note(before, state, extended === 'recompute');
    for (const { zone: seenIn, hoursLater } of lived.looks) {
      const now = activity(at + hoursLater * 60 * minute, seenIn);
      const seen = streakDays(state, localDateIn(seenIn, new Date(now.at)), seenIn);
      said.push(seen);
      expected.push(truthSeen(past, now));
      if (seen === 0) met.over += 1;
      else if (now.date - last === 2) met.savedAbroad += 1;
    }
  });
  return { said, expected };
}

function note(before: StreakState, after: StreakState, recomputed: boolean): void {
  if (recomputed) met.recomputed += 1;
  if (recomputed || !before.lastDate || Date.parse(after.lastDate!) - Date.parse(before.lastDate) !== 2 * day) return;
  const bridged = after.lastBridge === after.lastDate;
  if (bridged) met.bridged += 1;
  if (bridged && before.lastBridge) met.bridgedAgain += 1;
  if (!bridged && after.lastTimezone !== before.lastTimezone) met.refused += 1;
}

describe('incremental, recomputed and naive streaks', () => {
  it('agree after every activity of 10,000 histories', () => {
    const agree = fc.property(history, (lived) => {
      const { said, expected } = compare(lived);
      if (!isDeepStrictEqual(said, expected)) expect(said).toEqual(expected); // expect alone takes half the time
    });
    fc.assert(agree, { seed: 20261122, numRuns: 10_000 });
    // The histories reached what they were made for: without this the agreement would prove little.
    expect(Object.entries(met).filter(([, times]) => times < 500)).toEqual([]);
  }, 60_000);
});
