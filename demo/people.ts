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

/** How a student learns. `activeDays` are counted back from today: yesterday is 1. */
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

/** Thirty-six students: some have a streak, some learn regularly, some have stopped, and one has never done anything. */
export const demoStudents: readonly DemoStudent[] = names.map((username, index) => {
  const random = new Random(index + 1);
  const home = homes[index % homes.length]!;
  const firstName = username[0]!.toUpperCase() + username.slice(1);
  return { username, firstName, ...home, habit: habitOf(index, random) };
});

function habitOf(index: number, random: Random): Habit {
  const skill = 0.6 + random.next() * 0.38;
  const hour = [7, 9, 12, 15, 18, 20, 22][index % 7]!;
  const kind = index % 6;
  if (kind === 0) return { skill, hour, stepsADay: 1, ...everyDay(random.between(8, 40)) };
  if (kind === 5) return { skill, hour, stepsADay: 3, ...everyDay(random.between(2, 6)) };
  const joinedDaysAgo = random.between(kind === 4 ? 30 : 14, 60);
  const quietFor = kind === 4 ? random.between(15, 25) : 1;
  const often = kind === 1 ? 0.55 : kind === 2 ? 0.3 : 0.2;
  const days = Array.from({ length: Math.max(0, joinedDaysAgo - quietFor) }, (_, at) => joinedDaysAgo - 1 - at);
  const activeDays = index === names.length - 1 ? [] : days.filter(() => random.chance(often));
  return { skill, hour, stepsADay: random.between(1, 3), joinedDaysAgo, activeDays };
}

function everyDay(days: number): Pick<Habit, 'joinedDaysAgo' | 'activeDays'> {
  return { joinedDaysAgo: days + 1, activeDays: Array.from({ length: days }, (_, at) => days - at) };
}

/** The instant of the student's usual hour, `daysAgo` days before today in the student's time zone. */
export function studentInstant({ timezone, habit }: DemoStudent, now: Date, daysAgo: number, minute = 0): Date {
  return instantAt(timezone, addDays(localDateIn(timezone, now), -daysAgo), habit.hour, minute);
}
