import { addDays, daysBetween, isTimeZone, localDateIn, localHourIn } from './local-date';

describe('localDateIn and localHourIn', () => {
  it.each([
    ['UTC', '2026-01-01T00:00:00Z', '2026-01-01', 0],
    ['UTC', '2025-12-31T23:59:59.999Z', '2025-12-31', 23],
    ['Europe/Rome', '2026-03-28T22:59:59Z', '2026-03-28', 23],
    ['Europe/Rome', '2026-03-29T01:00:00Z', '2026-03-29', 3], // 02:00 does not exist
    ['Europe/Rome', '2026-10-25T00:30:00Z', '2026-10-25', 2], // 02:30, which comes again an hour later
    ['Europe/Rome', '2026-10-25T01:30:00Z', '2026-10-25', 2],
    ['America/New_York', '2026-03-08T04:59:00Z', '2026-03-07', 23],
    ['Asia/Kathmandu', '2026-06-01T18:14:00Z', '2026-06-01', 23], // +05:45
    ['Asia/Kathmandu', '2026-06-01T18:15:00Z', '2026-06-02', 0],
    ['Australia/Lord_Howe', '2026-04-04T14:59:00Z', '2026-04-05', 1], // half an hour of daylight saving ends
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', '2026-04-05', 1],
    ['America/Sao_Paulo', '2018-11-04T02:59:59Z', '2018-11-03', 23],
    ['America/Sao_Paulo', '2018-11-04T03:00:00Z', '2018-11-04', 1], // this day has no midnight
    ['Pacific/Apia', '2011-12-30T09:59:00Z', '2011-12-29', 23],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-31', 0], // the 30th was skipped there
    ['Pacific/Kiritimati', '2026-01-01T10:00:00Z', '2026-01-02', 0],
    ['Pacific/Honolulu', '2026-01-01T09:59:00Z', '2025-12-31', 23],
  ])('the local date in %s at %s is %s, and the hour %i', (zone, instant, date, hour) => {
    expect(localDateIn(zone, new Date(instant))).toBe(date);
    expect(localHourIn(zone, new Date(instant))).toBe(hour);
  });

  it('the local date of an unknown zone or an invalid instant throws RangeError', () => {
    expect(() => localDateIn('Mars/Olympus', new Date())).toThrow(RangeError);
    expect(() => localDateIn('UTC', new Date(NaN))).toThrow(RangeError);
  });
});

describe('calendar arithmetic', () => {
  it.each([
    ['2026-01-31', 1, '2026-02-01'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2100-02-28', 1, '2100-03-01'], // 2100 is no leap year
    ['2026-01-01', -1, '2025-12-31'],
    ['2026-03-28', 2, '2026-03-30'], // over a change to summer time
    ['2026-05-05', 0, '2026-05-05'],
    ['2000-01-01', 10_000, '2027-05-19'],
  ])('the date %s plus %i days is %s', (from, days, to) => {
    expect(addDays(from, days)).toBe(to);
    expect(daysBetween(from, to)).toBe(days);
  });
});

describe('a time zone', () => {
  it.each([
    'UTC',
    'Europe/Rome',
    'Asia/Kolkata',
    'America/Argentina/Buenos_Aires',
    'America/Port_of_Spain',
    'Etc/GMT+12',
  ])('the time zone %s is accepted', (zone) => expect(isTimeZone(zone)).toBe(true));

  it.each([
    '',
    '+02:00',
    '-05',
    'GMT+5',
    'Z',
    'AST',
    'PST',
    'SystemV/PST8',
    'Europe',
    'Europe/',
    'Europe/Roma',
    ' UTC',
    'UTC\0',
    'Europe/Rome ',
  ])('the time zone name %j is refused', (zone) => expect(isTimeZone(zone)).toBe(false));

  it('time zones keep working after more names were used than the cache of formatters holds', () => {
    const zones = Intl.supportedValuesOf('timeZone').filter((zone) => zone.includes('/'));
    const spellings = [...zones, ...zones.map((zone) => zone.replace(/[a-z]+$/, (name) => name.toUpperCase()))];
    expect(spellings.length).toBeGreaterThan(700);
    expect(spellings.filter((zone) => !isTimeZone(zone))).toEqual([]);
    expect(localDateIn(spellings[0]!, new Date('2026-01-01T12:00:00Z'))).toBe('2026-01-01');
  });
});
