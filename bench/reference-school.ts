import { createHash } from 'node:crypto';
import { listAchievements } from './reference-achievements';
import { todayIn } from './reference-calendar';

/* eslint-disable-next-line -- rows of hand-written statements, each used a few lines below */
export type Row = Record<string, any>;
export type Response = object | null | Promise<object | null>;

export interface Transfer {
  recipientId: number;
  amount: number;
  message: string;
}

/** The answers of the reference server, once for each engine. A write returns null if it is not possible. */
export interface Reference {
  catalogue(): Response;
  courseWithLessons(id: number, userId: number): Response;
  progress(userId: number): Response;
  transactions(userId: number): Response;
  unreadNotifications(userId: number): Response;
  unreadCount(userId: number): Response;
  /** Completes a lesson with all effects that the application has: percentage, totals, activity day, coins and outbox. */
  complete(userId: number, lessonId: number, timeSpentMinutes: number): Response;
  /** Transfers coins with all effects that the application has: both balances, both ledger rows and the outbox. */
  transfer(userId: number, key: string, transfer: Transfer): Response;
}

/* The shapes of the responses. The rows have times as ISO texts, and flags as booleans or as 0 and 1. */

export const limit = 20;

/** Builds a page from up to `limit + 1` rows. The additional row only shows that there is another page. */
function toPage(foundRows: Row[], toItem: (row: Row) => object, cursorOf: (row: Row) => unknown[]): object {
  const items = foundRows.slice(0, limit);
  const hasMore = foundRows.length > limit;
  const nextCursor = hasMore ? encodeCursor(cursorOf(items.at(-1)!)) : null;
  return { data: items.map(toItem), page: { nextCursor, hasMore } };
}

const encodeCursor = (cursor: unknown[]): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

export const courseColumns = `c.id, c.title, c.description, c.category, c.level, c.teocoin_reward, c.duration_hours, c.max_enrollments,
  c.thumbnail, c.enrolled_count, c.lesson_count, c.published_at, u.id AS teacher_id, u.username, u.first_name, u.last_name`;

function toCourse(row: Row): object {
  const fullName = `${row.first_name} ${row.last_name}`.trim();
  return {
    id: row.id,
    title: row.title,
    description: row.description,
    category: row.category,
    level: row.level,
    teocoinReward: row.teocoin_reward,
    durationHours: row.duration_hours,
    maxEnrollments: row.max_enrollments,
    thumbnail: row.thumbnail,
    teacher: { id: row.teacher_id, username: row.username, name: fullName || row.username },
    enrolledCount: row.enrolled_count,
    seatsLeft: row.max_enrollments === null ? null : Math.max(0, row.max_enrollments - row.enrolled_count),
    lessonCount: row.lesson_count,
    publishedAt: row.published_at,
  };
}

export function toCatalogue(courseRows: Row[]): object {
  const toCard = (row: Row): object => ({ ...toCourse(row), mine: null });
  return toPage(courseRows, toCard, (row) => ['courses:newest', row.published_at, row.id]);
}

/** @param course also has the columns of the enrolment. They are null if the reader never enrolled */
export function toCourseWithLessons(course: Row, prerequisites: Row[], lessons: Row[]): object {
  const isEnrolled = course.enrolled_at !== null && course.left_at === null;
  const missing = prerequisites.filter(({ is_missing: isMissing }) => isMissing);
  const notEnrolledReason = missing.length > 0 ? 'prerequisites_missing' : 'not_enrolled';
  const lockReason = isEnrolled ? null : notEnrolledReason;
  const next = lessons.find((lesson) => lesson.completed_at === null);
  return {
    ...toCourse(course),
    isPublished: Boolean(course.is_published),
    archivedAt: course.archived_at,
    createdAt: course.created_at,
    updatedAt: course.updated_at,
    version: course.version,
    prerequisites: prerequisites.map(({ id, title, archived_at: at }) => ({ id, title, isArchived: at !== null })),
    lessons: lessons.map((lesson) => ({
      id: lesson.id,
      title: lesson.title,
      order: lesson.order,
      lessonType: lesson.lesson_type,
      durationMinutes: lesson.duration_minutes,
      isMandatory: Boolean(lesson.is_mandatory),
      teocoinReward: lesson.teocoin_reward,
      isPublished: Boolean(lesson.is_published),
      mine: { completedAt: lesson.completed_at, isLocked: lockReason !== null, lockReason },
    })),
    mine: {
      ...toEnrollment(course, isEnrolled),
      nextLesson: isEnrolled && next ? { id: next.id, title: next.title } : null,
      missingPrerequisites: missing.map(({ id, title }) => ({ id, title })),
    },
  };
}

