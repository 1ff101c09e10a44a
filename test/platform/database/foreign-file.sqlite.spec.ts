import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { requireOwnDatabase } from '../../../src/platform/database/schema/foreign-database';
import { migrations } from '../../../migrations';
import { migrate } from '../../../src/platform/database/schema/migrate';
import { emptyDatabaseUrl } from '../../support/database-url';
import { djangoDatabaseUrl, fileOf, fingerprint } from '../../support/django-database';

/** Runs another program that writes to the file and is killed during the write. */
function killedWhile(file: string, sql: string): void {
  const program = `
    const file = new (require('better-sqlite3'))(${JSON.stringify(file)});
    file.pragma('cache_size = 1');
    file.exec(${JSON.stringify(sql)});
    process.kill(process.pid, 'SIGKILL');`;
  expect(spawnSync(process.execPath, ['-e', program], { cwd: process.cwd() }).signal).toBe('SIGKILL');
}

function logged(file: string): void {
  const open = new Sqlite(file);
  open.pragma('journal_mode = WAL');
  open.close();
}

const many = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
  INSERT INTO users_user SELECT i + 10, hex(randomblob(300)), 0 FROM n`;

it('refuses a foreign file with an empty write-ahead log, and changes nothing', async () => {
  const url = await djangoDatabaseUrl();
  logged(fileOf(url));
  const before = await fingerprint(url);
  await expect(requireOwnDatabase(url)).rejects.toThrow(/another program/);
  expect(await fingerprint(url)).toEqual(before);
});

it('refuses a foreign file whose write-ahead log a killed program has left, and changes nothing', async () => {
  const url = await djangoDatabaseUrl();
  logged(fileOf(url));
  killedWhile(fileOf(url), many);
  for (const part of ['', '-shm']) {
    if (part) rmSync(fileOf(url) + part);
    const before = await fingerprint(url);
    expect(before).toMatchObject({
      filesNextToIt: expect.arrayContaining([expect.stringMatching(/-wal$/)]) as unknown,
    });
    await expect(requireOwnDatabase(url)).rejects.toThrow(/another program/);
    expect(await fingerprint(url)).toEqual(before);
  }
});

it('refuses a foreign file with half a transaction of a killed program, and changes nothing', async () => {
  const url = await djangoDatabaseUrl();
  killedWhile(fileOf(url), `BEGIN; ${many}`);
  const before = await fingerprint(url);
  expect(before).toMatchObject({
    filesNextToIt: expect.arrayContaining([expect.stringMatching(/-journal$/)]) as unknown,
  });
  await expect(requireOwnDatabase(url)).rejects.toThrow(/another program/);
  expect(await fingerprint(url)).toEqual(before);
});

it('refuses a foreign file while its own program has it open', async () => {
  const url = await djangoDatabaseUrl();
  const theirs = new Sqlite(fileOf(url));
  theirs.exec("BEGIN IMMEDIATE; INSERT INTO users_user VALUES (3, 'mary', 0)");
  await expect(requireOwnDatabase(url)).rejects.toThrow(/another program/);
  theirs.exec('COMMIT');
  expect(theirs.prepare('SELECT count(*) FROM users_user').pluck().get()).toBe(3);
  theirs.close();
});

it('refuses a file that is not a database, and does not change it', async () => {
  const url = await emptyDatabaseUrl();
  writeFileSync(fileOf(url), 'Dear Ada, '.repeat(100));
  const before = await fingerprint(url);
  await expect(requireOwnDatabase(url)).rejects.toThrow(/: The file is not an SQLite database \(SQLITE_NOTADB\)$/);
  expect(await fingerprint(url)).toEqual(before);
});

it('accepts a missing file without creating it, and an empty file', async () => {
  const url = await emptyDatabaseUrl();
  await requireOwnDatabase(url);
  expect(await fingerprint(url)).toEqual({ filesNextToIt: [] });
  writeFileSync(fileOf(url), '');
  await requireOwnDatabase(url);
  expect(await fingerprint(url)).toMatchObject({ filesNextToIt: [expect.stringMatching(/sqlite3$/)] });
});

it('accepts a file of this application after a clean end and after a kill', async () => {
  const url = await emptyDatabaseUrl();
  await migrate(url, migrations);
  await expect(requireOwnDatabase(url)).resolves.toBeUndefined();
  killedWhile(fileOf(url), 'CREATE TABLE left_open (id)');
  await expect(requireOwnDatabase(url)).resolves.toBeUndefined();
});
