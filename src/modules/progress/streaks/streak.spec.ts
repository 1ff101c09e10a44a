import { extendStreak, recordActivity, countStreakDays, streakOf, type ActivityDay } from './streak';

const rome = 'Europe/Rome';
const tokyo = 'Asia/Tokyo';

/** Reads '01 02 03>T 05T': days of January 2026 in Rome; `>T` marks a day that ended in Tokyo, and `T` a day spent in Tokyo. */
function january(days: string): ActivityDay[] {
  return days.split(' ').map((day) => ({
    date: `2026-01-${day.slice(0, 2)}`,
    firstTimezone: day.slice(2) === 'T' ? tokyo : rome,
    lastTimezone: day.endsWith('T') ? tokyo : rome,
  }));
}

describe('streakOf', () => {
  it.each([
    ['one day', '05', 1],
    ['days in a row', '05 06 07', 3],
    ['a missed day starts a new streak', '05 06 08', 1],
    ['a missed day after the return from a journey', '05T 06 08', 1],
    ['one date missed on a journey is forgiven and not counted', '05 06 08T', 3],
    ['a departure on the last day, before the missed date, is no change over it', '05 06>T 08T', 1],
    ['a departure on the last day and a return after the missed date is a change over it', '05 06>T 08', 3],
    ['two missed dates are not forgiven', '05 06 09T', 1],
    ['a second missed date within seven days breaks the streak', '01 03T 04T 05T 06T 07T 09', 1],
    ['a second missed date after seven days is forgiven', '01 03T 04T 05T 06T 07T 08T 10', 8],
    ['a break does not shorten the seven days between forgiven dates', '01 03T 07T 09', 1],
    ['a date is forgiven seven days after one before the break', '01 03T 08T 10', 2],
  ])('streakOf: %s – the days %s make a streak of %d', (_, days, run) => {
    expect(streakOf(january(days)).run).toBe(run);
  });

  it('the streak is 0 before the first activity', () => {
    expect(streakOf([])).toEqual({ run: 0, lastDate: null, lastTimezone: null, lastBridge: null });
    expect(countStreakDays(streakOf([]), '2026-01-01', rome)).toBe(0);
  });

  it('a streak breaks at the date that Samoa skipped, because the time zone did not change', () => {
    const zone = 'Pacific/Apia';
    const before = recordActivity([], new Date('2011-12-30T09:00:00Z'), zone);
    const days = recordActivity(before, new Date('2011-12-30T11:00:00Z'), zone);
    expect(days.map((day) => day.date)).toEqual(['2011-12-29', '2011-12-31']);
    expect(streakOf(days).run).toBe(1);
  });
});

describe('countStreakDays', () => {
  it.each([
    ['the last activity today', '05 06', '06', rome, 2],
    ['the last activity yesterday', '05 06', '07', rome, 2],
    ['a missed day', '05 06', '08', rome, 0],
    ['two missed days abroad', '05 06', '09', tokyo, 0],
    ['a missed day abroad, which an activity today would bridge', '05 06', '08', tokyo, 2],
    ['a missed day within seven days of a forgiven one', '05 07T 08T', '10', rome, 0],
    ['a last activity after today, because the learner crossed the date line', '05 06', '05', 'Pacific/Honolulu', 2],
  ])('countStreakDays: %s – active on %s, on day %s in %s the streak is %d', (_, days, today, zone, expectedDays) => {
    expect(countStreakDays(streakOf(january(days)), `2026-01-${today}`, zone)).toBe(expectedDays);
  });
});

describe('recordActivity and extendStreak', () => {
  it('the first activity of a date sets both time zones, and a later one changes only the last', () => {
    const morning = recordActivity([], new Date('2026-01-05T08:00:00Z'), rome);
    const noon = recordActivity(morning, new Date('2026-01-05T12:00:00Z'), 'UTC');
    const days = recordActivity(noon, new Date('2026-01-05T13:00:00Z'), tokyo);
    expect(days).toEqual([{ date: '2026-01-05', firstTimezone: rome, lastTimezone: tokyo }]);
  });

  it('an activity on the last date changes only the time zone', () => {
    const state = streakOf(january('05 06'));
    expect(extendStreak(state, january('06>T')[0]!)).toEqual({ ...state, lastTimezone: tokyo });
  });

  it('an activity before the last date requires recomputing from all days', () => {
    expect(extendStreak(streakOf(january('05 07')), january('06')[0]!)).toBe('recompute');
  });
});
