import { daysBetween, localDateIn, type LocalDate } from '../../../platform/time/local-date';

/** A local date on which a learner completed a lesson or handed in work, with the time zones of its first and last activity. */
export interface ActivityDay {
  date: LocalDate;
  firstTimezone: string;
  lastTimezone: string;
}

/**
 * `run` is the number of days of the streak that ends at `lastDate`. `lastBridge` is the first date with an activity after
 * the last forgiven date.
 */
export interface StreakState {
  run: number;
  lastDate: LocalDate | null;
  lastTimezone: string | null;
  lastBridge: LocalDate | null;
}

const minDaysBetweenBridges = 7;
const noStreak: StreakState = { run: 0, lastDate: null, lastTimezone: null, lastBridge: null };

/**
 * Adds an activity to the learner's days, which are sorted by date. The caller adds activities in the order in which they happened.
 * The first activity of a date adds a day, and a later activity changes its `lastTimezone`.
 */
export function recordActivity(days: readonly ActivityDay[], at: Date, zone: string): ActivityDay[] {
  const date = localDateIn(zone, at);
  const firstTimezone = days.find((day) => day.date === date)?.firstTimezone ?? zone;
  const earlierDays = days.filter((day) => day.date < date);
  const laterDays = days.filter((day) => day.date > date);
  return [...earlierDays, { date, firstTimezone, lastTimezone: zone }, ...laterDays];
}

/**
 * Computes the streak of a whole history: a run of consecutive local dates. `days` must be sorted by date. One missed date is
 * forgiven if the time zone changed between the days around it, because a journey can skip a date. A date is forgiven at most once in
 * seven days, even if the streak broke in between. A date that a time zone itself skipped (Pacific/Apia, 2011-12-30) counts as missed.
 */
export function streakOf(days: readonly ActivityDay[]): StreakState {
  return days.reduce(addDay, noStreak);
}

/**
 * Computes the state after `day` was written, without reading the other days. Returns 'recompute' if `day` is before the last date,
 * because the learner moved to a time zone with an earlier date. The caller must then call `streakOf` with all days.
 */
export function extendStreak(state: StreakState, day: ActivityDay): StreakState | 'recompute' {
  if (state.lastDate === null || day.date > state.lastDate) return addDay(state, day);
  if (day.date < state.lastDate) return 'recompute';
  return { ...state, lastTimezone: day.lastTimezone };
}

/** Returns the streak that people see: the run if an activity today in `zone` can continue the run, otherwise 0. */
export function countStreakDays(state: StreakState, today: LocalDate, zone: string): number {
  if (state.lastDate === null) return 0;
  const isAlive = daysBetween(state.lastDate, today) <= 1 || isBridge(state, today, zone);
  return isAlive ? state.run : 0;
}

function addDay(state: StreakState, day: ActivityDay): StreakState {
  const isBridged = isBridge(state, day.date, day.firstTimezone);
  const isNextDay = state.lastDate !== null && daysBetween(state.lastDate, day.date) === 1;
  return {
    run: isNextDay || isBridged ? state.run + 1 : 1,
    lastDate: day.date,
    lastTimezone: day.lastTimezone,
    lastBridge: isBridged ? day.date : state.lastBridge,
  };
}

/** True if the streak continues on `date` although the date before was missed. */
function isBridge(state: StreakState, date: LocalDate, zone: string): boolean {
  if (state.lastDate === null || daysBetween(state.lastDate, date) !== 2) return false;
  const isAllowed = state.lastBridge === null || daysBetween(state.lastBridge, date) >= minDaysBetweenBridges;
  return isAllowed && state.lastTimezone !== zone;
}