function toEnrollment(course: Row, isEnrolled: boolean): object {
  const statusIfNotEnrolled = course.enrolled_at === null ? 'not_enrolled' : 'left';
  return {
    status: isEnrolled ? 'enrolled' : statusIfNotEnrolled,
    progressPercentage: course.progress_percentage ?? 0,
    isCompleted: course.completion_date !== null,
    enrolledAt: course.enrolled_at,
    completedAt: course.completion_date,
    lastAccessedAt: course.last_accessed,
  };
}

export function toProgress(totals: Row, achievementRows: Row[]): object {
  // Without any activity there is no streak, so any number above two works.
  const daysSinceActivity = totals.last_activity_on
    ? (Date.parse(todayIn(totals.timezone)) - Date.parse(totals.last_activity_on)) / 86_400_000
    : 9;
  // A change of the time zone may skip one day without ending the streak.
  const hasZoneChanged = totals.last_activity_timezone !== totals.timezone;
  const isBridged = daysSinceActivity === 2 && hasZoneChanged && totals.last_bridge_on === null;
  return {
    coursesEnrolled: totals.total_courses_enrolled,
    coursesCompleted: totals.total_courses_completed,
    lessonsCompleted: totals.total_lessons_completed,
    exercisesCompleted: totals.total_exercises_completed,
    averageScore: totals.average_score,
    streakDays: daysSinceActivity <= 1 || isBridged ? totals.streak_run : 0,
    lastActivityAt: totals.last_activity_date,
    totalCoinsEarned: totals.total_teocoins_earned,
    achievementsEarned: totals.achievements_earned,
    achievements: listAchievements(achievementRows, totals),
  };
}

const debitTypes = new Set([
  'transfer_sent',
  'spent',
  'withdrawal',
  'forfeiture',
  'admin_adjustment_debit',
  'reversal_debit',
]);

/** These types are stored with the direction, which responses leave out. */
const directionSuffix = /^(admin_adjustment|reversal)_(credit|debit)$/;

export function toTransactions(transactionRows: Row[]): object {
  const toTransaction = (row: Row): object => ({
    id: row.id,
    type: row.transaction_type.replace(directionSuffix, '$1'),
    amount: row.amount,
    signedAmount: debitTypes.has(row.transaction_type) ? -row.amount : row.amount,
    description: row.description,
    counterpart: row.other_id === null ? null : { id: row.other_id, username: row.other },
    relatedObject:
      row.related_object_type === null ? null : { type: row.related_object_type, id: row.related_object_id },
    balanceAfter: row.balance_after,
    createdAt: row.created_at,
    blockchainTxHash: row.blockchain_tx_hash || null,
    isBlockchainConfirmed: Boolean(row.is_blockchain_confirmed),
  });
  return toPage(transactionRows, toTransaction, (row) => ['coins:newest', row.sequence]);
}

const labels: Record<string, string> = { lesson_completed: 'Lesson completed' };

export function toNotifications(notificationRows: Row[]): object {
  const toNotification = (row: Row): object => ({
    id: row.id,
    type: row.notification_type,
    label: labels[row.notification_type],
    title: row.title,
    message: row.message,
    priority: row.priority,
    isRead: Boolean(row.is_read),
    readAt: row.read_at,
    createdAt: row.created_at,
    actionUrl: row.action_url,
    relatedObjectType: row.related_object_type,
    relatedObjectId: row.related_object_id,
  });
  return toPage(notificationRows, toNotification, (row) => ['notifications:newest', row.id]);
}

export function toCompletion(lessonId: number, minutes: number, result: Row): object {
  return {
    lessonId,
    completedAt: result.at,
    score: null,
    timeSpentMinutes: minutes,
    notes: '',
    course: { progressPercentage: result.percent, isCompleted: Boolean(result.completed) },
    earned: { coins: result.earned, achievements: [], streakDays: result.streak },
  };
}

/** The hash of the request that is stored with its idempotency key. */
export function hashOf({ recipientId, amount, message }: Transfer): string {
  return createHash('sha256')
    .update(JSON.stringify(['transfer', recipientId, amount, message]))
    .digest('hex');
}

export function toTransfer(operationId: string, { recipientId, amount, message }: Transfer, result: Row): object {
  return {
    id: result.id,
    operationId,
    recipient: { id: recipientId, username: result.recipient },
    amount,
    message,
    balanceAfter: result.balance_after,
    createdAt: result.created_at,
  };
}
