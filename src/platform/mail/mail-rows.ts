import { Injectable } from '@nestjs/common';
import { Config } from '../config/config';
import { bool, int, text, nullable, type Row } from '../database/columns';
import { Database } from '../database/database';
import { fold } from '../database/case-folding';
import { columnsOf } from '../database/entity-columns';
import { chunksOf, enqueueEntities, placeholders } from '../database/insert-rows';
import { workerNowSql } from '../database/worker-now';
import { storedError } from '../errors/stored-error';
import { Clock } from '../time/clock';
import { MailRow } from './mail.entity';

const newMail = columnsOf(MailRow).without('id', 'attempts', 'sentAt');
const claimed = columnsOf(MailRow).without('sentAt', 'lastError', 'dueAt');
export type NewMailRow = Omit<MailRow, 'id' | 'attempts' | 'sentAt'>;
const claimedShape = { ...claimed.shape, isExpired: bool };
export type ClaimedMail = Row<typeof claimedShape>;

export const maxMailAttempts = 12;
const maxDelaySeconds = 4 * 3_600;
/** A worker that has claimed a mail sends it within this time. Later another worker sends the mail, with the same Message-ID. */
const minLeaseMs = 180_000;
/** Each of the steps of SMTP, from the greeting to the end of the text, may take as long as MAIL_TIMEOUT_MS. */
const stepCount = 9;

/** People in one statement. */
const maxListed = 1_000;

