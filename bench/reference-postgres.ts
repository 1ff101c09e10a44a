import { randomUUID } from 'node:crypto';
import { Pool, types, type QueryResult } from 'pg';
import * as school from './reference-school';
import type { Reference, Row, Transfer } from './reference-school';

types.setTypeParser(types.builtins.INT8, Number);
types.setTypeParser(types.builtins.DATE, (value) => value);
types.setTypeParser(types.builtins.TIMESTAMPTZ, toIso);

/** `2026-11-26 08:00:00.12+00` becomes `2026-11-26T08:00:00.120Z`. */
function toIso(time: string): string {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  return `${time.slice(0, 10)}T${time.slice(11, 19)}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
}

const toIsoOrNull = (time: string | null): string | null => (time === null ? null : toIso(time));

const catalogueSql = `SELECT ${school.courseColumns} FROM courses_course c JOIN users_user u ON u.id = c.teacher_id
  WHERE c.is_published AND c.archived_at IS NULL ORDER BY c.published_at DESC, c.id DESC LIMIT $1`;

const courseSql = `SELECT ${school.courseColumns}, c.is_published, c.archived_at, c.created_at, c.updated_at, c.version,
    e.enrolled_at, e.progress_percentage, e.completion_date, e.last_accessed, e.left_at,
    (SELECT json_agg(q ORDER BY q.title, q.id) FROM (SELECT r.id, r.title, r.archived_at,
        r.is_published AND r.archived_at IS NULL AND NOT EXISTS (SELECT 1 FROM courses_courseenrollment f
          WHERE f.student_id = $2 AND (f.course_id = $1 OR (f.course_id = r.id AND f.completed))) AS is_missing
      FROM courses_course_prerequisites p JOIN courses_course r ON r.id = p.to_course_id WHERE p.from_course_id = c.id) q) AS prerequisites,
    (SELECT json_agg(q ORDER BY q."order", q.id) FROM (SELECT l.id, l.title, l."order", l.lesson_type, l.duration_minutes, l.is_mandatory,
        l.teocoin_reward, l.is_published, d.completed_at
      FROM courses_lesson l LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = $2
      WHERE l.course_id = c.id AND l.archived_at IS NULL AND l.is_published) q) AS lessons
  FROM courses_course c JOIN users_user u ON u.id = c.teacher_id
  LEFT JOIN courses_courseenrollment e ON e.course_id = c.id AND e.student_id = $2
  WHERE c.id = $1 AND c.is_published AND c.archived_at IS NULL`;

const progressSql = `SELECT p.*, s.timezone, (SELECT json_agg(a ORDER BY a.earned_at DESC, a.id DESC)
    FROM (SELECT id, achievement_type, course_id, earned_at FROM rewards_achievement WHERE user_id = $1) a) AS achievements
  FROM users_userprogress p JOIN users_usersettings s ON s.user_id = p.user_id WHERE p.user_id = $1`;

const transactionsSql = `SELECT t.id, t.sequence, t.transaction_type, t.amount, t.description, t.related_object_type, t.related_object_id,
    t.balance_after, t.created_at, t.blockchain_tx_hash, t.is_blockchain_confirmed, c.id AS other_id, c.username AS other
  FROM (SELECT * FROM rewards_teocointransaction WHERE user_id = $1 ORDER BY sequence DESC LIMIT $2) t
  LEFT JOIN users_user c ON c.id = COALESCE(t.recipient_id, CASE WHEN t.transaction_type = 'transfer_received' THEN (
    SELECT s.user_id FROM rewards_teocointransaction s
    WHERE s.operation_id = t.operation_id AND s.recipient_id = t.user_id LIMIT 1) END)
  ORDER BY t.sequence DESC`;

const notificationsSql = `SELECT id, notification_type, title, message, priority, is_read, read_at, created_at, action_url,
    related_object_type, related_object_id
  FROM notifications_notification WHERE user_id = $1 AND NOT is_read ORDER BY id DESC LIMIT $2`;

const unreadSql = 'SELECT unread FROM notifications_unreadcount WHERE user_id = $1';

/**
 * The two statements of a completion. The first takes the locks. The second sees what was committed until then, and does everything
 * else. So two completions of a course are counted one after the other.
 */
const lockLearnerSql = `SELECT 1 FROM courses_lesson l
  JOIN courses_courseenrollment e ON e.course_id = l.course_id AND e.student_id = $1
  JOIN users_userprogress p ON p.user_id = e.student_id WHERE l.id = $2 FOR NO KEY UPDATE OF e, p`;

const ledgerColumns = `rewards_teocointransaction (user_id, transaction_type, amount, description, recipient_id, related_object_type,
  related_object_id, created_at, sequence, balance_after, operation_id, idempotency_key, request_hash)`;

const completeSql = `WITH lesson AS (
    SELECT l.title, l.teocoin_reward AS reward, l.is_mandatory, c.id AS course_id, c.title AS course_title,
      c.teocoin_reward AS course_reward, c.teacher_id, e.id AS enrollment_id, e.completed, p.streak_run, p.last_activity_on, s.timezone,
      (now() AT TIME ZONE s.timezone)::date AS today
    FROM courses_lesson l JOIN courses_course c ON c.id = l.course_id
    JOIN courses_courseenrollment e ON e.course_id = c.id AND e.student_id = $1 AND e.left_at IS NULL
    JOIN users_userprogress p ON p.user_id = e.student_id JOIN users_usersettings s ON s.user_id = e.student_id
    WHERE l.id = $2 AND l.is_published AND l.archived_at IS NULL
  ), done AS (
    INSERT INTO courses_lessoncompletion (student_id, lesson_id, completed_at, score, time_spent_minutes, notes)
    SELECT $1, $2, now(), NULL, $3, '' FROM lesson ON CONFLICT (student_id, lesson_id) DO NOTHING RETURNING id
  ), counted AS (
    SELECT lesson.*, n.total, n.done + lesson.is_mandatory::int AS done
    FROM done, lesson, LATERAL (SELECT count(*) AS total, count(d.id) AS done FROM courses_lesson l
      LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = $1
      WHERE l.course_id = lesson.course_id AND l.is_published AND l.is_mandatory AND l.archived_at IS NULL) n
  ), state AS (
    SELECT *, CASE WHEN total = 0 THEN 0 ELSE 100 * done / total END AS percent, NOT completed AND done = total AS is_finished,
      CASE WHEN last_activity_on = today THEN streak_run WHEN last_activity_on = today - 1 THEN streak_run + 1 ELSE 1 END AS streak,
      CASE WHEN NOT completed AND done = total THEN course_reward ELSE 0 END AS extra
    FROM counted
  ), enrolled AS (
    UPDATE courses_courseenrollment e SET progress_percentage = s.percent, last_accessed = now(), completed = e.completed OR s.is_finished,
      completion_date = CASE WHEN s.is_finished THEN now() ELSE e.completion_date END
    FROM state s WHERE e.id = s.enrollment_id RETURNING e.completed
  ), day AS (
    INSERT INTO progress_activityday (user_id, local_date, first_timezone, last_timezone)
    SELECT $1, today, timezone, timezone FROM state WHERE last_activity_on IS DISTINCT FROM today
    ON CONFLICT (user_id, local_date) DO NOTHING
  ), totals AS (
    UPDATE users_userprogress p SET total_lessons_completed = p.total_lessons_completed + 1, streak_days = s.streak, streak_run = s.streak,
      total_courses_completed = p.total_courses_completed + s.is_finished::int, last_activity_on = s.today,
      last_activity_timezone = s.timezone, last_activity_date = now(), updated_at = now(),
      total_teocoins_earned = p.total_teocoins_earned + s.reward + s.extra
    FROM state s WHERE p.user_id = $1
  ), paid AS (
    UPDATE users_user u SET teo_coins = u.teo_coins + s.reward + s.extra, teo_sequence = u.teo_sequence + 1 + s.is_finished::int
    FROM state s WHERE u.id = $1 RETURNING u.teo_coins, u.teo_sequence
  ), earned AS (
    INSERT INTO ${ledgerColumns}
    SELECT $1, r.type, r.amount, r.description, NULL, r.object_type, r.object_id, now(), paid.teo_sequence - r.later_count,
      paid.teo_coins - r.later_coins, r.operation_id, NULL, NULL
    FROM state s, paid, LATERAL (VALUES
      ('earned_lesson', s.reward, 'Lesson completed: ' || s.title, 'courses.lesson', $2::bigint, s.is_finished::int, s.extra, $4, true),
      ('earned_course', s.course_reward, 'Course completed: ' || s.course_title, 'courses.course', s.course_id, 0, 0, $5, s.is_finished)
    ) AS r (type, amount, description, object_type, object_id, later_count, later_coins, operation_id, is_paid)
    WHERE r.is_paid RETURNING id, transaction_type, amount, description
  ), told AS (
    INSERT INTO platform_outbox (handler, event_type, payload, created_at, due_at)
    SELECT 'NotifyWhenCoinsEarned', 'rewards.coins-earned.v1', json_build_object('transactionId', id, 'userId', $1::bigint,
      'amount', amount, 'type', transaction_type, 'description', description, 'isOwnAct', true), now(), now() FROM earned
    UNION ALL
    SELECT 'NotifyWhenCourseCompleted', 'progress.course-completed.v1', json_build_object('studentId', $1::bigint, 'courseId', course_id,
      'teacherId', teacher_id, 'isOpen', true, 'courseTitle', course_title, 'reward', course_reward, 'isOwnAct', true), now(), now()
    FROM state WHERE is_finished
  )
  SELECT s.percent, s.streak, s.reward + s.extra AS earned, enrolled.completed, now() AS at FROM state s, enrolled`;

/** Both balances are locked in the order of their ids before either is changed. */
const transferSql = `WITH locked AS MATERIALIZED (
    SELECT id, username, teo_coins, is_active FROM users_user WHERE id IN ($1::bigint, $2::bigint) ORDER BY id FOR NO KEY UPDATE
  ), allowed AS (
    SELECT s.username AS sender, r.username AS recipient FROM locked s, locked r
    WHERE s.id = $1 AND r.id = $2 AND r.is_active AND s.teo_coins >= $3::int
      AND NOT EXISTS (SELECT 1 FROM rewards_teocointransaction WHERE user_id = $1 AND idempotency_key = $6)
  ), paid AS (
    UPDATE users_user u SET teo_coins = u.teo_coins + CASE WHEN u.id = $1 THEN -$3::int ELSE $3::int END, teo_sequence = u.teo_sequence + 1
    FROM allowed WHERE u.id IN ($1, $2) RETURNING u.id, u.teo_coins, u.teo_sequence
  ), moved AS (
    INSERT INTO ${ledgerColumns}
    SELECT id, CASE WHEN id = $1 THEN 'transfer_sent' ELSE 'transfer_received' END, $3::int, $4::text, CASE WHEN id = $1 THEN $2::bigint END,
      NULL, NULL, now(), teo_sequence, teo_coins, $5::text, CASE WHEN id = $1 THEN $6::text END, CASE WHEN id = $1 THEN $7::text END
    FROM paid RETURNING id, user_id, balance_after, created_at
  ), told AS (
    INSERT INTO platform_outbox (handler, event_type, payload, created_at, due_at)
    SELECT 'NotifyWhenCoinsTransferred', 'rewards.coins-transferred.v1', json_build_object('operationId', $5::text, 'senderId', $1::bigint,
      'senderUsername', sender, 'amount', $3::int, 'message', $4::text, 'recipientId', $2::bigint), now(), now() FROM allowed
  )
  SELECT moved.id, moved.balance_after, moved.created_at, allowed.recipient FROM moved, allowed WHERE moved.user_id = $1`;

/** Each read and each transfer is one statement. A completion is two statements, which are sent at once. */
export function openPostgres(url: string): Reference {
  // Statements on the same connection are sent without waiting for the results of earlier ones.
  const config = { connectionString: url, max: 10, options: '-c timezone=UTC', pipeline: true };
  const pool = new Pool(config);
  const names = new Map<string, string>();

  /** A named statement is parsed and planned once by each connection. */
  const named = (sql: string, values: unknown[]): { name: string; text: string; values: unknown[] } => {
    const name = names.get(sql) ?? `s${names.size}`;
    names.set(sql, name);
    return { name, text: sql, values };
  };
  const rows = async (sql: string, values: unknown[]): Promise<Row[]> =>
    (await pool.query<Row>(named(sql, values))).rows;

  return {
    catalogue: async () => school.toCatalogue(await rows(catalogueSql, [school.limit + 1])),
    courseWithLessons: async (id, userId) => {
      const [course] = await rows(courseSql, [id, userId]);
      if (!course) return null;
      const withIsoTime = (lesson: Row): Row => ({ ...lesson, completed_at: toIsoOrNull(lesson.completed_at) });
      return school.toCourseWithLessons(course, course.prerequisites ?? [], (course.lessons ?? []).map(withIsoTime));
    },
    progress: async (userId) => {
      const [totals] = await rows(progressSql, [userId]);
      const achievements = (totals!.achievements ?? []) as Row[];
      return school.toProgress(
        totals!,
        achievements.map((row) => ({ ...row, earned_at: toIso(row.earned_at) })),
      );
    },
    transactions: async (userId) => school.toTransactions(await rows(transactionsSql, [userId, school.limit + 1])),
    unreadNotifications: async (userId) =>
      school.toNotifications(await rows(notificationsSql, [userId, school.limit + 1])),
    unreadCount: async (userId) => ({ unread: (await rows(unreadSql, [userId]))[0]?.unread ?? 0 }),
    complete,
    transfer,
  };

  async function complete(userId: number, lessonId: number, minutes: number): Promise<object | null> {
    const client = await pool.connect();
    try {
      const [, , completed] = (await Promise.all([
        client.query('BEGIN'),
        client.query(named(lockLearnerSql, [userId, lessonId])),
        client.query(named(completeSql, [userId, lessonId, minutes, randomUUID(), randomUUID()])),
        client.query('COMMIT'),
      ])) as QueryResult<Row>[];
      const result = completed!.rows[0];
      return result ? school.toCompletion(lessonId, minutes, result) : null;
    } finally {
      // After a failed statement PostgreSQL has answered the COMMIT with a rollback.
      client.release();
    }
  }

  async function transfer(userId: number, key: string, body: Transfer): Promise<object | null> {
    const operationId = randomUUID();
    const values = [userId, body.recipientId, body.amount, body.message, operationId, key, school.hashOf(body)];
    const [result] = await rows(transferSql, values);
    return result ? school.toTransfer(operationId, body, result) : null;
  }
}
