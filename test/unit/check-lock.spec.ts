import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const script = path.resolve(__dirname, '../../scripts/check-lock.mjs');
const folder = mkdtempSync(path.join(tmpdir(), 'teoart-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the check on a lock file with these packages. */
function checkLock(packages: Record<string, object>): { problems: string; isAccepted: boolean } {
  const file = path.join(folder, 'package-lock.json');
  writeFileSync(file, JSON.stringify({ packages }));
  const { status, stderr } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' });
  return { problems: stderr, isAccepted: status === 0 };
}

const withOptional = (name: string) => ({ optionalDependencies: { [name]: '1.0.0' } });

test('check-lock reports an optional package that the lock file names but does not contain', () => {
  const { problems, isAccepted } = checkLock({ '': {}, 'node_modules/sharp': withOptional('@img/sharp-linux-x64') });
  expect(isAccepted).toBe(false);
  expect(problems).toContain('node_modules/sharp: optional @img/sharp-linux-x64 is not in the lock file');
});

test.each([
  ['below the package that needs it', 'node_modules/a/node_modules/b'],
  ['at the top level', 'node_modules/b'],
])('check-lock finds an optional package %s', (_where, place) => {
  expect(checkLock({ '': {}, 'node_modules/a': withOptional('b'), [place]: {} })).toEqual({
    problems: '',
    isAccepted: true,
  });
});

test('check-lock does not count a copy of an optional package below another package', () => {
  const packages = { '': withOptional('b'), 'node_modules/a': {}, 'node_modules/a/node_modules/b': {} };
  expect(checkLock(packages).problems).toContain('the project: optional b is not in the lock file');
});

test('check-lock reports the address of a registry', () => {
  const { problems, isAccepted } = checkLock({
    '': {},
    'node_modules/a': { resolved: 'https://registry.example/a.tgz' },
  });
  expect(isAccepted).toBe(false);
  expect(problems).toContain('node_modules/a: has a "resolved" address');
});
