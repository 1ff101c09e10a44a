import type { FileStore } from '../../../platform/files/store/file-store';
import { openStore } from '../../../platform/files/store/open-store';
import { copyObjects, countObjects } from './move-objects';
import { objectsOf } from './object-list';
import type { MoveArguments } from '../move-report';

/** Some stores answer slowly when they get many objects. */
const timeoutMs = 60_000;

/**
 * The rows of files are moved with the database. Their bytes stay where they are, and are only looked for, or are copied to another store
 * before the rows, so that a move that was interrupted can run again. Returns lines to print.
 */
export async function moveFiles(
  { from, filesTo }: Pick<MoveArguments, 'from' | 'filesTo'>,
  store: FileStore,
): Promise<string[]> {
  const objects = objectsOf(from);
  const counts =
    filesTo === undefined
      ? await countObjects(objects, store)
      : await copyObjects(objects, store, openStore(filesTo, timeoutMs));
  return counts.lines;
}
