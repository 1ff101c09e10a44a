import { createHash, randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { errorLine } from '../../errors/loggable-error';
import type { FilePurpose } from '../file-purposes';
import type { FileRow } from '../files';
import { VirusScanner } from '../scanner/virus-scanner';
import { FileStore } from '../store/file-store';
import type { FileVariant, StoredVariants } from '../stored-file.entity';
import { acceptedTypeOf, type FileKind } from './file-types';
import { PictureEncoder } from './picture-encoder';
import type { ReceivedFile } from './received-file';
import { UploadRows } from './upload-rows';

interface Content {
  bytes: Buffer;
  type: string;
  width: number | null;
  height: number | null;
}

/** Checks what was received, and puts what is kept of it into the store. */
@Injectable()
export class KeptFiles {
  private readonly log = new Logger('Files');

  constructor(
    private readonly rows: UploadRows,
    private readonly encoder: PictureEncoder,
    private readonly store: FileStore,
    private readonly scanner: VirusScanner,
  ) {}

  /**
   * The row is written before the first object, so that the job `files:tidy` finds the objects of a process that died.
   * @throws FileTypeRefused, UploadQuotaReached, FileInfected, VirusScannerUnavailable, PictureUnreadable, PictureTooLarge, FileStoreUnavailable
   */
  async keep(ownerId: number, purpose: FilePurpose, received: ReceivedFile): Promise<FileRow> {
    const { type, kind } = await acceptedTypeOf(received.head, purpose.accepts);
    const objectKey = randomBytes(16).toString('hex');
    const { name: fileName, sizeBytes, sha256 } = received;
    const purposeName = purpose.name;
    const id = await this.rows.begin({
      objectKey,
      ownerId,
      purpose: purposeName,
      contentType: type,
      sizeBytes,
      sha256,
      fileName,
    });
    try {
      await this.scanner.check(() => received.stream());
      const variants = await this.storeVariants(objectKey, await this.contentsOf(received, type, kind));
      return await this.rows.finish(id, variants);
    } catch (error) {
      await this.reject(id, error);
      throw error;
    }
  }

  /** What is not a picture is kept as it is. A PDF is only ever sent as a download. */
  private async contentsOf(received: ReceivedFile, type: string, kind: FileKind): Promise<Map<string, Content>> {
    if (kind !== 'picture') return new Map([['original', await asReceived(received, type)]]);
    const encoded = await this.encoder.encode(() => received.read());
    return new Map(encoded.map(({ variant, ...content }) => [variant, content]));
  }

  private async storeVariants(objectKey: string, contents: Map<string, Content>): Promise<StoredVariants> {
    const variants: StoredVariants = {};
    for (const [variant, { bytes, type, width, height }] of contents) {
      const key = keyOfVariant(objectKey, variant);
      await this.store.put(key, bytes, bytes.length, type);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      variants[variant as FileVariant] = { key, type, sizeBytes: bytes.length, sha256, width, height };
    }
    return variants;
  }

  /** If this fails too, the row stays as it is until it expires. */
  private async reject(id: number, error: unknown): Promise<void> {
    await this.rows
      .reject(id, error)
      .catch((failure: unknown) => this.log.warn(`File ${id} could not be marked as rejected: ${errorLine(failure)}`));
  }
}

async function asReceived(received: ReceivedFile, type: string): Promise<Content> {
  return { bytes: await received.read(), type, width: null, height: null };
}

export const keyOfVariant = (objectKey: string, variant: string): string => `${objectKey}.${variant}`;
