import type { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { columnsOf } from '../database/entity-columns';
import { Database } from '../database/database';
import { Clock } from '../time/clock';
import { rangeOf } from './byte-range';
import { FileAddresses } from './file-addresses';
import { FileAddressExpired, FileNotFound } from './files.errors';
import type { ContentQuery } from './files.dto';
import { FileStore, type ByteRange } from './store/file-store';
import { StoredFile, type StoredVariant } from './stored-file.entity';

const file = columnsOf(StoredFile, ['id', 'objectKey', 'state', 'fileName', 'variants']);

export interface FileContent {
  object: StoredVariant;
  fileName: string;
  /** Undefined for all of the bytes. */
  range: ByteRange | undefined;
  open(): Promise<Readable>;
}

/** Finds the bytes that a signed address names. */
@Injectable()
export class FileContents {
  private readonly log = new Logger('Files');

  constructor(
    private readonly database: Database,
    private readonly addresses: FileAddresses,
    private readonly store: FileStore,
    private readonly clock: Clock,
  ) {}

  /** @throws FileNotFound, FileAddressExpired, RangeNotSatisfiable */
  async find(id: number, { variant, expires, signature }: ContentQuery, rangeHeader?: string): Promise<FileContent> {
    const sql = `SELECT ${file.columns()} FROM platform_storedfile WHERE id = $1 AND state IN ('clean', 'attached')`;
    const found = await this.database.row(file.shape, sql, [id]);
    const object = found?.variants[variant];
    if (!found || !object || !this.addresses.isValid(found, variant, expires, signature)) throw new FileNotFound();
    if (expires * 1_000 <= this.clock.now().getTime()) throw new FileAddressExpired();
    const range = rangeOf(rangeHeader, object.sizeBytes);
    return { object, fileName: found.fileName, range, open: () => this.open(object.key, range) };
  }

  private async open(key: string, range: ByteRange | undefined): Promise<Readable> {
    const stream = await this.store.get(key, range);
    if (stream) return stream;
    this.log.error(`The store has lost the object ${key}, or this process has another FILES_URL`);
    throw new FileNotFound();
  }
}
