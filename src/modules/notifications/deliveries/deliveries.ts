import { Injectable } from '@nestjs/common';
import { bool, int, text, type Row, type Shape } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { insertEntities, placeholders } from '../../../platform/database/insert-rows';
import { workerNowSql } from '../../../platform/database/worker-now';
import { storedError } from '../../../platform/errors/stored-error';
import { Clock } from '../../../platform/time/clock';
import { deliveryOrder } from '../notification.lists';
import { NotificationDelivery } from './delivery.entity';

const newDelivery = columnsOf(NotificationDelivery, [
  'notificationId',
  'userId',
  'channel',
  'targetId',
  'priority',
  'dueAt',
  'nextAttemptAt',
  'createdAt',
]);
export type NewDelivery = Pick<
  NotificationDelivery,
  'notificationId' | 'userId' | 'channel' | 'targetId' | 'priority' | 'dueAt'
>;

const claimed = columnsOf(NotificationDelivery, [
  'id',
  'notificationId',
  'userId',
  'channel',
  'targetId',
  'priority',
  'dueAt',
  'attempts',
]);
export type ClaimedDelivery = Row<typeof claimed.shape>;

/** A worker that has claimed a delivery records its result within this time. Later another worker sends it again. */
const leaseMs = 180_000;
/** Deliveries of a person that are due this soon are claimed together with one that is due, so that a burst becomes one message. */
const gatherMs = 120_000;
/** A statement lists the claimed ids, and SQLite accepts 32,766 values. Who has more gets a second mail. */
const maxClaimed = 5_000;
const isWaiting = "status = 'waiting'";

interface ClaimOptions {
  limit: number;
  /** True claims urgent deliveries only. So one lane of a worker can keep warnings from waiting behind announcements. */
  isUrgentOnly?: boolean;
}

/** The statements about deliveries. No transaction is open while a delivery is sent. */
@Injectable()
export class NotificationDeliveries {
  /** Called after a commit that added deliveries. The worker of this process sets it, if there is one. */
  onAdded: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Inserts deliveries. Those that exist already are skipped, so the same notification may be routed again. */
  add(deliveries: readonly NewDelivery[]): Promise<number> {
    this.database.afterCommit(() => this.onAdded());
    const createdAt = this.clock.now();
    const rows = deliveries.map((delivery) => ({ ...delivery, nextAttemptAt: delivery.dueAt, createdAt }));
    const suffix = 'ON CONFLICT (notification_id, channel, target_id) DO NOTHING';
    return insertEntities(this.database, newDelivery, rows, suffix);
  }

  /** The notifications of these deliveries by id. One that was deleted since the claim, with its deliveries, is missing. */
  async notificationsOf<S extends Shape & { id: typeof int }>(
    columns: { shape: S; columns(): string },
    deliveries: readonly ClaimedDelivery[],
  ): Promise<Map<number, Row<S>>> {
    const ids = [...new Set(deliveries.map(({ notificationId }) => notificationId))];
    const sql = `SELECT ${columns.columns()} FROM notifications_notification WHERE id IN (${placeholders(ids.length)})`;
    const rows = await this.database.rows(columns.shape, sql, ids);
    return new Map(rows.map((row) => [Number(row.id), row]));
  }

  /** It is a read, because on SQLite a transaction would stop all writers each second. */
  private async isAnyDue(channel: string, isUrgentOnly: boolean): Promise<boolean> {
    const sql = `SELECT EXISTS (SELECT 1 FROM notifications_delivery WHERE ${this.dueSql(isUrgentOnly)}) AS "isDue"`;
    const row = await this.database.row({ isDue: bool }, sql, [this.clock.moved, channel]);
    return row!.isDue;
  }

  /** Claims due deliveries of a channel for one attempt, the most urgent first. One statement does it, so that two workers never get the same one. */
  async claim(channel: string, { limit, isUrgentOnly = false }: ClaimOptions): Promise<ClaimedDelivery[]> {
    if (!(await this.isAnyDue(channel, isUrgentOnly))) return [];
    return this.claimWhere(
      `SELECT id FROM notifications_delivery WHERE ${this.dueSql(isUrgentOnly)}
       ORDER BY priority, next_attempt_at, id LIMIT $4${this.database.dialect.skipLocked}`,
      [channel, leaseMs, limit],
    );
  }

  /**
   * Like `claim`, but for up to `limit` people, and with the deliveries of each that are due within two minutes. What another worker
   * has claimed is due only when its lease has ended.
   */
  async claimOfPeople(channel: string, { limit, isUrgentOnly = false }: ClaimOptions): Promise<ClaimedDelivery[]> {
    if (!(await this.isAnyDue(channel, isUrgentOnly))) return [];
    const soonSql = this.database.dialect.plusMsSql(this.nowSql, '$5');
    return this.claimWhere(
      `SELECT id FROM notifications_delivery WHERE ${isWaiting} AND channel = $2 AND priority IN (${prioritiesSql(isUrgentOnly)})
         AND (next_attempt_at <= ${this.nowSql} OR attempts = 0 AND next_attempt_at <= ${soonSql}) AND user_id IN (
           SELECT user_id FROM (SELECT user_id, priority FROM notifications_delivery WHERE ${this.dueSql(isUrgentOnly)}
             ORDER BY priority, next_attempt_at, id LIMIT $4) AS due)
       ORDER BY user_id, id LIMIT ${maxClaimed}${this.database.dialect.skipLocked}`,
      [channel, leaseMs, limit, gatherMs],
    );
  }

