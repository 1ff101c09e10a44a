import type { FileStore } from '../../../platform/files/store/file-store';
import { forEachObject, hashOf, ObjectCounts } from './object-counts';
import type { NamedObject } from './object-list';

/** Whether the store has each object with its size. Nothing is read or changed. */
export async function countObjects(objects: AsyncIterable<NamedObject>, store: FileStore): Promise<ObjectCounts> {
  const counts = new ObjectCounts();
  await forEachObject(objects, async ({ key, sizeBytes }) => {
    if ((await store.head(key)) === sizeBytes) counts.present++;
    else counts.addMissing(key);
  });
  return counts;
}

/**
 * Copies the objects into another store. An object is there with all its bytes or not at all, so a copy that was interrupted continues
 * when the command runs again.
 */
export async function copyObjects(
  objects: AsyncIterable<NamedObject>,
  from: FileStore,
  to: FileStore,
): Promise<ObjectCounts> {
  const counts = new ObjectCounts();
  await forEachObject(objects, async (object) => {
    const { key, type, sizeBytes, sha256 } = object;
    if ((await to.head(key)) === sizeBytes) return void counts.present++;
    // It is read twice, because bytes that have changed must not get into the other store.
    const stream = await from.get(key);
    if (!stream) return counts.addMissing(key);
    if ((await hashOf(stream)) !== sha256) return counts.addChanged(key);
    await to.put(key, (await from.get(key))!, sizeBytes, type);
    counts.copied++;
  });
  return counts;
}
