import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { manifestOf } from './manifest';

const named = /^teoart-\d{8}-\d{6}\.(sqlite3|dump)$/;

/**
 * Removes all but the newest `keep` backups that the schedule has made, and what one that was killed has left; other files are
 * nobody's business.
 */
export function removeOld(folder: string, keep: number): number {
  const names = readdirSync(folder);
  const isWhole = (name: string): boolean => named.test(name) && existsSync(manifestOf(path.join(folder, name)));
  const old = names.filter(isWhole).sort().slice(0, -keep);
  for (const name of old) {
    rmSync(path.join(folder, name));
    rmSync(manifestOf(path.join(folder, name)));
  }
  for (const name of names) if (isLeftOver(name, names)) rmSync(path.join(folder, name), { force: true });
  return old.length;
}

const leftOver = /^(teoart-\d{8}-\d{6}\.(?:sqlite3|dump))\.(?:unfinished|manifest\.json)$/;

/** One job at a time writes here, and it has just ended: what has no final name never will. */
function isLeftOver(name: string, names: readonly string[]): boolean {
  const backup = leftOver.exec(name)?.[1];
  return backup !== undefined && !names.includes(backup);
}
