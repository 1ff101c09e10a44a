import { Injectable } from '@nestjs/common';
import { bool, int, text, type Row } from '../database/columns';
import { Database } from '../database/database';
import { Job, type JobReport, type RunnableJob } from '../jobs/job';
import { Clock } from '../time/clock';
import { removeParts } from './resumable/upload-parts';
import { FileStore } from './store/file-store';
import { fileVariants } from './stored-file.entity';
import { keyOfVariant } from './upload/kept-files';

const batchSize = 100;
const maxPerRun = 2_000;
const halfMadeMs = 3_600_000;
const removable = { id: int, objectKey: text, isLarge: bool };

/**
 * Removes files that nobody has used, and what processes that died have left. A row is marked first, so that nobody can attach it
 * meanwhile; then its objects are deleted, and then the row. So the next run continues after an interruption.
 */
@Injectable()
@Job({ name: 'files:tidy', cron: '7,37 * * * *', summary: 'Removes uploaded files that are not used' })
export class TidyFiles implements RunnableJob {
  constructor(
    private readonly database: Database,
    private readonly store: FileStore,
    private readonly clock: Clock,
  ) {}

  async run(_lease: unknown, signal: AbortSignal): Promise<JobReport | null> {
    let removed = 0;
    while (removed < maxPerRun && !signal.aborted) {
      const files = await this.markExpired();
      for (const file of files) await this.remove(file);
      removed += files.length;
      if (files.length < batchSize) break;
    }
    const halfMade = await this.store.removeHalfMade(halfMadeMs);
    return removed + halfMade > 0 ? { removed, halfMade } : null;
  }

  private markExpired(): Promise<Row<typeof removable>[]> {
    return this.database.transaction(() =>
      this.database.rows(
        removable,
        `UPDATE platform_storedfile SET state = 'removed' WHERE state <> 'attached' AND id IN (
           SELECT id FROM platform_storedfile WHERE expires_at <= $1 ORDER BY expires_at LIMIT ${batchSize})
         RETURNING id, object_key AS "objectKey",
           EXISTS (SELECT 1 FROM platform_fileupload u WHERE u.file_id = platform_storedfile.id) AS "isLarge"`,
        [this.clock.now()],
      ),
    );
  }

  private async remove({ id, objectKey, isLarge }: Row<typeof removable>): Promise<void> {
    if (isLarge) await removeParts(this.store, objectKey);
    for (const variant of fileVariants) await this.store.delete(keyOfVariant(objectKey, variant));
    const sql = `DELETE FROM platform_storedfile WHERE id = $1 AND state = 'removed'`;
    await this.database.transaction(() => this.database.run(sql, [id]));
  }
}
