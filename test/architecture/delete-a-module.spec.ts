import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(__dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'teoart-without-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The list without the entry of Notifications and its import. */
function withoutNotifications(list: string): string {
  const entry = /^ {2}\{\n {4}module: NotificationsModule,\n(?: {4}.*\n)* {2}\},\n/m;
  const line = /^import .* from '\.\/modules\/notifications';\n/m;
  expect(list).toMatch(entry);
  expect(list).toMatch(line);
  return list.replace(entry, '').replace(line, '');
}

it('compiles without Notifications once its folder and its entry in the list are deleted', () => {
  const parts = ['src', 'migrations', 'demo', 'tsconfig.json', 'tsconfig.build.json', 'package.json'];
  for (const part of parts) cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  rmSync(path.join(folder, 'src/modules/notifications'), { recursive: true });
  const list = path.join(folder, 'src/app.module.ts');
  writeFileSync(list, withoutNotifications(readFileSync(list, 'utf8')));
  const compiler = [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'];
  const once = ['--noEmit', '--incremental', 'false'];
  const { stdout } = spawnSync(process.execPath, [...compiler, ...once], { cwd: folder, encoding: 'utf8' });
  expect(stdout).toBe('');
}, 300_000);
