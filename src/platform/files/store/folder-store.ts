import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileStoreUnavailable } from '../files.errors';
import { FileStore, requireKey, type ByteRange, type StoredObject } from './file-store';

/** Objects that are being written. Its name is longer than two characters, so it is never one of the folders of objects. */
const unfinished = 'unfinished';

/** Keeps objects as files in a folder, which all processes of the school share. The first two characters of a key are its subfolder. */
export class FolderStore extends FileStore {
  constructor(private readonly root: string) {
    super();
  }

  async put(key: string, content: Buffer | Readable): Promise<void> {
    const target = this.pathOf(key);
    const temporary = path.join(this.root, unfinished, randomUUID());
    await orUnavailable(async () => {
      await mkdir(path.dirname(temporary), { recursive: true, mode: 0o700 });
      await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
      try {
        await writeDurably(temporary, content);
        await rename(temporary, target);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await syncFolder(path.dirname(target));
    });
  }

  async get(key: string, range?: ByteRange): Promise<Readable | null> {
    return orUnavailable(async () => {
      const file = await open(this.pathOf(key), 'r').catch(nullIfMissing);
      return file && file.createReadStream({ ...range, highWaterMark: 256 * 1_024 });
    });
  }

  head(key: string): Promise<number | null> {
    return orUnavailable(async () => {
      const found = await stat(this.pathOf(key)).catch(nullIfMissing);
      return found && found.size;
    });
  }

  delete(key: string): Promise<void> {
    return orUnavailable(() => rm(this.pathOf(key), { force: true }));
  }

  list(after: string, limit: number): Promise<StoredObject[]> {
    return orUnavailable(async () => {
      const objects: StoredObject[] = [];
      for (const folder of await namesIn(this.root)) {
        if (folder.length !== 2 || folder < after.slice(0, 2)) continue;
        for (const key of await namesIn(path.join(this.root, folder))) {
          if (key <= after) continue;
          const found = await stat(path.join(this.root, folder, key)).catch(nullIfMissing);
          if (found) objects.push({ key, sizeBytes: found.size });
          if (objects.length === limit) return objects;
        }
      }
      return objects;
    });
  }

  removeHalfMade(olderThanMs: number): Promise<number> {
    return orUnavailable(async () => {
      let removed = 0;
      for (const name of await namesIn(path.join(this.root, unfinished))) {
        const file = path.join(this.root, unfinished, name);
        const found = await stat(file).catch(nullIfMissing);
        if (!found || Date.now() - found.mtimeMs < olderThanMs) continue;
        await rm(file, { force: true });
        removed++;
      }
      return removed;
    });
  }

  /** Gives the bytes a second name, or copies them to another disk. Returns false if there is no such object. */
  async copyTo(key: string, file: string): Promise<boolean> {
    const source = this.pathOf(key);
    await rm(file, { force: true });
    try {
      await link(source, file).catch((error: unknown) => {
        if (isMissing(error)) throw error;
        return copyFile(source, file);
      });
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  private pathOf(key: string): string {
    return path.join(this.root, requireKey(key).slice(0, 2), key);
  }
}

async function writeDurably(file: string, content: Buffer | Readable): Promise<void> {
  const source = Buffer.isBuffer(content) ? Readable.from([content]) : content;
  // `flush` calls fsync before the file is closed.
  await pipeline(source, createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }));
}

/** A new name is safe from a power failure only when its folder is written too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

function nullIfMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(nullIfMissing);
  return (names ?? []).toSorted();
}

/** A full disk or a folder without permission is a failure of the store, which an operator solves. */
async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isOfSystem = typeof (error as NodeJS.ErrnoException).syscall === 'string';
    throw isOfSystem ? new FileStoreUnavailable(error) : error;
  }
}
