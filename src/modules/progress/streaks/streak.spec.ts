import { extend, recordActivity, streakDays, streakOf, type ActivityDay } from './streak';

const rome = 'Europe/Rome';
const tokyo = 'Asia/Tokyo';

/** '01 02 03>T 05': days of January 2026 lived in Rome, `>T` one that ended in Tokyo, `T` one all in Tokyo. */
function january(days: string): ActivityDay[] {
  return days.split(' ').map((day) => ({
    date: `2026-01-${day.slice(0, 2)}`,
    firstTimezone: day.slice(2) === 'T' ? tokyo : rome,
    lastTimezone: day.endsWith('T') ? tokyo : rome,
  }));
}

describe('the streak of a history', () => {
  it.each([
    ['one day', '05', 1],
    ['days in a row', '05 06 07', 3],
    ['a missed day starts again', '05 06 08', 1],
    ['a missed day at home, after a journey', '05T 06 08', 1],
    ['one date lost on a journey is forgiven and not counted', '05 06 08T', 3],
    ['the zones on either side of the gap decide: left on the last day', '05 06>T 08T', 1],
    ['the zones on either side of the gap decide: left and not yet back', '05 06>T 08', 3],
    ['two dates lost are too many', '05 06 09T', 1],
    ['a second one within seven days breaks', '01 03T 04T 05T 06T 07T 09', 1],
    ['a second one after seven days is forgiven', '01 03T 04T 05T 06T 07T 08T 10', 8],
    ['a break does not give the bridge back', '01 03T 07T 09', 1],
    ['a bridge from before a break, seven days old', '01 03T 08T 10', 2],
  ])('%s: %s', (_, days, run) => {
    expect(streakOf(january(days)).run).toBe(run);
  });

  it('is nothing before the first activity', () => {
    expect(streakOf([])).toEqual({ run: 0, lastDate: null, lastTimezone: null, lastBridge: null });
    expect(streakDays(streakOf([]), '2026-01-01', rome)).toBe(0);
  });

  it('breaks over the date that Samoa skipped: no timezone changed', () => {
    const zone = 'Pacific/Apia';
    const before = recordActivity([], new Date('2011-12-30T09:00:00Z'), zone);
    const days = recordActivity(before, new Date('2011-12-30T11:00:00Z'), zone);
    expect(days.map((day) => day.date)).toEqual(['2011-12-29', '2011-12-31']);
    expect(streakOf(days).run).toBe(1);
  });
});

describe('the streak a person sees', () => {
  it.each([
    ['today', '05 06', '06', rome, 2],
    ['yesterday', '05 06', '07', rome, 2],
    ['over', '05 06', '08', rome, 0],
    ['over, though a bridge would be free', '05 06', '09', tokyo, 0],
    ['saved by an activity today, abroad', '05 06', '08', tokyo, 2],
    ['not saved when the bridge was used', '05 07T 08T', '10', rome, 0],
    ['ahead of today after a flight back over the date line', '05 06', '05', 'Pacific/Honolulu', 2],
  ])('%s: active %s, seen on the %s in %s', (_, days, today, zone, seen) => {
    expect(streakDays(streakOf(january(days)), `2026-01-${today}`, zone)).toBe(seen);
  });
});

describe('a new activity', () => {
  it('makes the row of its date with both zones, later ones move the last zone only', () => {
    const morning = recordActivity([], new Date('2026-01-05T08:00:00Z'), rome);
    const noon = recordActivity(morning, new Date('2026-01-05T12:00:00Z'), 'UTC');
    const days = recordActivity(noon, new Date('2026-01-05T13:00:00Z'), tokyo);
    expect(days).toEqual([{ date: '2026-01-05', firstTimezone: rome, lastTimezone: tokyo }]);
  });

  it('on the last date moves the zone, and nothing else', () => {
    const state = streakOf(january('05 06'));
    expect(extend(state, january('06>T')[0]!)).toEqual({ ...state, lastTimezone: tokyo });
  });

  it('before the last date asks for all rows', () => {
    expect(extend(streakOf(january('05 07')), january('06')[0]!)).toBe('recompute');
  });
});
