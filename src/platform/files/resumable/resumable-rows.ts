import { Injectable } from '@nestjs/common';
import { int, type Row } from '../../database/columns';
import { Database } from '../../database/database';
import { columnsOf } from '../../database/entity-columns';
import { insertEntities } from '../../database/insert-rows';
import { Clock } from '../../time/clock';
import { FileNotFound, UploadOffsetWrong } from '../files.errors';
import { StoredFile, type StoredVariants } from '../stored-file.entity';
import { unusedMs, UploadRows, type BegunFile } from '../upload/upload-rows';
import { FileUpload, type UploadPart } from './file-upload.entity';

/** How long a whole file may wait for the job, which runs each minute. */
const maxWaitMs = 3_600_000;

const file = columnsOf(StoredFile, ['id', 'objectKey', 'purpose', 'state', 'sizeBytes']);
const upload = columnsOf(FileUpload, ['fileId', 'receivedBytes', 'parts']);
const uploadShape = { ...file.shape, ...upload.shape };
const uploadSql = `SELECT ${file.columns('f')}, ${upload.columns('u')}
  FROM platform_fileupload u JOIN platform_storedfile f ON f.id = u.file_id`;
export type UploadRow = Row<typeof uploadShape>;

/** The statements of uploads that are sent in several requests. */
@Injectable()
export class ResumableRows {
  constructor(
    private readonly database: Database,
    private readonly files: UploadRows,
    private readonly clock: Clock,
  ) {}

  /** @throws UploadQuotaReached */
  begin(begun: BegunFile, quotaBytes: number): Promise<number> {
    return this.database.transaction(async () => {
      const fileId = await this.files.begin(begun, { quotaBytes, lifetimeMs: unusedMs });
      await insertEntities(this.database, upload, [{ fileId, receivedBytes: 0, parts: [] }]);
      return fileId;
    });
  }

  /** @throws FileNotFound, also for the upload of another person */
  async requireOwn(ownerId: number, fileId: number): Promise<UploadRow> {
    const sql = `${uploadSql} WHERE f.id = $1 AND f.owner_id = $2 AND f.state <> 'removed'`;
    const found = await this.database.row(uploadShape, sql, [fileId, ownerId]);
    if (!found) throw new FileNotFound();
    return found;
  }

  /**
   * Of two requests that send the same part, one changes the row. The upload expires a day after its last part.
   * @throws UploadOffsetWrong
   */
  async append(before: UploadRow, part: UploadPart): Promise<UploadRow> {
    const { fileId, receivedBytes, parts } = before;
    const after = { receivedBytes: receivedBytes + part.sizeBytes, parts: [...parts, part] };
    await this.database.transaction(async () => {
      const now = this.clock.now();
      const kept = await this.database.run(
        `UPDATE platform_storedfile SET expires_at = $2 WHERE id = $1 AND state = 'received' AND expires_at > $3`,
        [fileId, new Date(now.getTime() + unusedMs), now],
      );
      const appended = await this.database.run(
        `UPDATE platform_fileupload SET received_bytes = $3, parts = $4 WHERE file_id = $1 AND received_bytes = $2`,
        [fileId, receivedBytes, after.receivedBytes, after.parts],
      );
      if (kept + appended < 2) throw new UploadOffsetWrong();
    });
    return { ...before, ...after };
  }

  /** The job `files:tidy` removes what has arrived. A file that is attached stays. */
  async cancel(fileId: number): Promise<void> {
    const sql = `UPDATE platform_storedfile SET state = 'removed', expires_at = $2 WHERE id = $1 AND state <> 'attached'`;
    await this.database.transaction(() => this.database.run(sql, [fileId, this.clock.now()]));
  }

  /** Those that are whole, and those whose parts are no longer needed, by id. */
  findReady(afterId: number, limit: number): Promise<UploadRow[]> {
    const sql = `${uploadSql} WHERE u.cleared_at IS NULL AND f.id > $1
      AND (f.state IN ('clean', 'attached', 'rejected') OR (f.state = 'received' AND u.received_bytes = f.size_bytes))
      ORDER BY f.id LIMIT ${limit}`;
    return this.database.rows(uploadShape, sql, [afterId]);
  }

  /** Returns false if the file was removed meanwhile. */
  async finish(fileId: number, contentType: string, sha256: string, variants: StoredVariants): Promise<boolean> {
    const sql = `UPDATE platform_storedfile SET state = 'clean', content_type = $2, sha256 = $3, variants = $4, expires_at = $5
       WHERE id = $1 AND state = 'received'`;
    const expiresAt = new Date(this.clock.now().getTime() + unusedMs);
    const values = [fileId, contentType, sha256, variants, expiresAt];
    return (await this.database.transaction(() => this.database.run(sql, values))) > 0;
  }

  async markCleared(fileId: number): Promise<void> {
    const sql = `UPDATE platform_fileupload SET parts = $2, cleared_at = $3 WHERE file_id = $1`;
    await this.database.transaction(() => this.database.run(sql, [fileId, [], this.clock.now()]));
  }

  /** Whole files that the job should have made long ago. */
  async countLate(): Promise<number> {
    const sql = `SELECT count(*) AS late FROM platform_fileupload u JOIN platform_storedfile f ON f.id = u.file_id
      WHERE u.cleared_at IS NULL AND f.state = 'received' AND u.received_bytes = f.size_bytes AND f.expires_at < $1`;
    const latest = new Date(this.clock.now().getTime() + unusedMs - maxWaitMs);
    return (await this.database.row({ late: int }, sql, [latest]))!.late;
  }
}
