import { randomUUID } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import { todayIn } from './reference-calendar';
import * as school from './reference-school';
import type { Reference, Row, Transfer } from './reference-school';

/** `2026-11-26 08:00:00.120` becomes `2026-11-26T08:00:00.120Z`. */
const toIso = (time: string): string => `${time.slice(0, 10)}T${time.slice(11)}Z`;
const toStored = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, -1)}`;

/** Converts the named times of a row in place. */
function withIsoTimes(row: Row, columns: readonly string[]): Row {
  for (const column of columns) if (row[column] !== null) row[column] = toIso(row[column]);
  return row;
}

const ledgerColumns = `rewards_teocointransaction (user_id, transaction_type, amount, description, recipient_id, related_object_type,
  related_object_id, created_at, sequence, balance_after, operation_id, idempotency_key, request_hash)`;

/** Prepared statements on one connection, with the settings of the application: a write-ahead log and an fsync for each commit. */
export function openSqlite(file: string): Reference {
  const database = new Sqlite(file);
  for (const setting of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'recursive_triggers = ON'])
    database.pragma(setting);
  const sql = prepareStatements(database);
  const completeLesson = database.transaction((userId: number, lessonId: number, minutes: number) =>
    complete(sql, userId, lessonId, minutes),
  );
  const transferCoins = database.transaction((userId: number, key: string, body: Transfer) =>
    transfer(sql, userId, key, body),
  );

  return {
    catalogue: () =>
      school.toCatalogue(sql.catalogue.all(school.limit + 1).map((row) => withIsoTimes(row, ['published_at']))),
    courseWithLessons: (id, userId) => {
      const course = sql.course.get(userId, id);
      if (!course) return null;
      const lessons = sql.lessons.all(userId, id).map((row) => withIsoTimes(row, ['completed_at']));
      return school.toCourseWithLessons(
        withIsoTimes(course, courseTimes),
        sql.prerequisites.all(userId, id, id),
        lessons,
      );
    },
    progress: (userId) => {
      const achievements = sql.achievements.all(userId).map((row) => withIsoTimes(row, ['earned_at']));
      return school.toProgress(withIsoTimes(sql.progress.get(userId)!, ['last_activity_date']), achievements);
    },
    transactions: (userId) =>
      school.toTransactions(
        sql.transactions.all(userId, school.limit + 1).map((row) => withIsoTimes(row, ['created_at'])),
      ),
    unreadNotifications: (userId) =>
      school.toNotifications(
        sql.notifications.all(userId, school.limit + 1).map((row) => withIsoTimes(row, ['created_at', 'read_at'])),
      ),
    unreadCount: (userId) => ({ unread: sql.unread.get(userId)?.unread ?? 0 }),
    complete: (userId, lessonId, minutes) => completeLesson.immediate(userId, lessonId, minutes),
    transfer: (userId, key, body) => transferCoins.immediate(userId, key, body),
  };
}

const courseTimes = [
  'published_at',
  'archived_at',
  'created_at',
  'updated_at',
  'enrolled_at',
  'completion_date',
  'last_accessed',
  'left_at',
];

type Statements = ReturnType<typeof prepareStatements>;

/* eslint-disable-next-line -- the list of statements is long and flat */
function prepareStatements(database: Sqlite.Database) {
  const prepare = (sql: string): Sqlite.Statement<unknown[], Row> => database.prepare(sql);
  return {
    catalogue: prepare(`SELECT ${school.courseColumns} FROM courses_course c JOIN users_user u ON u.id = c.teacher_id
      WHERE c.is_published AND c.archived_at IS NULL ORDER BY c.published_at DESC, c.id DESC LIMIT ?`),
    course:
      prepare(`SELECT ${school.courseColumns}, c.is_published, c.archived_at, c.created_at, c.updated_at, c.version,
        e.enrolled_at, e.progress_percentage, e.completion_date, e.last_accessed, e.left_at
      FROM courses_course c JOIN users_user u ON u.id = c.teacher_id
      LEFT JOIN courses_courseenrollment e ON e.course_id = c.id AND e.student_id = ?
      WHERE c.id = ? AND c.is_published AND c.archived_at IS NULL`),
    prerequisites: prepare(`SELECT r.id, r.title, r.archived_at, r.is_published AND r.archived_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM courses_courseenrollment f
          WHERE f.student_id = ? AND (f.course_id = ? OR (f.course_id = r.id AND f.completed))) AS is_missing
      FROM courses_course_prerequisites p JOIN courses_course r ON r.id = p.to_course_id
      WHERE p.from_course_id = ? ORDER BY r.title, r.id`),
    lessons:
      prepare(`SELECT l.id, l.title, l."order", l.lesson_type, l.duration_minutes, l.is_mandatory, l.teocoin_reward,
        l.is_published, d.completed_at
      FROM courses_lesson l LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = ?
      WHERE l.course_id = ? AND l.archived_at IS NULL AND l.is_published ORDER BY l."order", l.id`),
    progress:
      prepare(`SELECT p.*, s.timezone FROM users_userprogress p JOIN users_usersettings s ON s.user_id = p.user_id
      WHERE p.user_id = ?`),
    achievements: prepare(`SELECT id, achievement_type, course_id, earned_at FROM rewards_achievement
      WHERE user_id = ? ORDER BY earned_at DESC, id DESC`),
    transactions: prepare(`SELECT t.id, t.sequence, t.transaction_type, t.amount, t.description, t.related_object_type,
        t.related_object_id, t.balance_after, t.created_at, t.blockchain_tx_hash, t.is_blockchain_confirmed,
        c.id AS other_id, c.username AS other
      FROM (SELECT * FROM rewards_teocointransaction WHERE user_id = ? ORDER BY sequence DESC LIMIT ?) t
      LEFT JOIN users_user c ON c.id = COALESCE(t.recipient_id, CASE WHEN t.transaction_type = 'transfer_received' THEN (
        SELECT s.user_id FROM rewards_teocointransaction s
        WHERE s.operation_id = t.operation_id AND s.recipient_id = t.user_id LIMIT 1) END)
      ORDER BY t.sequence DESC`),
    notifications:
      prepare(`SELECT id, notification_type, title, message, priority, is_read, read_at, created_at, action_url,
        related_object_type, related_object_id
      FROM notifications_notification WHERE user_id = ? AND NOT is_read ORDER BY id DESC LIMIT ?`),
    unread: prepare('SELECT unread FROM notifications_unreadcount WHERE user_id = ?'),
    lesson: prepare(`SELECT l.title, l.teocoin_reward AS reward, c.id AS course_id, c.title AS course_title,
        c.teocoin_reward AS course_reward, c.teacher_id, e.id AS enrollment_id, e.completed, p.streak_run, p.last_activity_on, s.timezone
      FROM courses_lesson l JOIN courses_course c ON c.id = l.course_id
      JOIN courses_courseenrollment e ON e.course_id = c.id AND e.student_id = ? AND e.left_at IS NULL
      JOIN users_userprogress p ON p.user_id = e.student_id JOIN users_usersettings s ON s.user_id = e.student_id
      WHERE l.id = ? AND l.is_published AND l.archived_at IS NULL`),
    insertCompletion:
      prepare(`INSERT INTO courses_lessoncompletion (student_id, lesson_id, completed_at, score, time_spent_minutes, notes)
      VALUES (?, ?, ?, NULL, ?, '') ON CONFLICT (student_id, lesson_id) DO NOTHING`),
    percent: prepare(`SELECT CASE WHEN count(l.id) = 0 THEN 0 ELSE 100 * count(d.id) / count(l.id) END AS percent
      FROM courses_lesson l LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = ?
      WHERE l.course_id = ? AND l.is_published AND l.is_mandatory AND l.archived_at IS NULL`),
    updateEnrollment:
      prepare(`UPDATE courses_courseenrollment SET progress_percentage = ?, last_accessed = ?, completed = ?,
      completion_date = COALESCE(completion_date, ?) WHERE id = ?`),
    insertDay:
      prepare(`INSERT INTO progress_activityday (user_id, local_date, first_timezone, last_timezone) VALUES (?, ?, ?, ?)
      ON CONFLICT (user_id, local_date) DO NOTHING`),
    updateTotals: prepare(`UPDATE users_userprogress SET total_lessons_completed = total_lessons_completed + 1,
      total_courses_completed = total_courses_completed + ?, streak_days = ?, streak_run = ?, last_activity_on = ?,
      last_activity_timezone = ?, last_activity_date = ?, updated_at = ?, total_teocoins_earned = total_teocoins_earned + ?
      WHERE user_id = ?`),
    people:
      prepare(`SELECT s.username AS sender, r.username AS recipient FROM users_user s JOIN users_user r ON r.id = ? AND r.is_active
      WHERE s.id = ? AND s.teo_coins >= ?
        AND NOT EXISTS (SELECT 1 FROM rewards_teocointransaction WHERE user_id = s.id AND idempotency_key = ?)`),
    changeBalance:
      prepare(`UPDATE users_user SET teo_coins = teo_coins + ?, teo_sequence = teo_sequence + 1 WHERE id = ?
      RETURNING teo_coins, teo_sequence`),
    insertTransaction: prepare(`INSERT INTO ${ledgerColumns} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    insertEvent: prepare(
      `INSERT INTO platform_outbox (handler, event_type, payload, created_at, due_at) VALUES (?, ?, ?, ?, ?)`,
    ),
  };
}

