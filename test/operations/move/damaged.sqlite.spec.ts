import { closeSync, existsSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { backup } from '../../../src/operations/backup/backup';
import { SourceDamaged } from '../../../src/operations/backup/backup.errors';
import { freshDatabaseUrl } from '../../support/database-url';

const pageBytes = 4_096;

/** Overwrites the bytes of a range. */
function overwrite(file: string, from: number, to: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(to - from, 0x5a), 0, to - from, from);
  closeSync(handle);
}

it.each([
  ['in its pages', (file: string) => overwrite(file, 2 * pageBytes, statSync(file).size), 'malformed'],
  ['at its head', (file: string) => overwrite(file, 0, 100), 'not a database'],
])(
  'refuses to back up a file that is damaged %s, says what to do, and leaves no file behind',
  async (_, damage, word) => {
    const url = await freshDatabaseUrl();
    const file = url.slice('sqlite:'.length);
    damage(file);
    const error: unknown = await backup(url, `${file}.backup`, new Date()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SourceDamaged);
    const { message } = error as Error;
    expect(message).toContain(`The database ${file} is damaged, and no backup was made of it: `);
    expect(message).toContain(word);
    expect(message).toContain('restore the newest backup');
    expect(existsSync(`${file}.backup`)).toBe(false);
    expect(readdirSync(path.dirname(file)).filter((name) => name.includes(path.basename(`${file}.backup`)))).toEqual(
      [],
    );
  },
);
