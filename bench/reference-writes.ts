import { createHash, randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { todayIn } from './reference-calendar';
import { rows, transaction } from './reference-database';

/* eslint-disable-next-line -- rows of hand-written statements, each used a few lines below */
type Row = Record<string, any>;

const ledgerColumns = `rewards_teocointransaction (user_id, transaction_type, amount, description, recipient_id, related_object_type,
  related_object_id, created_at, sequence, balance_after, operation_id, idempotency_key, request_hash)`;

/**
 * Completes a lesson with all effects that the application has: the row, the percentage of the course, the totals, the activity
 * day, the coins and the events in the outbox. Returns null if the student cannot complete the lesson.
 */
export function complete(userId: number, lessonId: number, body: Row): Promise<object | null> {
  return transaction(async (client) => {
    const now = new Date();
    const [lesson] = await rows<Row>(
      client,
      `SELECT l.title, l.teocoin_reward, c.id AS course_id, c.teacher_id, e.completed, p.streak_run, p.last_activity_on,
         p.last_activity_timezone, s.timezone
       FROM courses_lesson l JOIN courses_course c ON c.id = l.course_id
       JOIN courses_courseenrollment e ON e.course_id = c.id AND e.student_id = $1 AND e.left_at IS NULL
       JOIN users_userprogress p ON p.user_id = e.student_id JOIN users_usersettings s ON s.user_id = e.student_id
       WHERE l.id = $2 AND l.is_published AND l.archived_at IS NULL FOR NO KEY UPDATE OF e, p`,
      [userId, lessonId],
    );
    if (!lesson) return null;
    const minutes = body.timeSpentMinutes as number;
    const [completion] = await rows<Row>(
      client,
      `INSERT INTO courses_lessoncompletion (student_id, lesson_id, completed_at, score, time_spent_minutes, notes)
       VALUES ($1, $2, $3, NULL, $4, '') ON CONFLICT (student_id, lesson_id) DO NOTHING RETURNING id`,
      [userId, lessonId, now, minutes],
    );
    if (!completion) return null;
    const enrollment = await updateEnrollment(client, userId, lesson.course_id, now);
    const streakDays = await recordActivity(client, userId, lesson, now);
    const transactionId = await payReward(client, userId, lessonId, lesson, now);
    const eventPayload = {
      studentId: userId,
      lessonId,
      lessonTitle: lesson.title,
      courseId: lesson.course_id,
      teacherId: lesson.teacher_id,
    };
    const description = `Lesson completed: ${lesson.title}`;
    const coins = { transactionId, userId, amount: lesson.teocoin_reward, type: 'earned_lesson', description };
    await rows(
      client,
      `INSERT INTO platform_outbox (handler, event_type, payload, created_at, due_at)
       VALUES ('NotifyWhenLessonCompleted', 'progress.lesson-completed.v1', $1, $3, $3),
         ('NotifyWhenCoinsEarned', 'rewards.coins-earned.v1', $2, $3, $3)`,
      [JSON.stringify({ ...eventPayload, reward: lesson.teocoin_reward }), JSON.stringify(coins), now],
    );
    const course = { progressPercentage: enrollment.percent, isCompleted: enrollment.completed };
    const earned = { coins: lesson.teocoin_reward, achievements: [], streakDays };
    return {
      lessonId,
      completedAt: now.toISOString(),
      score: null,
      timeSpentMinutes: minutes,
      notes: '',
      course,
      earned,
    };
  });
}

async function updateEnrollment(client: PoolClient, userId: number, courseId: number, now: Date): Promise<Row> {
  const [enrollment] = await rows<Row>(
    client,
    `UPDATE courses_courseenrollment SET progress_percentage = s.percent, last_accessed = $3,
       completed = completed OR s.percent = 100,
       completion_date = CASE WHEN completion_date IS NULL AND s.percent = 100 THEN $3 ELSE completion_date END
     FROM (SELECT CASE WHEN count(l.id) = 0 THEN 0 ELSE 100 * count(d.id) / count(l.id) END AS percent
       FROM courses_lesson l LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = $1
       WHERE l.course_id = $2 AND l.is_published AND l.is_mandatory AND l.archived_at IS NULL) s
     WHERE student_id = $1 AND course_id = $2 RETURNING s.percent, completed`,
    [userId, courseId, now],
  );
  return enrollment!;
}

/** @returns the streak after the activity */
async function recordActivity(client: PoolClient, userId: number, lesson: Row, now: Date): Promise<number> {
  const date = todayIn(lesson.timezone);
  let streakDays = lesson.streak_run as number;
  if (lesson.last_activity_on !== date) {
    await rows(
      client,
      `INSERT INTO progress_activityday (user_id, local_date, first_timezone, last_timezone) VALUES ($1, $2, $3, $3)
       ON CONFLICT (user_id, local_date) DO UPDATE SET last_timezone = $3`,
      [userId, date, lesson.timezone],
    );
    const daysSinceActivity = (Date.parse(date) - Date.parse(lesson.last_activity_on)) / 86_400_000;
    streakDays = daysSinceActivity === 1 ? streakDays + 1 : 1;
  }
  await rows(
    client,
    `UPDATE users_userprogress SET total_lessons_completed = total_lessons_completed + 1, streak_days = $2, streak_run = $2,
       last_activity_on = $3, last_activity_timezone = $4, last_activity_date = $5, updated_at = $5,
       total_teocoins_earned = total_teocoins_earned + $6 WHERE user_id = $1`,
    [userId, streakDays, date, lesson.timezone, now, lesson.teocoin_reward],
  );
  return streakDays;
}

async function payReward(
  client: PoolClient,
  userId: number,
  lessonId: number,
  lesson: Row,
  now: Date,
): Promise<number> {
  const amount = lesson.teocoin_reward as number;
  const [balance] = await rows<Row>(
    client,
    `UPDATE users_user SET teo_coins = teo_coins + $2, teo_sequence = teo_sequence + 1
     WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM rewards_teocointransaction t WHERE t.user_id = $1
       AND t.transaction_type = 'earned_lesson' AND t.related_object_type = 'courses.lesson' AND t.related_object_id = $3
       AND t.reward_epoch = 0) RETURNING teo_coins, teo_sequence`,
    [userId, amount, lessonId],
  );
  const [row] = await rows<Row>(
    client,
    `INSERT INTO ${ledgerColumns} VALUES ($1, 'earned_lesson', $2, $3, NULL, 'courses.lesson', $4, $5, $6, $7, $8, NULL, NULL) RETURNING id`,
    [
      userId,
      amount,
      `Lesson completed: ${lesson.title}`,
      lessonId,
      now,
      balance!.teo_sequence,
      balance!.teo_coins,
      randomUUID(),
    ],
  );
  return row!.id as number;
}

/**
 * Transfers coins with all effects that the application has: both balances, both ledger rows and the event in the outbox. Returns
 * null if the recipient cannot get coins or the idempotency key was used before.
 */
export function transfer(userId: number, key: string, { recipientId, amount, message }: Row): Promise<object | null> {
  return transaction(async (client) => {
    const now = new Date();
    const operationId = randomUUID();
    await rows(client, 'SELECT id FROM users_user WHERE id IN ($1, $2) ORDER BY id FOR NO KEY UPDATE', [
      userId,
      recipientId,
    ]);
    const [people] = await rows<Row>(
      client,
      `SELECT s.username AS sender, r.username AS recipient, r.is_active, t.id FROM users_user s
       LEFT JOIN users_user r ON r.id = $2
       LEFT JOIN rewards_teocointransaction t ON t.user_id = s.id AND t.idempotency_key = $3 WHERE s.id = $1`,
      [userId, recipientId, key],
    );
    if (!people?.is_active || people.id !== null) return null;
    const balances = await rows<Row>(
      client,
      `UPDATE users_user SET teo_coins = teo_coins + CASE WHEN id = $1 THEN -$3::int ELSE $3::int END, teo_sequence = teo_sequence + 1
       WHERE id IN ($1, $2) AND (id <> $1 OR teo_coins >= $3::int) RETURNING id, teo_coins, teo_sequence`,
      [userId, recipientId, amount],
    );
    const sender = balances.find((row) => row.id === userId);
    const receiver = balances.find((row) => row.id === recipientId);
    if (!sender || !receiver) throw new Error('Not enough coins');
    const hash = createHash('sha256')
      .update(JSON.stringify(['transfer', recipientId, amount, message]))
      .digest('hex');
    const [row] = await rows<Row>(
      client,
      `INSERT INTO ${ledgerColumns} VALUES ($1, 'transfer_sent', $3, $4, $2, NULL, NULL, $5, $6, $7, $8, $9, $10),
         ($2, 'transfer_received', $3, $4, NULL, NULL, NULL, $5, $11, $12, $8, NULL, NULL) RETURNING id`,
      [
        userId,
        recipientId,
        amount,
        message,
        now,
        sender.teo_sequence,
        sender.teo_coins,
        operationId,
        key,
        hash,
        receiver.teo_sequence,
        receiver.teo_coins,
      ],
    );
    const eventPayload = {
      operationId,
      senderId: userId,
      senderUsername: people.sender,
      recipientId,
      amount,
      message,
    };
    await rows(
      client,
      `INSERT INTO platform_outbox (handler, event_type, payload, created_at, due_at)
       VALUES ('NotifyWhenCoinsTransferred', 'rewards.coins-transferred.v1', $1, $2, $2)`,
      [JSON.stringify(eventPayload), now],
    );
    const recipient = { id: recipientId, username: people.recipient };
    const response = {
      id: row!.id,
      operationId,
      recipient,
      amount,
      message,
      balanceAfter: sender.teo_coins,
    };
    return { ...response, createdAt: now.toISOString() };
  });
}
