import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cli, Server } from '../../support/server';

const folder = mkdtempSync(path.join(tmpdir(), 'teoart-private-'));
const made = path.join(folder, 'made');
afterAll(() => rmSync(folder, { recursive: true }));

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

test('only the account that created the database, its side files, a backup and a dump can read them', async () => {
  const url = `sqlite:${path.join(made, 'school.sqlite3')}`;
  const server = await Server.start(url);
  await cli(url, ['backup', '-o', path.join(made, 'backups/school.backup')]);
  await cli(url, ['dumpdata', '-o', path.join(made, 'dump.json')]);
  const files = readdirSync(made, { recursive: true, withFileTypes: true });
  const modes = files.map((entry) => [entry.name, modeOf(path.join(entry.parentPath, entry.name))]);
  await server.stop();
  expect(Object.fromEntries(modes)).toMatchObject({ 'school.sqlite3': '600', 'dump.json': '600', backups: '700' });
  expect(modes.map(([name]) => name)).toEqual(expect.arrayContaining(['school.sqlite3-wal', 'school.sqlite3-shm']));
  expect(modes.filter(([, mode]) => mode !== '600' && mode !== '700')).toEqual([]);
  expect(modeOf(made)).toBe('700');
}, 240_000);