function complete(sql: Statements, userId: number, lessonId: number, minutes: number): object | null {
  const at = new Date().toISOString();
  const now = toStored(at);
  const lesson = sql.lesson.get(userId, lessonId);
  if (!lesson || sql.insertCompletion.run(userId, lessonId, now, minutes).changes === 0) return null;
  const { percent } = sql.percent.get(userId, lesson.course_id)!;
  const isFinished = percent === 100 && !lesson.completed;
  const completed = Number(isFinished || lesson.completed);
  sql.updateEnrollment.run(percent, now, completed, isFinished ? now : null, lesson.enrollment_id);
  const today = todayIn(lesson.timezone);
  if (lesson.last_activity_on !== today) sql.insertDay.run(userId, today, lesson.timezone, lesson.timezone);
  const streak = streakAfter(lesson, today);
  const earned = lesson.reward + (isFinished ? lesson.course_reward : 0);
  sql.updateTotals.run(Number(isFinished), streak, streak, today, lesson.timezone, now, now, earned, userId);
  payReward(sql, userId, now, {
    type: 'earned_lesson',
    amount: lesson.reward,
    description: `Lesson completed: ${lesson.title}`,
    object: ['courses.lesson', lessonId],
  });
  if (isFinished) finishCourse(sql, userId, lesson, now);
  return school.toCompletion(lessonId, minutes, { at, percent, completed, earned, streak });
}