  private claimWhere(idsSql: string, values: readonly (string | number)[]): Promise<ClaimedDelivery[]> {
    return this.database.transaction(() =>
      this.database.rows(
        claimed.shape,
        `UPDATE notifications_delivery SET attempts = attempts + 1,
           next_attempt_at = ${this.database.dialect.plusMsSql(this.nowSql, '$3')}
         WHERE id IN (${idsSql}) RETURNING ${claimed.columns()}`,
        [this.clock.moved, ...values],
      ),
    );
  }

  /**
   * Records that deliveries were sent, with the transaction of the caller or one of its own. @returns those that were not recorded
   * before. So a caller who writes the message with the same transaction writes it exactly once.
   */
  sent(deliveries: readonly ClaimedDelivery[]): Promise<Set<number>> {
    return this.finish(deliveries, 'sent', '');
  }

  /** Records that deliveries are not sent, for a reason that is no failure. */
  skipped(deliveries: readonly ClaimedDelivery[], reason: string): Promise<Set<number>> {
    return this.finish(deliveries, 'skipped', reason);
  }

  /**
   * Records a failed attempt. Without `retryAt` the delivery has failed for good. Nothing is written if another worker has claimed the
   * delivery meanwhile, because that worker will know the result.
   */
  async failed({ id, attempts }: ClaimedDelivery, error: string, retryAt: Date | null): Promise<void> {
    const [status, finishedAt] = retryAt ? ['waiting', null] : ['failed', this.clock.now()];
    await this.database.transaction(() =>
      this.database.run(
        `UPDATE notifications_delivery SET status = $3, finished_at = $4, last_error = $5,
           next_attempt_at = COALESCE($6, next_attempt_at)
         WHERE id = $1 AND attempts = $2 AND ${isWaiting}`,
        [id, attempts, status, finishedAt, storedError(error), retryAt],
      ),
    );
  }

  private async finish(
    deliveries: readonly ClaimedDelivery[],
    status: 'sent' | 'skipped',
    reason: string,
  ): Promise<Set<number>> {
    if (deliveries.length === 0) return new Set();
    const ids = deliveries.map(({ id }) => id);
    const finished = await this.database.transaction(() =>
      this.database.rows(
        { id: int },
        `UPDATE notifications_delivery SET status = $1, last_error = $2, finished_at = $3
         WHERE ${isWaiting} AND id IN (${placeholders(ids.length, 4)}) RETURNING id`,
        [status, storedError(reason), this.clock.now(), ...ids],
      ),
    );
    return new Set(finished.map(({ id }) => id));
  }

  /** `late` are those that a worker should have taken a quarter of an hour ago. Those that are retried later are not late. */
  counts(): Promise<{ channel: string; waiting: number; late: number; failed: number }[]> {
    const lateSql = this.database.dialect.plusMsSql(this.nowSql, '$2');
    return this.database.rows(
      { channel: text, waiting: int, late: int, failed: int },
      `SELECT channel, sum(CASE WHEN ${isWaiting} THEN 1 ELSE 0 END) AS waiting,
         sum(CASE WHEN ${isWaiting} AND next_attempt_at <= ${lateSql} THEN 1 ELSE 0 END) AS late,
         sum(CASE WHEN status = 'failed' THEN 1 ELSE 0 END) AS failed
       FROM (SELECT channel, status, next_attempt_at FROM notifications_delivery WHERE ${isWaiting}
             UNION ALL SELECT channel, status, next_attempt_at FROM notifications_delivery WHERE status = 'failed') AS unfinished
       GROUP BY channel ORDER BY channel`,
      [this.clock.moved, -lateMs],
    );
  }

  /** $1 is the moved clock and $2 the channel. Urgent deliveries are due at once. */
  private dueSql(isUrgentOnly: boolean): string {
    return `${isWaiting} AND channel = $2 AND priority IN (${prioritiesSql(isUrgentOnly)}) AND next_attempt_at <= ${this.nowSql}`;
  }

  private get nowSql(): string {
    return workerNowSql(this.database.dialect);
  }
}

const lateMs = 15 * 60_000;

/** The priorities are listed, so that both engines read the due ones from the index and skip the others. */
const prioritiesSql = (isUrgentOnly: boolean): string =>
  isUrgentOnly ? '0' : deliveryOrder.map((_, position) => position).join(', ');
