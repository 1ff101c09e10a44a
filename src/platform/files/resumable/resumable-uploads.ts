import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../auth/actor';
import { Config } from '../../config/config';
import { ValidationFailed } from '../../http/problems/http.errors';
import { FilePurposes } from '../file-purposes';
import { FileTooLarge, FileTypeRefused, UploadMalformed, UploadOffsetWrong } from '../files.errors';
import { FileStore } from '../store/file-store';
import { cleanFileName } from '../upload/file-name';
import { acceptedTypeOf, headBytes } from '../upload/file-types';
import { receive, type ReceivedFile } from '../upload/received-file';
import { UploadRows } from '../upload/upload-rows';
import { UploadSlots } from '../upload/upload-slots';
import { BodyParts } from './body-parts';
import { ResumableRows, type UploadRow } from './resumable-rows';
import { partPrefix } from './upload-parts';

/** A process that is killed loses at most this much of what has arrived. */
const partBytes = 8 * 1_024 * 1_024;
const megabyte = 1_024 * 1_024;
/** How many of the largest files a person may have sent and not used. */
const unusedLargeFiles = 2;

/** Receives large files in several requests (the protocol tus 1.0.0). The job `files:assemble` makes a file of the parts. */
@Injectable()
export class ResumableUploads {
  constructor(
    private readonly config: Config,
    private readonly purposes: FilePurposes,
    private readonly rows: ResumableRows,
    private readonly files: UploadRows,
    private readonly store: FileStore,
    private readonly slots: UploadSlots,
  ) {}

  /** @throws ValidationFailed, Forbidden, FileTooLarge, UploadQuotaReached */
  async begin(actor: Actor, purposeName: string, sizeBytes: number, name: string | undefined): Promise<UploadRow> {
    const purpose = this.purposes.requireUploadable(purposeName, actor);
    if (this.purposes.largeKindsOf(purposeName).length === 0) throw notLarge();
    const { FILE_LARGE_MAX_MB: maxMegabytes } = this.config.settings;
    if (sizeBytes > maxMegabytes * megabyte) throw new FileTooLarge(maxMegabytes);
    const file = {
      objectKey: randomBytes(16).toString('hex'),
      ownerId: actor.id,
      purpose: purpose.name,
      contentType: 'application/octet-stream',
      sizeBytes,
      sha256: '',
      fileName: cleanFileName(name),
    };
    const id = await this.rows.begin(file, unusedLargeFiles * maxMegabytes * megabyte);
    return this.rows.requireOwn(actor.id, id);
  }

  /** @throws FileNotFound, also for the upload of another person */
  find(actor: Actor, fileId: number): Promise<UploadRow> {
    return this.rows.requireOwn(actor.id, fileId);
  }

  /**
   * Keeps the bytes of a request, also if it ends before its end.
   * @throws FileNotFound, UploadOffsetWrong, FileTypeRefused, UploadStalled, UploadMalformed, FileStoreUnavailable
   */
  append(actor: Actor, fileId: number, offset: number, request: IncomingMessage): Promise<UploadRow> {
    return this.slots.use(actor.id, async () => {
      const upload = await this.rows.requireOwn(actor.id, fileId);
      if (upload.state !== 'received' || offset !== upload.receivedBytes) throw new UploadOffsetWrong();
      const body = new BodyParts(request, this.config.settings.FILE_STALL_TIMEOUT_MS);
      try {
        return await this.keepParts(upload, body);
      } finally {
        body.close();
      }
    });
  }

  /** @throws FileNotFound */
  async cancel(actor: Actor, fileId: number): Promise<void> {
    await this.rows.requireOwn(actor.id, fileId);
    await this.rows.cancel(fileId);
  }

  private async keepParts(upload: UploadRow, body: BodyParts): Promise<UploadRow> {
    let current = upload;
    while (!body.isEnded && current.receivedBytes < current.sizeBytes) {
      const maxBytes = Math.min(partBytes, current.sizeBytes - current.receivedBytes);
      const part = await receive(Readable.from(body.next(maxBytes)), '');
      try {
        if (part.sizeBytes > 0) current = await this.keepPart(current, part);
      } finally {
        await part.close();
      }
    }
    if (await body.hasMore()) throw new UploadMalformed('The file is longer than its Upload-Length.');
    body.requireWhole();
    return current;
  }

  private async keepPart(upload: UploadRow, received: ReceivedFile): Promise<UploadRow> {
    await this.refuseOtherTypes(upload, received);
    const key = `${partPrefix(upload.objectKey)}${randomBytes(8).toString('hex')}`;
    const { sizeBytes } = received;
    await this.store.put(key, await received.read(), sizeBytes, 'application/octet-stream');
    try {
      return await this.rows.append(upload, { key, sizeBytes });
    } catch (error) {
      await this.store.delete(key);
      throw error;
    }
  }

  /** The job checks every file. This check spares a person the time to send all of a file that is refused. */
  private async refuseOtherTypes(upload: UploadRow, { head, sizeBytes }: ReceivedFile): Promise<void> {
    if (upload.receivedBytes > 0 || (sizeBytes < headBytes && sizeBytes < upload.sizeBytes)) return;
    try {
      await acceptedTypeOf(head, this.purposes.largeKindsOf(upload.purpose));
    } catch (error) {
      if (error instanceof FileTypeRefused) await this.files.reject(upload.fileId, error);
      throw error;
    }
  }
}

const notLarge = (): ValidationFailed =>
  new ValidationFailed([
    { pointer: '/query/purpose', message: 'Files for this purpose are sent with POST /files', rule: 'purpose' },
  ]);
