import { listAchievements } from './reference-achievements';
import { pool, rows } from './reference-database';
import { todayIn } from './reference-calendar';

/* eslint-disable-next-line -- rows of hand-written statements, each used a few lines below */
type Row = Record<string, any>;

const limit = 20;
const toIso = (date: Date | null): string | null => date?.toISOString() ?? null;

/** Builds a page from up to `limit + 1` rows. The additional row only shows that there is another page. */
function toPage(foundRows: Row[], toItem: (row: Row) => object, cursorOf: (row: Row) => unknown[]): object {
  const items = foundRows.slice(0, limit);
  const hasMore = foundRows.length > limit;
  const nextCursor = hasMore ? encodeCursor(cursorOf(items.at(-1)!)) : null;
  return { data: items.map(toItem), page: { nextCursor, hasMore } };
}

const encodeCursor = (cursor: unknown[]): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

const courseColumns = `c.id, c.title, c.description, c.category, c.level, c.teocoin_reward, c.duration_hours, c.max_enrollments,
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
    publishedAt: toIso(row.published_at),
  };
}

const toCard = (row: Row): object => ({ ...toCourse(row), mine: null });

export async function catalogue(): Promise<object> {
  const courseRows = await rows<Row>(
    pool,
    `SELECT ${courseColumns} FROM courses_course c JOIN users_user u ON u.id = c.teacher_id
     WHERE c.is_published AND c.archived_at IS NULL ORDER BY c.published_at DESC, c.id DESC LIMIT $1`,
    [limit + 1],
  );
  return toPage(courseRows, toCard, (row) => ['courses:newest', toIso(row.published_at), row.id]);
}

/** Reads one row for each prerequisite, or a single row without `required_id`. */
export async function courseWithLessons(id: number, userId: number): Promise<object | null> {
  const courseRows = await rows<Row>(
    pool,
    `SELECT ${courseColumns}, c.is_published, c.archived_at, c.created_at, c.updated_at, c.version,
       r.id AS required_id, r.title AS required_title, r.archived_at AS required_archived_at
     FROM courses_course c JOIN users_user u ON u.id = c.teacher_id
     LEFT JOIN courses_course_prerequisites p ON p.from_course_id = c.id LEFT JOIN courses_course r ON r.id = p.to_course_id
     WHERE c.id = $1 ORDER BY r.title, r.id`,
    [id],
  );
  const [row] = courseRows;
  const prerequisiteRows = courseRows.filter(({ required_id: requiredId }) => requiredId !== null);
  if (!row?.is_published || row.archived_at) return null;
  const lessons = await rows<Row>(
    pool,
    `SELECT id, title, "order", lesson_type, duration_minutes, is_mandatory, teocoin_reward, is_published FROM courses_lesson
     WHERE course_id = $1 AND archived_at IS NULL AND is_published ORDER BY "order", id`,
    [id],
  );
  const state = await readOwnState(id, userId);
  const next = lessons.find((lesson) => !state.completedAt.has(lesson.id));
  const missing = prerequisiteRows.filter((prerequisite) => state.missingIds.has(prerequisite.required_id));
  const notEnrolledReason = missing.length > 0 ? 'prerequisites_missing' : 'not_enrolled';
  const lockReason = state.isEnrolled ? null : notEnrolledReason;
  return {
    ...toCourse(row),
    isPublished: row.is_published,
    archivedAt: toIso(row.archived_at),
    createdAt: toIso(row.created_at),
    updatedAt: toIso(row.updated_at),
    version: row.version,
    prerequisites: prerequisiteRows.map((prerequisite) => ({
      id: prerequisite.required_id,
      title: prerequisite.required_title,
      isArchived: prerequisite.required_archived_at !== null,
    })),
    lessons: lessons.map((lesson) => ({
      id: lesson.id,
      title: lesson.title,
      order: lesson.order,
      lessonType: lesson.lesson_type,
      durationMinutes: lesson.duration_minutes,
      isMandatory: lesson.is_mandatory,
      teocoinReward: lesson.teocoin_reward,
      isPublished: lesson.is_published,
      mine: { completedAt: toIso(state.completedAt.get(lesson.id) ?? null), isLocked: lockReason !== null, lockReason },
    })),
    mine: {
      ...state.shown,
      nextLesson: state.isEnrolled && next ? { id: next.id, title: next.title } : null,
      missingPrerequisites: missing.map(({ required_id: requiredId, required_title: title }) => ({
        id: requiredId,
        title,
      })),
    },
  };
}

interface OwnState {
  isEnrolled: boolean;
  completedAt: Map<number, Date>;
  missingIds: Set<number>;
  shown: object;
}

/** Reads the enrolment, the completed lessons and the missing prerequisites of the reader in one statement. */
async function readOwnState(courseId: number, userId: number): Promise<OwnState> {
  const parts = await rows<Row>(
    pool,
    `SELECT 'enrollment' AS part, e.course_id AS id, e.enrolled_at AS at, e.progress_percentage AS percent, e.completion_date,
       e.last_accessed, e.left_at
     FROM courses_courseenrollment e WHERE e.student_id = $1 AND e.course_id = $2
     UNION ALL
     SELECT 'lesson', d.lesson_id, d.completed_at, NULL, NULL, NULL, NULL
     FROM courses_lesson l JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = $1 WHERE l.course_id = $2
     UNION ALL
     SELECT 'prerequisite', r.id, NULL, NULL, NULL, NULL, NULL
     FROM courses_course_prerequisites q JOIN courses_course r ON r.id = q.to_course_id AND r.is_published AND r.archived_at IS NULL
     WHERE q.from_course_id = $2 AND NOT EXISTS (SELECT 1 FROM courses_courseenrollment f
       WHERE f.student_id = $1 AND (f.course_id = $2 OR (f.course_id = r.id AND f.completed)))`,
    [userId, courseId],
  );
  const enrollment = parts.find(({ part }) => part === 'enrollment');
  const isEnrolled = enrollment !== undefined && enrollment.left_at === null;
  const statusIfNotEnrolled = enrollment ? 'left' : 'not_enrolled';
  return {
    isEnrolled,
    completedAt: new Map(parts.filter(({ part }) => part === 'lesson').map(({ id, at }) => [id, at])),
    missingIds: new Set(parts.filter(({ part }) => part === 'prerequisite').map(({ id }) => id as number)),
    shown: {
      status: isEnrolled ? 'enrolled' : statusIfNotEnrolled,
      progressPercentage: enrollment?.percent ?? 0,
      isCompleted: enrollment !== undefined && enrollment.completion_date !== null,
      enrolledAt: toIso(enrollment?.at ?? null),
      completedAt: toIso(enrollment?.completion_date ?? null),
      lastAccessedAt: toIso(enrollment?.last_accessed ?? null),
    },
  };
}

export async function progress(userId: number): Promise<object> {
  const [totals] = await rows<Row>(
    pool,
    `SELECT p.*, s.timezone FROM users_userprogress p JOIN users_usersettings s ON s.user_id = p.user_id WHERE p.user_id = $1`,
    [userId],
  );
  const achievementRows = await rows<Row>(
    pool,
    `SELECT id, achievement_type, course_id, earned_at, progress FROM rewards_achievement
     WHERE user_id = $1 ORDER BY earned_at DESC, id DESC`,
    [userId],
  );
  const row = totals!;
  // Without any activity there is no streak, so any number above two works.
  const daysSinceActivity = row.last_activity_on
    ? (Date.parse(todayIn(row.timezone)) - Date.parse(row.last_activity_on)) / 86_400_000
    : 9;
  // A change of the time zone may skip one day without ending the streak.
  const hasZoneChanged = row.last_activity_timezone !== row.timezone;
  const isBridged = daysSinceActivity === 2 && hasZoneChanged && row.last_bridge_on === null;
  return {
    coursesEnrolled: row.total_courses_enrolled,
    coursesCompleted: row.total_courses_completed,
    lessonsCompleted: row.total_lessons_completed,
    exercisesCompleted: row.total_exercises_completed,
    averageScore: row.average_score,
    streakDays: daysSinceActivity <= 1 || isBridged ? row.streak_run : 0,
    lastActivityAt: toIso(row.last_activity_date),
    totalCoinsEarned: row.total_teocoins_earned,
    achievementsEarned: row.achievements_earned,
    achievements: listAchievements(achievementRows, row),
  };
}

export async function transactions(userId: number): Promise<object> {
  const transactionRows = await rows<Row>(
    pool,
    `SELECT t.id, t.sequence, t.transaction_type, t.amount, t.description, t.related_object_type, t.related_object_id,
       t.balance_after, t.created_at, t.blockchain_tx_hash, t.is_blockchain_confirmed, c.id AS other_id, c.username AS other
     FROM (SELECT * FROM rewards_teocointransaction WHERE user_id = $1 ORDER BY sequence DESC LIMIT $2) t
     LEFT JOIN users_user c ON c.id = COALESCE(t.recipient_id, CASE WHEN t.transaction_type = 'transfer_received' THEN (
       SELECT s.user_id FROM rewards_teocointransaction s
       WHERE s.operation_id = t.operation_id AND s.recipient_id = t.user_id LIMIT 1) END)
     ORDER BY t.sequence DESC`,
    [userId, limit + 1],
  );
  return toPage(transactionRows, toTransaction, (row) => ['coins:newest', row.sequence]);
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

function toTransaction(row: Row): object {
  return {
    id: row.id,
    type: row.transaction_type.replace(directionSuffix, '$1'),
    amount: row.amount,
    signedAmount: debitTypes.has(row.transaction_type) ? -row.amount : row.amount,
    description: row.description,
    counterpart: row.other_id === null ? null : { id: row.other_id, username: row.other },
    relatedObject:
      row.related_object_type === null ? null : { type: row.related_object_type, id: row.related_object_id },
    balanceAfter: row.balance_after,
    createdAt: toIso(row.created_at),
    blockchainTxHash: row.blockchain_tx_hash || null,
    isBlockchainConfirmed: row.is_blockchain_confirmed,
  };
}

const labels: Record<string, string> = { lesson_completed: 'Lesson completed' };

export async function unreadNotifications(userId: number): Promise<object> {
  const notificationRows = await rows<Row>(
    pool,
    `SELECT id, notification_type, title, message, priority, is_read, read_at, created_at, action_url, related_object_type,
       related_object_id FROM notifications_notification WHERE user_id = $1 AND NOT is_read ORDER BY id DESC LIMIT $2`,
    [userId, limit + 1],
  );
  const toNotification = (row: Row): object => ({
    id: row.id,
    type: row.notification_type,
    label: labels[row.notification_type],
    title: row.title,
    message: row.message,
    priority: row.priority,
    isRead: row.is_read,
    readAt: toIso(row.read_at),
    createdAt: toIso(row.created_at),
    actionUrl: row.action_url,
    relatedObjectType: row.related_object_type,
    relatedObjectId: row.related_object_id,
  });
  return toPage(notificationRows, toNotification, (row) => ['notifications:newest', row.id]);
}

export async function unreadCount(userId: number): Promise<object> {
  const [row] = await rows<Row>(pool, 'SELECT unread FROM notifications_unreadcount WHERE user_id = $1', [userId]);
  return { unread: row?.unread ?? 0 };
}
