import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { AuditLog } from '../audit/audit-log';
import { int, type Row } from '../database/columns';
import { Config } from '../config/config';
import { Database } from '../database/database';
import { columnsOf } from '../database/entity-columns';
import { keyset } from '../http/cursor';
import { toPage, type Page } from '../http/pagination';
import { Clock } from '../time/clock';
import { MailRow } from './mail.entity';
import { MailNotFound, MailNotRetryable } from './mail.errors';
import type { MailStatus } from './mail.lists';
import { MailRenderer, type RenderedMail } from './mail-renderer';

const mail = columnsOf(MailRow).without('textValues', 'timezone');
const mailWithText = columnsOf(MailRow, [
  'template',
  'personId',
  'language',
  'timezone',
  'textValues',
  'address',
  'createdAt',
]);
export type ListedMail = Row<typeof mail.shape>;
export type ShownMail = Pick<MailRow, 'address' | 'createdAt'> & RenderedMail;

interface PageRequest {
  limit: number;
  cursor?: string | undefined;
  withTotal: boolean;
  status?: MailStatus | undefined;
}

const resetShape = { id: int, address: mail.shape.address };
type ResetRow = Row<typeof resetShape>;

const newestFirst = keyset('mails:newest', [z.int()]);
/** A mail whose link has expired is of no use any more. */
const retryableSql = "status IN ('failed', 'suppressed') AND (expires_at IS NULL OR expires_at > $1)";

/** Lists mails for administrators, and sends failed ones again. */
@Injectable()
export class MailAdministration {
  private readonly log = new Logger('Mail');

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly renderer: MailRenderer,
    private readonly clock: Clock,
    private readonly auditLog: AuditLog,
  ) {}

  async list<T>({ limit, cursor, withTotal, status }: PageRequest, show: (row: ListedMail) => T): Promise<Page<T>> {
    const [beforeId] = newestFirst.read(cursor) ?? [Number.MAX_SAFE_INTEGER];
    const [statusSql, statusValues] = status ? ['status = $3', [status]] : ['1 = 1', []];
    const rows = await this.database.rows(
      mail.shape,
      `SELECT ${mail.columns()} FROM platform_mail WHERE id < $1 AND ${statusSql} ORDER BY id DESC LIMIT $2`,
      [beforeId, limit + 1, ...statusValues],
    );
    const total = withTotal ? await this.count(status) : undefined;
    return toPage(rows, limit, ({ id }) => newestFirst.after(id), show, total);
  }

  /**
   * Sends a failed mail again as if it were new. Its address is accepted again, because the administrator has seen the reason.
   * @throws MailNotFound, MailNotRetryable
   */
  async retry(id: number): Promise<void> {
    const isKnown = await this.database.row({ id: int }, 'SELECT id FROM platform_mail WHERE id = $1', [id]);
    if (!isKnown) throw new MailNotFound();
    const [retried] = await this.reset(`id = $2 AND ${retryableSql}`, [id], ({ address }) =>
      this.acceptAddress(address),
    );
    if (!retried) throw new MailNotRetryable();
  }

  /** Sends all failed mails again. Returns their number. Addresses that a server has refused stay suppressed. */
  async retryFailed(): Promise<number> {
    return (await this.reset(`status = 'failed' AND ${retryableSql}`, [])).length;
  }

  /**
   * The content of a mail in the development mailbox. In production nobody reads the mails of others, because with the link in one an
   * administrator could act as another person.
   * @throws MailNotFound
   */
  async showInMailbox(id: number): Promise<ShownMail> {
    if (this.config.isProduction) throw new MailNotFound();
    const sql = `SELECT ${mailWithText.columns()} FROM platform_mail WHERE id = $1 AND status = 'shown'`;
    const row = await this.database.row(mailWithText.shape, sql, [id]);
    if (!row) throw new MailNotFound();
    return { address: row.address, createdAt: row.createdAt, ...this.renderer.render(row) };
  }

  private async reset(
    conditionSql: string,
    values: number[],
    andThen: (row: ResetRow) => Promise<void> = () => Promise.resolve(),
  ): Promise<ResetRow[]> {
    const retried = await this.database.transaction(async () => {
      const rows = await this.database.rows(
        resetShape,
        `UPDATE platform_mail SET status = 'waiting', attempts = 0, due_at = $1, last_error = '' WHERE ${conditionSql}
         RETURNING id, address`,
        [this.clock.now(), ...values],
      );
      for (const row of rows) await andThen(row);
      this.auditLog.recordEach(
        'operations.mail-retried',
        'mails',
        rows.map(({ id }) => id),
      );
      return rows;
    });
    if (retried.length > 0) this.log.warn(`${retried.length} mails are sent again, as an administrator decided`);
    return retried;
  }

  private async acceptAddress(address: string): Promise<void> {
    const folded = this.database.dialect.folded('CAST($1 AS varchar(254))');
    await this.database.run(`DELETE FROM platform_mailsuppression WHERE address = ${folded}`, [address]);
  }

  private async count(status: MailStatus | undefined): Promise<number> {
    const [conditionSql, values] = status ? ['status = $1', [status]] : ['1 = 1', []];
    const row = await this.database.row(
      { total: int },
      `SELECT count(*) AS total FROM platform_mail WHERE ${conditionSql}`,
      values,
    );
    return row!.total;
  }
}
