import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(__dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'teoart-without-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The list without the entry of Notifications and its import. */
function withoutNotifications(list: string): string {
  const modulePattern = /^ {2}\{\n {4}module: NotificationsModule,\n(?: {4}.*\n)* {2}\},\n/m;
  const importPattern = /^import .* from '\.\/modules\/notifications';\n/m;
  expect(list).toMatch(modulePattern);
  expect(list).toMatch(importPattern);
  return list.replace(modulePattern, '').replace(importPattern, '');
}

it('the application compiles after the notifications module and its entry in app.module.ts are deleted', () => {
  const copied = ['src', 'migrations', 'demo', 'tsconfig.json', 'tsconfig.build.json', 'package.json'];
  for (const name of copied) cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  rmSync(path.join(folder, 'src/modules/notifications'), { recursive: true });
  const list = path.join(folder, 'src/app.module.ts');
  writeFileSync(list, withoutNotifications(readFileSync(list, 'utf8')));
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const args = [compiler, '-p', 'tsconfig.build.json', '--noEmit', '--incremental', 'false'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  expect(stdout).toBe('');
}, 300_000);
