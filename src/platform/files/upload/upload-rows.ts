import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log';
import { Config } from '../../config/config';
import { int, text } from '../../database/columns';
import { Database } from '../../database/database';
import { columnsOf } from '../../database/entity-columns';
import { placeholders, tuplesSql } from '../../database/insert-rows';
import { DomainError } from '../../errors/domain-error';
import { Clock } from '../../time/clock';
import { FilePurposes } from '../file-purposes';
import type { FileRow } from '../files';
import { FileInfected, FileStoreUnavailable, UploadQuotaReached } from '../files.errors';
import { StoredFile, type StoredVariants } from '../stored-file.entity';

const hour = 3_600_000;
/** No upload takes so long, so the process that received the file has died. */
const receivedMs = hour;
/** A file that nobody has attached. */
export const unusedMs = 24 * hour;
const megabyte = 1_024 * 1_024;

const file = columnsOf(StoredFile);
const begun = columnsOf(StoredFile, [
  'objectKey',
  'ownerId',
  'purpose',
  'contentType',
  'sizeBytes',
  'sha256',
  'fileName',
  'state',
  'variants',
  'createdAt',
  'expiresAt',
]);
export type BegunFile = Pick<FileRow, 'objectKey' | 'purpose' | 'contentType' | 'sizeBytes' | 'sha256' | 'fileName'> & {
  ownerId: number;
};

/** What an upload may take: the bytes of its owner that hang on nothing, and the time. */
export interface UploadAllowance {
  quotaBytes: number;
  lifetimeMs: number;
}

/** The statements of an upload. */
@Injectable()
export class UploadRows {
  private readonly usual: UploadAllowance;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly auditLog: AuditLog,
    private readonly purposes: FilePurposes,
    config: Config,
  ) {
    this.usual = { quotaBytes: config.settings.FILE_UNUSED_MAX_MB * megabyte, lifetimeMs: receivedMs };
  }

  /**
   * Returns the id. Uploads at the same time may exceed the limit by their own size.
   * @throws UploadQuotaReached if the person has too many bytes that hang on nothing
   */
  async begin(upload: BegunFile, { quotaBytes, lifetimeMs } = this.usual): Promise<number> {
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + lifetimeMs);
    const values = begun.valuesOf({ ...upload, state: 'received', variants: {}, createdAt: now, expiresAt });
    const sql = `INSERT INTO platform_storedfile (${begun.names.join(', ')}) VALUES ${tuplesSql(1, values.length)} RETURNING id`;
    return this.database.transaction(async () => {
      await this.requireQuota(upload, quotaBytes);
      return (await this.database.row({ id: int }, sql, values))!.id;
    });
  }

  /** A large file that waits does not prevent a picture. */
  private async requireQuota({ ownerId, sizeBytes, purpose }: BegunFile, quotaBytes: number): Promise<void> {
    const large = this.purposes.large;
    const isLarge = large.includes(purpose);
    const purposeSql =
      large.length > 0 ? `AND purpose ${isLarge ? '' : 'NOT'} IN (${placeholders(large.length, 2)})` : '';
    const sql = `SELECT COALESCE(SUM(size_bytes), 0) AS used FROM platform_storedfile
       WHERE owner_id = $1 AND state IN ('received', 'clean') ${purposeSql}`;
    const row = await this.database.row({ used: int }, sql, [ownerId, ...large]);
    if (row!.used + sizeBytes > quotaBytes) throw new UploadQuotaReached();
  }

  /** From now on the owner can attach the file. */
  async finish(id: number, variants: StoredVariants): Promise<FileRow> {
    const { width = null, height = null } = variants.original ?? {};
    const row = await this.database.transaction(() =>
      this.database.row(
        file.shape,
        `UPDATE platform_storedfile SET state = 'clean', variants = $2, width = $3, height = $4, expires_at = $5
         WHERE id = $1 AND state = 'received' RETURNING ${file.columns()}`,
        [id, variants, width, height, new Date(this.clock.now().getTime() + unusedMs)],
      ),
    );
    // The job has taken it for that of a dead process, so its objects may be deleted already.
    if (!row) throw new FileStoreUnavailable();
    return row;
  }

  /** The row stays for a day, so that an operator can find the reason. */
  async reject(id: number, error: unknown): Promise<void> {
    const code = error instanceof DomainError ? error.code : 'INTERNAL';
    const expiresAt = new Date(this.clock.now().getTime() + unusedMs);
    await this.database.transaction(async () => {
      const rejected = await this.database.row(
        { purpose: text },
        `UPDATE platform_storedfile SET state = 'rejected', rejection = $2, expires_at = $3
         WHERE id = $1 AND state = 'received' RETURNING purpose`,
        [id, code, expiresAt],
      );
      if (!rejected || !(error instanceof FileInfected)) return;
      const detail = { ...rejected, signature: error.signature };
      this.auditLog.record({ action: 'files.infected-file-refused', object: ['files', id], detail });
    });
  }
}
