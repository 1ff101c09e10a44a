import { createHash, randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { FileStoreUnavailable } from '../files.errors';
import { headBytes } from './file-types';

const partBytes = 256 * 1_024;

/** The bytes of an upload, on the disk of this machine until they are checked. Nothing of them enters the store before that. */
export interface ReceivedFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly head: Buffer;
  read(): Promise<Buffer>;
  /** All bytes again, from the first one. */
  stream(): Readable;
  close(): Promise<void>;
}

/** Writes the stream to a file that has no name any more, so that the operating system removes it even if the process is killed. */
export async function receive(stream: Readable, name: string): Promise<ReceivedFile> {
  const handle = await openNameless();
  try {
    const hash = createHash('sha256');
    const head: Buffer[] = [];
    let sizeBytes = 0;
    for await (const part of stream as AsyncIterable<Buffer>) {
      if (sizeBytes < headBytes) head.push(part.subarray(0, headBytes - sizeBytes));
      hash.update(part);
      sizeBytes += part.length;
      // A full disk is 503, and another try may succeed.
      await handle.appendFile(part).catch(storeFailed);
    }
    return {
      name,
      sizeBytes,
      sha256: hash.digest('hex'),
      head: Buffer.concat(head),
      read: () => readAll(handle, sizeBytes),
      stream: () => Readable.from(partsOf(handle)),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function storeFailed(error: unknown): never {
  throw new FileStoreUnavailable(error);
}

async function openNameless(): Promise<FileHandle> {
  const file = path.join(tmpdir(), `teoart-upload-${randomUUID()}`);
  const handle = await open(file, 'wx+', 0o600);
  await rm(file);
  return handle;
}

async function readAll(handle: FileHandle, sizeBytes: number): Promise<Buffer> {
  const content = Buffer.alloc(sizeBytes);
  const { bytesRead } = await handle.read(content, 0, sizeBytes, 0);
  if (bytesRead !== sizeBytes) throw new Error('The temporary file of an upload is shorter than it was');
  return content;
}

async function* partsOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(partBytes), 0, partBytes, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}
