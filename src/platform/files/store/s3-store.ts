import type { Readable } from 'node:stream';
import type { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { FileStoreUnavailable } from '../files.errors';
import { FileStore, requireKey, type ByteRange, type StoredObject } from './file-store';
import type { S3Address } from './store-address';

const connectTimeoutMs = 3_000;
/** How long a body may stand still. A slow client of ours holds it up. */
const silenceTimeoutMs = 60_000;
const maxAttempts = 2;
/** A large object has more time to be sent: 1 MB a second. */
const minBytesPerMs = 1_000;

/** Keeps objects in a bucket of S3-compatible storage. */
export class S3Store extends FileStore {
  private client: S3Client | undefined;

  /** @param timeoutMs the limit of a request with its attempts, until its response begins */
  constructor(
    private readonly address: S3Address,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  async put(key: string, content: Buffer | Readable, sizeBytes: number, type: string): Promise<void> {
    const { PutObjectCommand } = sdk();
    const object = { ...this.named(key), Body: content, ContentLength: sizeBytes, ContentType: type };
    const send: Send<unknown> = (abortSignal) => this.connect().send(new PutObjectCommand(object), { abortSignal });
    await this.orUnavailable(send, this.timeoutMs + sizeBytes / minBytesPerMs);
  }

  async get(key: string, range?: ByteRange): Promise<Readable | null> {
    const { GetObjectCommand } = sdk();
    const part = range ? { Range: `bytes=${range.start}-${range.end}` } : {};
    const command = new GetObjectCommand({ ...this.named(key), ...part });
    const found = await this.nullIfMissing((abortSignal) => this.connect().send(command, { abortSignal }));
    return (found?.Body as Readable | undefined) ?? null;
  }

  async head(key: string): Promise<number | null> {
    const { HeadObjectCommand } = sdk();
    const command = new HeadObjectCommand(this.named(key));
    const found = await this.nullIfMissing((abortSignal) => this.connect().send(command, { abortSignal }));
    return found?.ContentLength ?? null;
  }

  async delete(key: string): Promise<void> {
    const { DeleteObjectCommand } = sdk();
    const command = new DeleteObjectCommand(this.named(key));
    await this.nullIfMissing((abortSignal) => this.connect().send(command, { abortSignal }));
  }

  async list(after: string, limit: number): Promise<StoredObject[]> {
    const { ListObjectsV2Command } = sdk();
    const start = after ? { StartAfter: after } : {};
    const command = new ListObjectsV2Command({ Bucket: this.address.bucket, MaxKeys: limit, ...start });
    const { Contents = [] } = await this.orUnavailable((abortSignal) => this.connect().send(command, { abortSignal }));
    return Contents.map(({ Key, Size }) => ({ key: Key!, sizeBytes: Size ?? 0 }));
  }

  /** An object of S3 is whole or absent. */
  removeHalfMade(): Promise<number> {
    return Promise.resolve(0);
  }

  private named(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.address.bucket, Key: requireKey(key) };
  }

  private connect(): S3Client {
    const { endpoint, region, accessKeyId, secretAccessKey } = this.address;
    this.client ??= new (sdk().S3Client)({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      // Servers other than that of AWS know buckets only as the first part of the path.
      forcePathStyle: true,
      // We have our own SHA-256 of each object, and many servers refuse the newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts,
      requestHandler: { connectionTimeout: connectTimeoutMs, socketTimeout: silenceTimeoutMs },
    });
    return this.client;
  }

  private async orUnavailable<T>(send: Send<T>, timeoutMs = this.timeoutMs): Promise<T> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutMs);
    try {
      return await send(limit.signal);
    } catch (error) {
      throw new FileStoreUnavailable(error);
    } finally {
      // The signal would also end a body that a client reads slowly.
      clearTimeout(timer);
    }
  }

  private nullIfMissing<T>(send: Send<T>): Promise<T | null> {
    return this.orUnavailable((signal) =>
      send(signal).catch((error: unknown) => {
        if (isMissing(error)) return null;
        throw error;
      }),
    );
  }
}

/** The package is loaded with the first request, because it is large and most schools keep files in a folder. */
const sdk = (): typeof import('@aws-sdk/client-s3') =>
  require('@aws-sdk/client-s3') as typeof import('@aws-sdk/client-s3');

type Send<T> = (signal: AbortSignal) => Promise<T>;

function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as S3ServiceException;
  return name === 'NoSuchKey' || (name === 'NotFound' && $metadata?.httpStatusCode === 404);
}
