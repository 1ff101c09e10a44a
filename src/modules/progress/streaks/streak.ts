import { daysBetween, localDateIn, type LocalDate } from '../../../platform/time/local-date';

/** One learner's local date with a completed lesson or handed-in work; the zones of its first and last activity. */
export interface ActivityDay {
  date: LocalDate;
  firstTimezone: string;
  lastTimezone: string;
}

/** `run` days end at `lastDate`; `lastBridge` is the date that last stepped over a missed one. */
export interface StreakState {
  run: number;
  lastDate: LocalDate | null;
  lastTimezone: string | null;
  lastBridge: LocalDate | null;
}

const daysBetweenBridges = 7;
const noStreak: StreakState = { run: 0, lastDate: null, lastTimezone: null, lastBridge: null };

/**
 * Adds an activity to the learner's days. Activities come in the order they happened: the first of a date makes
 * its row, later ones move `lastTimezone`. Days are ascending by date, before and after.
 */
export function recordActivity(days: readonly ActivityDay[], at: Date, zone: string): ActivityDay[] {
  const date = localDateIn(zone, at);
  const firstTimezone = days.find((day) => day.date === date)?.firstTimezone ?? zone;
  const earlier = days.filter((day) => day.date < date);
  const later = days.filter((day) => day.date > date);
  return [...earlier, { date, firstTimezone, lastTimezone: zone }, ...later];
}

/**
 * The streak of a whole history, `days` ascending: consecutive local dates. One missed date is forgiven when the
 * timezone changed over it, since a journey can swallow a date; at most once in seven days, and a break does not
 * give that back. A date a zone itself skipped (Pacific/Apia, 2011-12-30) is missed like any other.
 */
export function streakOf(days: readonly ActivityDay[]): StreakState {
  return days.reduce(step, noStreak);
}

/**
 * The state after `day` was written, without reading the other rows. 'recompute' (by `streakOf`, from all rows) when
 * the learner moved to a zone that still lives on a date before their last one: it may mend or undo what follows.
 */
export function extend(state: StreakState, day: ActivityDay): StreakState | 'recompute' {
  if (state.lastDate === null || day.date > state.lastDate) return step(state, day);
  if (day.date < state.lastDate) return 'recompute';
  return { ...state, lastTimezone: day.lastTimezone };
}

/** The number a person sees: the run while it can still go on by an activity today in `zone`, else 0. */
export function streakDays(state: StreakState, today: LocalDate, zone: string): number {
  if (state.lastDate === null) return 0;
  const alive = daysBetween(state.lastDate, today) <= 1 || bridges(state, today, zone);
  return alive ? state.run : 0;
}

function step(state: StreakState, day: ActivityDay): StreakState {
  const bridged = bridges(state, day.date, day.firstTimezone);
  const follows = state.lastDate !== null && daysBetween(state.lastDate, day.date) === 1;
  return {
    run: follows || bridged ? state.run + 1 : 1,
    lastDate: day.date,
    lastTimezone: day.lastTimezone,
    lastBridge: bridged ? day.date : state.lastBridge,
  };
}

function bridges(state: StreakState, date: LocalDate, zone: string): boolean {
  if (state.lastDate === null || daysBetween(state.lastDate, date) !== 2) return false;
  const rested = state.lastBridge === null || daysBetween(state.lastBridge, date) >= daysBetweenBridges;
  return rested && state.lastTimezone !== zone;
}
