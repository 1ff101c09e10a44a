import type { Readable } from 'node:stream';

export interface ByteRange {
  /** Both are inclusive. */
  start: number;
  end: number;
}

export interface StoredObject {
  key: string;
  sizeBytes: number;
}

/** The names of objects: letters, digits, dots and hyphens, so that a key is never a path. */
const validKey = /^[a-z0-9][a-z0-9.-]{0,99}$/;

/** @throws Error if the key could lead out of the store */
export function requireKey(key: string): string {
  if (!validKey.test(key)) throw new Error(`Not the key of an object: ${JSON.stringify(key)}`);
  return key;
}

/**
 * Where the bytes of files are. A driver keeps whole objects only: an object is seen either with all its bytes or not at all, and when
 * `put` has ended, a power failure does not lose it.
 * @throws FileStoreUnavailable if the store does not work now
 */
export abstract class FileStore {
  abstract put(key: string, content: Buffer | Readable, sizeBytes: number, type: string): Promise<void>;
  /** Returns null if there is no such object. The caller reads the stream to its end or destroys it. */
  abstract get(key: string, range?: ByteRange): Promise<Readable | null>;
  /** Returns the size in bytes; null if there is no such object. */
  abstract head(key: string): Promise<number | null>;
  /** It is no error if there is no such object. */
  abstract delete(key: string): Promise<void>;
  /** Objects whose keys come after `after`, in the order of their keys. */
  abstract list(after: string, limit: number): Promise<StoredObject[]>;
  /** Removes what an interrupted `put` has left. Returns how many. */
  abstract removeHalfMade(olderThanMs: number): Promise<number>;
}