/** The statements about mails. */
@Injectable()
export class MailRows {
  private readonly leaseMs: number;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.leaseMs = Math.max(minLeaseMs, stepCount * config.settings.MAIL_TIMEOUT_MS);
  }

  enqueue(mails: readonly NewMailRow[]): void {
    enqueueEntities(this.database, newMail, mails);
  }

  /** Whether a mail of at most this priority number is due. It is a read, because on SQLite a transaction would stop all writers each second. */
  private async isAnyDue(maxPriority: number): Promise<boolean> {
    const sql = `SELECT EXISTS (${this.dueSql('$2')}) AS "isDue"`;
    const row = await this.database.row({ isDue: bool }, sql, [this.clock.moved, maxPriority]);
    return row!.isDue;
  }

  /** Claims due mails for one attempt, the most urgent first. One statement does it, so that two workers never get the same mail. */
  async claim(limit: number, maxPriority: number): Promise<ClaimedMail[]> {
    if (!(await this.isAnyDue(maxPriority))) return [];
    return this.database.transaction(() =>
      this.database.rows(
        claimedShape,
        `UPDATE platform_mail SET attempts = attempts + 1, due_at = ${this.afterSql('$3')}
         WHERE id IN (${this.dueSql('$2')} ORDER BY priority, due_at, id LIMIT $4${this.database.dialect.skipLocked})
         RETURNING ${claimed.columns()}, COALESCE(expires_at <= ${this.nowSql}, false) AS "isExpired"`,
        [this.clock.moved, maxPriority, this.leaseMs, limit],
      ),
    );
  }

  /** A mail that was sent is never sent again, even if the lease had ended before. */
  async markSent({ id }: ClaimedMail): Promise<void> {
    const sql = `UPDATE platform_mail SET status = 'sent', sent_at = $2, last_error = '' WHERE id = $1 AND status = 'waiting'`;
    await this.database.transaction(() => this.database.run(sql, [id, this.clock.now()]));
  }

  /** Delays the next attempt by 30, 60, 120 … seconds, at most four hours. After the last attempt the mail has failed. */
  async postpone(mail: ClaimedMail, error: string): Promise<'waiting' | 'failed'> {
    if (mail.attempts >= maxMailAttempts) {
      await this.finish(mail, 'failed', error);
      return 'failed';
    }
    const delayMs = Math.min(maxDelaySeconds, 30 * 2 ** (mail.attempts - 1)) * 1_000;
    await this.database.transaction(() =>
      this.database.run(
        `UPDATE platform_mail SET due_at = ${this.afterSql('$2')}, last_error = $3
         WHERE id = $4 AND attempts = $5 AND status = 'waiting'`,
        [this.clock.moved, delayMs, storedError(error), mail.id, mail.attempts],
      ),
    );
    return 'waiting';
  }

  /** Nothing is written if another worker has claimed the mail meanwhile, because that worker will know the result. */
  async finish({ id, attempts }: ClaimedMail, status: 'failed' | 'suppressed', error: string): Promise<void> {
    const sql = `UPDATE platform_mail SET status = $3, last_error = $4 WHERE id = $1 AND attempts = $2 AND status = 'waiting'`;
    await this.database.transaction(() => this.database.run(sql, [id, attempts, status, storedError(error)]));
  }

  /** Refuses an address from now on. */
  async suppress(address: string, reason: string): Promise<void> {
    await this.database.transaction(() =>
      this.database.run(
        `INSERT INTO platform_mailsuppression (address, reason, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (address) DO UPDATE SET reason = excluded.reason, created_at = excluded.created_at`,
        [fold(address), storedError(reason), this.clock.now()],
      ),
    );
  }

  async findSuppression(address: string): Promise<string | null> {
    const sql = 'SELECT reason FROM platform_mailsuppression WHERE address = $1';
    const row = await this.database.row({ reason: nullable(text) }, sql, [fold(address)]);
    return row?.reason ?? null;
  }

  /** The address is compared too, because some mails name no person. A suppressed address is forgotten. */
  async forget(personId: number, address: string): Promise<void> {
    const addressSql = this.database.dialect.folded('address');
    const mailSql = `DELETE FROM platform_mail WHERE person_id = $1 OR ${addressSql} = $2`;
    await this.database.run(mailSql, [personId, fold(address)]);
    await this.database.run('DELETE FROM platform_mailsuppression WHERE address = $1', [fold(address)]);
  }

  async forgetSent(personIds: readonly number[], templates: readonly string[]): Promise<void> {
    for (const some of chunksOf(personIds, maxListed)) {
      const sql = `DELETE FROM platform_mail WHERE status <> 'waiting' AND person_id IN (${placeholders(some.length)})
        AND template IN (${placeholders(templates.length, some.length + 1)})`;
      await this.database.run(sql, [...some, ...templates]);
    }
  }

  /** Those of these folded addresses that are suppressed. */
  async suppressed(addresses: readonly string[]): Promise<Set<string>> {
    const unique = [...new Set(addresses)];
    if (unique.length === 0) return new Set();
    const sql = `SELECT address FROM platform_mailsuppression WHERE address IN (${placeholders(unique.length)})`;
    const rows = await this.database.rows({ address: text }, sql, unique);
    return new Set(rows.map(({ address }) => address));
  }

  /** Deletes finished mails that are older than `cutoff`, one batch per transaction. Returns the number of deleted mails. */
  async expire(cutoff: Date): Promise<number> {
    const sql = `DELETE FROM platform_mail WHERE id IN (SELECT id FROM platform_mail
      WHERE created_at < $1 AND status <> 'waiting' ORDER BY id LIMIT 1000)`;
    let deletedCount = 0;
    let batchCount: number;
    do {
      batchCount = await this.database.transaction(() => this.database.run(sql, [cutoff]));
      deletedCount += batchCount;
    } while (batchCount > 0);
    return deletedCount;
  }

  /** A failed mail whose link has expired is not counted, because nothing can be done about it. */
  async countByStatus(): Promise<{ waiting: number; failing: number; failed: number; oldestMs: number }> {
    const row = await this.database.row(
      { waiting: int, failing: int, failed: int, oldest: nullable(claimed.shape.createdAt) },
      `SELECT (SELECT count(*) FROM platform_mail WHERE status = 'waiting' AND attempts = 0) AS waiting,
         (SELECT count(*) FROM platform_mail WHERE status = 'waiting' AND attempts > 0) AS failing,
         (SELECT count(*) FROM platform_mail WHERE status = 'failed' AND (expires_at IS NULL OR expires_at > $1)) AS failed,
         (SELECT min(created_at) FROM platform_mail WHERE status = 'waiting') AS oldest`,
      [this.clock.now()],
    );
    const { oldest, ...counts } = row!;
    return { ...counts, oldestMs: oldest ? Math.max(0, this.clock.now().getTime() - oldest.getTime()) : 0 };
  }

  /** A mail without an attempt is always due, because its time is from the clock of the process that wrote it, which may be wrong. */
  private dueSql(maxPriority: string): string {
    return `SELECT id FROM platform_mail WHERE status = 'waiting' AND priority <= ${maxPriority}
      AND (attempts = 0 OR due_at <= ${this.nowSql})`;
  }

  private get nowSql(): string {
    return workerNowSql(this.database.dialect);
  }

  private afterSql(ms: string): string {
    return this.database.dialect.plusMsSql(this.nowSql, ms);
  }
}
