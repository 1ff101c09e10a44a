import { addDays, localDateIn } from '../src/platform/time/local-date';
import { instantAt } from './calendar';
import { Random } from './random';

/** The password of every demo account. It is long enough for an administrator and passes all password rules. */
export const demoPassword = 'six-pigments-2-brushes';

export interface DemoTeacher {
  username: string;
  firstName: string;
  bio: string;
  timezone: string;
  language: string;
  isApproved: boolean;
}

export const demoAdministrator = { username: 'admin', firstName: 'Ada', timezone: 'UTC', language: 'en' };

export const demoTeachers: readonly DemoTeacher[] = [
  {
    username: 'elena',
    firstName: 'Elena',
    timezone: 'Europe/Rome',
    language: 'it',
    isApproved: true,
    bio: 'Drawing, watercolour and clay. Believes in six pigments and a good sheet of paper.',
  },
  {
    username: 'marco',
    firstName: 'Marco',
    timezone: 'Europe/Rome',
    language: 'it',
    isApproved: true,
    bio: 'Oil, tempera and what time does to both.',
  },
  {
    username: 'yuki',
    firstName: 'Yuki',
    timezone: 'Asia/Tokyo',
    language: 'ja',
    isApproved: true,
    bio: 'Letters, prints, comics and photographs: whatever lives on paper.',
  },
  {
    username: 'tomas',
    firstName: 'Tomas',
    timezone: 'Europe/Prague',
    language: 'cs',
    isApproved: false,
    bio: 'Mosaics. Waiting for the approval of an administrator.',
  },
];

/** When and how well a student learns. `activeDays` are counted back from today, so yesterday is 1. */
export interface Habit {
  joinedDaysAgo: number;
  activeDays: readonly number[];
  /** The hour of the day in the student's time zone. */
  hour: number;
  stepsADay: number;
  /** The probability that an answer is right, from 0 to 1. */
  skill: number;
}

export interface DemoStudent {
  username: string;
  firstName: string;
  timezone: string;
  language: string;
  habit: Habit;
}

const names = [
  'aisha',
  'amara',
  'anton',
  'bianca',
  'carlos',
  'chloe',
  'diego',
  'elif',
  'emil',
  'farah',
  'felix',
  'giulia',
  'hana',
  'hugo',
  'ines',
  'ivan',
  'jonas',
  'kaito',
  'lara',
  'leila',
  'linh',
  'luca',
  'maya',
  'mira',
  'noah',
  'nadia',
  'omar',
  'paula',
  'priya',
  'quinn',
  'rafael',
  'sofia',
  'tariq',
  'uma',
  'wanjiru',
  'zoe',
];

const homes: readonly { timezone: string; language: string }[] = [
  { timezone: 'Europe/Rome', language: 'it' },
  { timezone: 'America/New_York', language: 'en' },
  { timezone: 'Asia/Tokyo', language: 'ja' },
  { timezone: 'Europe/Berlin', language: 'de' },
  { timezone: 'America/Sao_Paulo', language: 'pt' },
  { timezone: 'Asia/Kolkata', language: 'en' },
  { timezone: 'Africa/Nairobi', language: 'en' },
  { timezone: 'UTC', language: 'en' },
  { timezone: 'Australia/Sydney', language: 'en' },
  { timezone: 'America/Los_Angeles', language: 'es' },
  { timezone: 'Europe/Istanbul', language: 'tr' },
];

/** The probability that a student who does not learn every day learns on a day, by kind of student. */
const activityByKind: Record<number, number> = { 1: 0.55, 2: 0.3, 3: 0.2, 4: 0.2 };

/** Thirty-six students: some have a streak, some learn regularly, some have stopped, and one has never done anything. */
export const demoStudents: readonly DemoStudent[] = names.map((username, index) => {
  const random = new Random(index + 1);
  const home = homes[index % homes.length]!;
  const firstName = username[0]!.toUpperCase() + username.slice(1);
  return { username, firstName, ...home, habit: createHabit(index, random) };
});

/** Six kinds of students alternate: two learn every day, three learn on some days, and one has stopped. */
function createHabit(index: number, random: Random): Habit {
  const skill = 0.6 + random.next() * 0.38;
  const hour = [7, 9, 12, 15, 18, 20, 22][index % 7]!;
  const kind = index % 6;
  if (kind === 0) return { skill, hour, stepsADay: 1, ...activeEveryDay(random.between(8, 40)) };
  if (kind === 5) return { skill, hour, stepsADay: 3, ...activeEveryDay(random.between(2, 6)) };
  const hasStopped = kind === 4;
  const joinedDaysAgo = random.between(hasStopped ? 30 : 14, 60);
  const inactiveDays = hasStopped ? random.between(15, 25) : 1;
  const possibleDays = daysAfterJoining(joinedDaysAgo, Math.max(0, joinedDaysAgo - inactiveDays));
  const probability = activityByKind[kind]!;
  const isLastStudent = index === names.length - 1;
  const activeDays = isLastStudent ? [] : possibleDays.filter(() => random.chance(probability));
  return { skill, hour, stepsADay: random.between(1, 3), joinedDaysAgo, activeDays };
}

function activeEveryDay(dayCount: number): Pick<Habit, 'joinedDaysAgo' | 'activeDays'> {
  const joinedDaysAgo = dayCount + 1;
  return { joinedDaysAgo, activeDays: daysAfterJoining(joinedDaysAgo, dayCount) };
}

/** Returns the first `count` days after the day of joining, counted back from today. */
function daysAfterJoining(joinedDaysAgo: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => joinedDaysAgo - 1 - index);
}

/** Returns the instant of the student's usual hour, `daysAgo` days before today in the student's time zone. */
export function studentInstant({ timezone, habit }: DemoStudent, now: Date, daysAgo: number, minute = 0): Date {
  return instantAt(timezone, addDays(localDateIn(timezone, now), -daysAgo), habit.hour, minute);
}