function streakAfter(lesson: Row, today: string): number {
  if (lesson.last_activity_on === today) return lesson.streak_run as number;
  const isNextDay = Date.parse(today) - Date.parse(lesson.last_activity_on) === 86_400_000;
  return isNextDay ? (lesson.streak_run as number) + 1 : 1;
}

function finishCourse(sql: Statements, userId: number, lesson: Row, now: string): void {
  const { course_id: courseId, course_title: courseTitle, teacher_id: teacherId, course_reward: reward } = lesson;
  const event = { studentId: userId, courseId, teacherId, isOpen: true, courseTitle, reward, isOwnAct: true };
  sql.insertEvent.run('NotifyWhenCourseCompleted', 'progress.course-completed.v1', JSON.stringify(event), now, now);
  payReward(sql, userId, now, {
    type: 'earned_course',
    amount: reward,
    description: `Course completed: ${courseTitle}`,
    object: ['courses.course', courseId],
  });
}

interface Reward {
  type: string;
  amount: number;
  description: string;
  object: [type: string, id: number];
}

function payReward(
  sql: Statements,
  userId: number,
  now: string,
  { type, amount, description, object: [objectType, objectId] }: Reward,
): void {
  const balance = sql.changeBalance.get(amount, userId)!;
  const { lastInsertRowid } = sql.insertTransaction.run(
    ...[userId, type, amount, description, null, objectType, objectId, now],
    ...[balance.teo_sequence, balance.teo_coins, randomUUID(), null, null],
  );
  const event = { transactionId: Number(lastInsertRowid), userId, amount, type, description, isOwnAct: true };
  sql.insertEvent.run('NotifyWhenCoinsEarned', 'rewards.coins-earned.v1', JSON.stringify(event), now, now);
}

function transfer(sql: Statements, userId: number, key: string, body: Transfer): object | null {
  const { recipientId, amount, message } = body;
  const people = sql.people.get(recipientId, userId, amount, key);
  if (!people) return null;
  const createdAt = new Date().toISOString();
  const now = toStored(createdAt);
  const operationId = randomUUID();
  const sender = sql.changeBalance.get(-amount, userId)!;
  const receiver = sql.changeBalance.get(amount, recipientId)!;
  const { lastInsertRowid } = sql.insertTransaction.run(
    ...[userId, 'transfer_sent', amount, message, recipientId, null, null, now],
    ...[sender.teo_sequence, sender.teo_coins, operationId, key, school.hashOf(body)],
  );
  sql.insertTransaction.run(
    ...[recipientId, 'transfer_received', amount, message, null, null, null, now],
    ...[receiver.teo_sequence, receiver.teo_coins, operationId, null, null],
  );
  const { sender: senderUsername, recipient } = people;
  const event = { operationId, senderId: userId, senderUsername, amount, message, recipientId };
  sql.insertEvent.run('NotifyWhenCoinsTransferred', 'rewards.coins-transferred.v1', JSON.stringify(event), now, now);
  const result = { id: Number(lastInsertRowid), recipient, balance_after: sender.teo_coins, created_at: createdAt };
  return school.toTransfer(operationId, body, result);
}
