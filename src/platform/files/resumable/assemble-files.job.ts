import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '../../errors/domain-error';
import { Job, type JobReport, type RunnableJob } from '../../jobs/job';
import { Metrics } from '../../metrics/metrics';
import { FilePurposes } from '../file-purposes';
import { FileInfected, FileStoreUnavailable, FileTypeRefused } from '../files.errors';
import { VirusScanner } from '../scanner/virus-scanner';
import { FileStore } from '../store/file-store';
import { acceptedTypeOf, headBytes } from '../upload/file-types';
import { keyOfVariant } from '../upload/kept-files';
import { UploadRows } from '../upload/upload-rows';
import { ResumableRows, type UploadRow } from './resumable-rows';
import { readParts, removeParts } from './upload-parts';

const pageSize = 10;

/**
 * Makes one object of the parts of each large file that has arrived in whole. It runs outside requests, because two gigabytes take minutes
 * to read, scan and write. After a failure of the store or the scanner, the next run tries again.
 */
@Injectable()
@Job({
  name: 'files:assemble',
  cron: '* * * * *',
  summary: 'Checks large files that have arrived, and joins their parts',
})
export class AssembleFiles implements RunnableJob {
  private readonly log = new Logger('Files');
  private readonly results;

  constructor(
    private readonly rows: ResumableRows,
    private readonly files: UploadRows,
    private readonly purposes: FilePurposes,
    private readonly scanner: VirusScanner,
    private readonly store: FileStore,
    metrics: Metrics,
  ) {
    const help = 'Large files that have arrived in whole, by the code of their error';
    this.results = metrics.counter('teoart_large_files_total', help, ['result']);
  }

  async run(_lease: unknown, signal: AbortSignal): Promise<JobReport | null> {
    let assembled = 0;
    for await (const upload of this.ready()) {
      if (signal.aborted) break;
      if (await this.complete(upload)) assembled++;
    }
    return assembled > 0 ? { assembled } : null;
  }

  /** Goes on after files that fail, so that they do not hold up the others. */
  private async *ready(): AsyncGenerator<UploadRow> {
    for (let afterId = 0; ;) {
      const page = await this.rows.findReady(afterId, pageSize);
      yield* page;
      if (page.length < pageSize) return;
      afterId = page.at(-1)!.fileId;
    }
  }

  private async complete(upload: UploadRow): Promise<boolean> {
    try {
      if (upload.state === 'received') await this.assembleOrReject(upload);
      await removeParts(this.store, upload.objectKey);
      await this.rows.markCleared(upload.fileId);
      return true;
    } catch (error) {
      this.count(error);
      this.log.error(`File ${upload.fileId} is tried again in the next run: ${(error as Error).message}`);
      return false;
    }
  }

  private async assembleOrReject(upload: UploadRow): Promise<void> {
    try {
      await this.assemble(upload);
      this.results.inc({ result: 'clean' });
    } catch (error) {
      if (!(error instanceof FileTypeRefused || error instanceof FileInfected)) throw error;
      this.count(error);
      await this.files.reject(upload.fileId, error);
    }
  }

  private async assemble({ fileId, objectKey, purpose, parts, sizeBytes }: UploadRow): Promise<void> {
    const read = (): Readable => readParts(this.store, parts);
    const { type } = await acceptedTypeOf(await headOf(read()), this.purposes.largeKindsOf(purpose));
    await this.scanner.check(read);
    const key = keyOfVariant(objectKey, 'original');
    const hash = createHash('sha256');
    await this.store.put(key, Readable.from(hashed(read(), hash), { objectMode: false }), sizeBytes, type);
    const sha256 = hash.digest('hex');
    const original = { key, type, sizeBytes, sha256, width: null, height: null };
    if (await this.rows.finish(fileId, type, sha256, { original })) return;
    await this.store.delete(key);
    throw new FileStoreUnavailable(new Error('The file was removed meanwhile'));
  }

  private count(error: unknown): void {
    this.results.inc({ result: error instanceof DomainError ? error.code : 'INTERNAL' });
  }
}

async function headOf(bytes: Readable): Promise<Buffer> {
  const head: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of bytes as AsyncIterable<Buffer>) {
    head.push(part);
    sizeBytes += part.length;
    if (sizeBytes >= headBytes) break;
  }
  return Buffer.concat(head).subarray(0, headBytes);
}

async function* hashed(bytes: Readable, hash: Hash): AsyncGenerator<Buffer> {
  for await (const part of bytes as AsyncIterable<Buffer>) {
    hash.update(part);
    yield part;
  }
}
