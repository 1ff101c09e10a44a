import { Readable } from 'node:stream';
import { FileStoreUnavailable } from '../files.errors';
import type { FileStore } from '../store/file-store';
import type { UploadPart } from './file-upload.entity';

const listedAtOnce = 500;

export const partPrefix = (objectKey: string): string => `${objectKey}.part-`;

/** The bytes of all parts, in their order. */
export function readParts(store: FileStore, parts: readonly UploadPart[]): Readable {
  async function* bytes(): AsyncGenerator<Buffer> {
    for (const { key } of parts) {
      const part = await store.get(key);
      if (!part) throw new FileStoreUnavailable(new Error(`The store has lost the object ${key}`));
      yield* part as AsyncIterable<Buffer>;
    }
  }
  return Readable.from(bytes(), { objectMode: false });
}

/** Deletes all parts, also those that a process has stored just before it died. */
export async function removeParts(store: FileStore, objectKey: string): Promise<void> {
  const prefix = partPrefix(objectKey);
  for (let after = prefix; ;) {
    const listed = await store.list(after, listedAtOnce);
    const own = listed.filter(({ key }) => key.startsWith(prefix));
    for (const { key } of own) await store.delete(key);
    if (own.length < listedAtOnce) return;
    after = own.at(-1)!.key;
  }
}
