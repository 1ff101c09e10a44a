import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, rmSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileStore } from '../../platform/files/store/file-store';
import { FolderStore } from '../../platform/files/store/folder-store';
import { forEachObject, hashOf, ObjectCounts } from '../move/objects/object-counts';
import type { NamedObject } from '../move/objects/object-list';
import { BackupUnusable } from './backup.errors';
import type { FileList } from './backup-manifest';

/** The objects that a backup names, one JSON object on each line. */
export const listPath = (file: string): string => `${file}.files.jsonl`;
/** The bytes of these objects, if the files of the school are in a folder. */
export const bytesPath = (file: string): string => `${file}.files`;

/** Writes the list of the objects that the snapshot of a backup names. */
export type WriteFileList = (objects: AsyncIterable<NamedObject>) => Promise<void>;

/** Removes what belongs to a backup besides its file and its manifest. */
export function removeFiles(file: string): void {
  rmSync(listPath(file), { force: true });
  rmSync(bytesPath(file), { force: true, recursive: true });
}

/** Writes the list of the objects, and returns how many they are and the SHA-256 of the list. */
export async function writeList(file: string, objects: AsyncIterable<NamedObject>): Promise<FileList> {
  const hash = createHash('sha256');
  const list = { objects: 0, bytes: 0, sha256: '' };
  async function* toLines(): AsyncGenerator<string> {
    for await (const object of objects) {
      list.objects++;
      list.bytes += object.sizeBytes;
      const line = `${JSON.stringify(object)}\n`;
      hash.update(line);
      yield line;
    }
  }
  await pipeline(Readable.from(toLines()), createWriteStream(listPath(file), { flush: true }));
  return { ...list, sha256: hash.digest('hex') };
}

async function* readList(file: string): AsyncGenerator<NamedObject> {
  for await (const line of createInterface({ input: createReadStream(listPath(file)) }))
    yield JSON.parse(line) as NamedObject;
}

/**
 * Puts the bytes of all objects beside the backup, and compares each with its SHA-256. Objects never change, so a second name of the same
 * bytes is enough on one disk. Files of S3 are only named.
 */
export async function backUpFiles(file: string, store: FileStore): Promise<ObjectCounts | null> {
  if (!(store instanceof FolderStore)) return null;
  const counts = new ObjectCounts();
  await forEachObject(readList(file), async ({ key, sha256 }) => {
    const target = pathIn(file, key);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    const unfinished = `${target}.unfinished`;
    if (!(await store.copyTo(key, unfinished))) return counts.addMissing(key);
    if ((await hashOf(createReadStream(unfinished))) !== sha256) {
      await rm(unfinished);
      return counts.addChanged(key);
    }
    await rename(unfinished, target);
    counts.copied++;
  });
  return counts;
}

/**
 * Puts the objects that the store does not have back from the backup. It runs before the database is replaced, because an object without a
 * row does no harm.
 * @param checkBytes reads all objects of the store, too, and replaces those with other bytes
 * @throws BackupUnusable if the list differs from the manifest
 */
export async function restoreFiles(
  file: string,
  list: FileList,
  store: FileStore,
  checkBytes: boolean,
): Promise<ObjectCounts> {
  if (!existsSync(listPath(file)) || (await hashOf(createReadStream(listPath(file)))) !== list.sha256)
    throw new BackupUnusable(listPath(file), 'is missing or damaged: its SHA-256 differs from the one in the manifest');
  const counts = new ObjectCounts();
  await forEachObject(readList(file), (object) => restoreObject(file, object, store, checkBytes, counts));
  return counts;
}

async function restoreObject(
  file: string,
  { key, type, sizeBytes, sha256 }: NamedObject,
  store: FileStore,
  checkBytes: boolean,
  counts: ObjectCounts,
): Promise<void> {
  const size = await store.head(key);
  const isThere = size === sizeBytes && (!checkBytes || (await hashOf((await store.get(key))!)) === sha256);
  if (isThere) return void counts.present++;
  const source = pathIn(file, key);
  const isUsable = existsSync(source) && (await hashOf(createReadStream(source))) === sha256;
  if (isUsable) {
    await store.put(key, createReadStream(source), sizeBytes, type);
    counts.copied++;
  } else if (size === null) counts.addMissing(key);
  else counts.addChanged(key);
}

/** The folder has the form of a store, so that an operator can also use it as `FILES_URL=folder:…`. */
const pathIn = (file: string, key: string): string => path.join(bytesPath(file), key.slice(0, 2), key);
