import { accessSync, constants, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const MEMORY_FOLDER = '/dev/shm';
const MIN_FREE_BYTES = 2 ** 30;

/**
 * Creates a folder for temporary data, in memory if there is enough: copying a PostgreSQL template of some 300 files took 14 ms
 * there and 190 ms on a disk. Files in it cannot be executed, because containers forbid that.
 */
export function scratchFolder(prefix) {
  return mkdtempSync(path.join(hasSpace(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir(), prefix));
}

/** By default a container has only 64 MB of memory for files. */
function hasSpace(folder) {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= MIN_FREE_BYTES;
  } catch {
    return false;
  }
}
