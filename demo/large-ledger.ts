import type { Value } from '../src/platform/database/columns';
import {
  achievementReward,
  achievements,
  courseReward,
  exerciseReward,
  lessonReward,
  completedLessonCounts,
  transferAmount,
  type LargeStudent,
} from './large-plan';

type TransactionType =
  'earned_lesson' | 'earned_exercise' | 'earned_course' | 'earned_achievement' | 'transfer_sent' | 'transfer_received';

/** A row of the ledger without its sequence number and balance. */
interface LedgerEntry {
  at: Date;
  type: TransactionType;
  amount: number;
  description: string;
  relatedObject?: [type: string, id: number];
  recipientId?: number;
  operationId: string;
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

/** The next student, who gets coins from this one, and the previous student, who gives coins to this one. */
export interface Neighbours {
  nextId: number;
  previous: LargeStudent;
}

/** Builds forty rows for a student: 30 lessons, 5 achievements, 2 exercises, one course, one transfer sent and one received. */
export function toLedgerRows(
  student: LargeStudent,
  achievementIds: readonly number[],
  neighbours: Neighbours,
): Value[][] {
  const entries = [...earnedEntries(student, achievementIds), ...transferEntries(student, neighbours)];
  let balance = 0;
  return entries
    .sort((left, right) => left.at.getTime() - right.at.getTime())
    .map(({ type, amount, description, recipientId, relatedObject, at, operationId }, index) => {
      balance += type === 'transfer_sent' ? -amount : amount;
      const [objectType, objectId] = relatedObject ?? [];
      const references = [recipientId, objectType, objectId];
      return [student.id, type, amount, description, ...references, at, index + 1, balance, operationId];
    });
}

function earnedEntries(student: LargeStudent, achievementIds: readonly number[]): LedgerEntry[] {
  const toReward = (
    type: TransactionType,
    amount: number,
    description: string,
    at: Date,
    relatedObject: [type: string, id: number],
  ): LedgerEntry => {
    const operationId = toOperationId(student.index, relatedObject.join(':'));
    return { type, amount, description, at, relatedObject, operationId };
  };
  const { completions, courses } = student;
  const firstCourse = courses[0]!;
  const courseText = `Course completed: ${firstCourse.title}`;
  return [
    ...completions.map(({ lessonId, title, at }) =>
      toReward('earned_lesson', lessonReward, `Lesson completed: ${title}`, at, ['courses.lesson', lessonId]),
    ),
    toReward('earned_course', courseReward, courseText, finishedAt(student), ['courses.course', firstCourse.id]),
    ...student.scores.map((_, index) => {
      const exercise: [string, number] = ['courses.exercise', firstCourse.exerciseIds[index]!];
      return toReward('earned_exercise', exerciseReward, 'Exercise passed', handedInAt(student, index), exercise);
    }),
    ...achievements.map((type, index) => {
      const achievement: [string, number] = ['rewards.achievement', achievementIds[index]!];
      const at = achievedAt(student, index);
      return toReward('earned_achievement', achievementReward, `Achievement: ${type}`, at, achievement);
    }),
  ];
}

function transferEntries(student: LargeStudent, { nextId, previous }: Neighbours): LedgerEntry[] {
  const toTransfer = (sender: LargeStudent) => ({
    amount: transferAmount,
    description: 'Thank you',
    at: sentAt(sender),
    operationId: toOperationId(sender.index, 'transfer'),
  });
  return [
    { ...toTransfer(student), type: 'transfer_sent', recipientId: nextId },
    { ...toTransfer(previous), type: 'transfer_received' },
  ];
}

const minuteMs = 60_000;
const minutesAfter = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * minuteMs);

export const finishedAt = ({ completions }: LargeStudent): Date => completions[completedLessonCounts[0] - 1]!.at;
export const handedInAt = ({ completions }: LargeStudent, exercise: number): Date =>
  minutesAfter(completions[0]!.at, 10 + exercise);
/** @param index of `achievements`: the first lesson, first exercise, seventh day, first course and thirtieth day */
export function achievedAt(student: LargeStudent, index: number): Date {
  const { completions } = student;
  const occasions = [completions[0]!.at, handedInAt(student, 0), completions[6]!.at, finishedAt(student)];
  return occasions[index] ?? completions.at(-1)!.at;
}
/** Late enough that the student has earned the coins before. */
const sentAt = ({ completions }: LargeStudent): Date => minutesAfter(completions[20]!.at, 20);

/** Returns an operation id in the form of a UUID. The same student and operation always get the same id. */
function toOperationId(studentIndex: number, operation: string): string {
  let hash = 0;
  for (const character of operation) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  const studentPart = studentIndex.toString(16).padStart(8, '0');
  const hashPart = hash.toString(16).padStart(8, '0');
  const lengthPart = String(operation.length).padStart(4, '0');
  return `${studentPart}-0000-4000-8000-${hashPart}${lengthPart}`;
}
