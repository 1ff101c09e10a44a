import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { text } from '../database/columns';
import { Database } from '../database/database';
import { columnsOf } from '../database/entity-columns';
import { insertEntities, placeholders } from '../database/insert-rows';
import { Job, type JobReport, type RunnableJob } from '../jobs/job';
import { Clock } from '../time/clock';
import { FileStore, type StoredObject } from './store/file-store';
import { StoredFile, StrayObject, type FileProblem, type StoredVariant } from './stored-file.entity';

const maxRows = 200;
/** Storage may cost money for each byte that is read. */
const maxBytes = 200 * 1_024 * 1_024;
const maxObjects = 500;

const file = columnsOf(StoredFile, ['id', 'objectKey', 'variants', 'problem']);
const stray = columnsOf(StrayObject, ['objectKey', 'sizeBytes', 'foundAt']);

/**
 * Compares rows and objects. Each run begins at a random key, because keys are random: so all files are checked in the course of time,
 * and no run takes long.
 */
@Injectable()
@Job({ name: 'files:verify', cron: '52 * * * *', summary: 'Checks that the stored files are there and unchanged' })
export class VerifyFiles implements RunnableJob {
  constructor(
    private readonly database: Database,
    private readonly store: FileStore,
    private readonly clock: Clock,
  ) {}

  async run(_lease: unknown, signal: AbortSignal): Promise<JobReport | null> {
    const start = randomBytes(16).toString('hex');
    const files = await this.checkRows(start, signal);
    const objects = await this.findStrays(start);
    await this.checkStrays();
    return files + objects > 0 ? { files, objects } : null;
  }

  /** Files with a problem are checked in each run, so that a finding ends soon after its cause. */
  private async checkRows(start: string, signal: AbortSignal): Promise<number> {
    const sql = (conditionSql: string): string => `SELECT ${file.columns()} FROM platform_storedfile
       WHERE state IN ('clean', 'attached') AND ${conditionSql} ORDER BY object_key LIMIT ${maxRows}`;
    const known = await this.database.rows(file.shape, sql(`problem <> ''`));
    const after = await this.database.rows(file.shape, sql(`object_key >= $1 AND problem = ''`), [start]);
    const missing = maxRows - after.length;
    const before = await this.database.rows(file.shape, sql(`object_key < $1 AND problem = ''`), [start]);
    const files = [...known, ...after, ...before.slice(0, missing)];
    let readBytes = 0;
    for (const { id, variants, problem } of files) {
      if (signal.aborted || readBytes > maxBytes) break;
      for (const { sizeBytes } of Object.values(variants)) readBytes += sizeBytes;
      const found = await this.problemOf(Object.values(variants));
      if (found !== problem) await this.mark(id, found);
    }
    return files.length;
  }

  private async problemOf(variants: readonly StoredVariant[]): Promise<FileProblem> {
    for (const { key, sha256 } of variants) {
      const stream = await this.store.get(key);
      if (!stream) return 'missing';
      const hash = createHash('sha256');
      for await (const part of stream as AsyncIterable<Buffer>) hash.update(part);
      if (hash.digest('hex') !== sha256) return 'changed';
    }
    return '';
  }

  private async mark(id: number, problem: FileProblem): Promise<void> {
    const sql = `UPDATE platform_storedfile SET problem = $2 WHERE id = $1 AND state IN ('clean', 'attached')`;
    await this.database.transaction(() => this.database.run(sql, [id, problem]));
  }

  private async findStrays(start: string): Promise<number> {
    const after = await this.store.list(start, maxObjects);
    const objects =
      after.length === maxObjects ? after : [...after, ...(await this.store.list('', maxObjects - after.length))];
    const strays = await this.withoutRow(objects);
    const foundAt = this.clock.now();
    const rows = strays.map(({ key, sizeBytes }) => ({ objectKey: key, sizeBytes, foundAt }));
    if (rows.length > 0)
      await this.database.transaction(() =>
        insertEntities(this.database, stray, rows, 'ON CONFLICT (object_key) DO NOTHING'),
      );
    return objects.length;
  }

  /** A row is written before its objects, so an object without a row has none any more, or belongs to another school. */
  private async withoutRow(objects: readonly StoredObject[]): Promise<StoredObject[]> {
    if (objects.length === 0) return [];
    const keys = [...new Set(objects.map(({ key }) => rowKeyOf(key)))];
    const sql = `SELECT object_key AS "objectKey" FROM platform_storedfile WHERE object_key IN (${placeholders(keys.length)})`;
    const known = new Set((await this.database.rows({ objectKey: text }, sql, keys)).map(({ objectKey }) => objectKey));
    return objects.filter(({ key }) => !known.has(rowKeyOf(key)));
  }

  /** Forgets those that an operator has removed. */
  private async checkStrays(): Promise<void> {
    const sql = `SELECT object_key AS "objectKey" FROM platform_strayobject ORDER BY id LIMIT ${maxRows}`;
    for (const { objectKey } of await this.database.rows({ objectKey: text }, sql)) {
      if ((await this.store.head(objectKey)) !== null) continue;
      const deleteSql = 'DELETE FROM platform_strayobject WHERE object_key = $1';
      await this.database.transaction(() => this.database.run(deleteSql, [objectKey]));
    }
  }
}

const rowKeyOf = (key: string): string => key.split('.', 1)[0]!;
