import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { manifestOf } from './manifest';

const named = /^teoart-\d{8}-\d{6}\.(sqlite3|dump)$/;

/** Removes all but the newest `keep` backups that the schedule has made; other files are nobody's business. */
export function removeOld(folder: string, keep: number): number {
  const old = readdirSync(folder)
    .filter((name) => named.test(name) && existsSync(manifestOf(path.join(folder, name))))
    .sort()
    .slice(0, -keep);
  for (const name of old) {
    rmSync(path.join(folder, name));
    rmSync(manifestOf(path.join(folder, name)));
  }
  return old.length;
}
