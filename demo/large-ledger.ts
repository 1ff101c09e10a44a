import type { Value } from '../src/platform/database/columns';
import {
  achievementReward,
  achievements,
  courseReward,
  exerciseReward,
  lessonReward,
  lessonsDone,
  transferAmount,
  type LargeStudent,
} from './large-plan';

type Type =
  'earned_lesson' | 'earned_exercise' | 'earned_course' | 'earned_achievement' | 'transfer_sent' | 'transfer_received';

interface Entry {
  at: Date;
  type: Type;
  amount: number;
  description: string;
  object?: [type: string, id: number];
  recipientId?: number;
  operation: string;
}

export const ledgerColumns = [
  'user_id',
  'transaction_type',
  'amount',
  'description',
  'recipient_id',
  'related_object_type',
  'related_object_id',
  'created_at',
  'sequence',
  'balance_after',
  'operation_id',
];

/** Each student sends coins to the next student, late enough that the coins are earned before. */
export interface Neighbours {
  nextId: number;
  previous: LargeStudent;
}

/** Forty rows for a student: 30 lessons, 5 achievements, 2 exercises, one course, one transfer sent and one received. */
export function ledgerOf(student: LargeStudent, achievementIds: readonly number[], neighbours: Neighbours): Value[][] {
  const entries = [...earnedEntries(student, achievementIds), ...transferEntries(student, neighbours)];
  let balance = 0;
  return entries
    .sort((left, right) => left.at.getTime() - right.at.getTime())
    .map(({ type, amount, description, recipientId, object, at, operation }, index) => {
      balance += type === 'transfer_sent' ? -amount : amount;
      const references = [recipientId, object?.[0], object?.[1]];
      return [student.id, type, amount, description, ...references, at, index + 1, balance, operation];
    });
}

function earnedEntries(student: LargeStudent, achievementIds: readonly number[]): Entry[] {
  const reward = (type: Type, amount: number, description: string, at: Date, object: [string, number]): Entry => {
    return {
      type,
      amount,
      description,
      at,
      object,
      operation: operationOf(student.index, `${object[0]}:${object[1]}`),
    };
  };
  const { completions, courses } = student;
  const finish = finishedAt(student);
  return [
    ...completions.map(({ lessonId, title, at }) =>
      reward('earned_lesson', lessonReward, `Lesson completed: ${title}`, at, ['courses.lesson', lessonId]),
    ),
    reward('earned_course', courseReward, `Course completed: ${courses[0]!.title}`, finish, [
      'courses.course',
      courses[0]!.id,
    ]),
    ...student.scores.map((_, at) => {
      const object: [string, number] = ['courses.exercise', courses[0]!.exerciseIds[at]!];
      return reward('earned_exercise', exerciseReward, 'Exercise passed', handedInAt(student, at), object);
    }),
    ...achievements.map((type, at) => {
      const object: [string, number] = ['rewards.achievement', achievementIds[at]!];
      return reward('earned_achievement', achievementReward, `Achievement: ${type}`, achievedAt(student, at), object);
    }),
  ];
}

function transferEntries(student: LargeStudent, { nextId, previous }: Neighbours): Entry[] {
  const amount = transferAmount;
  const entryOf = (sender: LargeStudent) => ({
    amount,
    description: 'Thank you',
    at: sentAt(sender),
    operation: operationOf(sender.index, 'transfer'),
  });
  return [
    { ...entryOf(student), type: 'transfer_sent', recipientId: nextId },
    { ...entryOf(previous), type: 'transfer_received' },
  ];
}

const minuteMs = 60_000;
const minutesAfter = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * minuteMs);

export const finishedAt = ({ completions }: LargeStudent): Date => completions[lessonsDone[0] - 1]!.at;
export const handedInAt = ({ completions }: LargeStudent, exercise: number): Date =>
  minutesAfter(completions[0]!.at, 10 + exercise);
/** The order is that of `achievements`: the first lesson, first exercise, seventh day, first course, thirtieth day. */
export function achievedAt(student: LargeStudent, achievement: number): Date {
  const { completions } = student;
  const occasions = [completions[0]!.at, handedInAt(student, 0), completions[6]!.at, finishedAt(student)];
  return occasions[achievement] ?? completions.at(-1)!.at;
}
const sentAt = ({ completions }: LargeStudent): Date => minutesAfter(completions[20]!.at, 20);

/** An operation id in the form of a UUID. The same student and operation always get the same id. */
function operationOf(index: number, what: string): string {
  let hash = 0;
  for (const character of what) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  const [student, kind] = [index.toString(16).padStart(8, '0'), hash.toString(16).padStart(8, '0')];
  return `${student}-0000-4000-8000-${kind}${String(what.length).padStart(4, '0')}`;
}
