import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const script = path.resolve(__dirname, '../../scripts/check-lock.mjs');
const folder = mkdtempSync(path.join(tmpdir(), 'teoart-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the check says about a lock file with these packages. */
function verdict(packages: Record<string, object>): { faults: string; passes: boolean } {
  const file = path.join(folder, 'package-lock.json');
  writeFileSync(file, JSON.stringify({ packages }));
  const { status, stderr } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' });
  return { faults: stderr, passes: status === 0 };
}

const asking = (name: string) => ({ optionalDependencies: { [name]: '1.0.0' } });

test('an optional package that the lock file names but does not hold is a fault', () => {
  const { faults, passes } = verdict({ '': {}, 'node_modules/sharp': asking('@img/sharp-linux-x64') });
  expect(passes).toBe(false);
  expect(faults).toContain('node_modules/sharp: optional @img/sharp-linux-x64 is not in the lock file');
});

test.each([
  ['beside the one that asks', 'node_modules/a/node_modules/b'],
  ['at the top', 'node_modules/b'],
])('an optional package is found %s', (_where, place) => {
  expect(verdict({ '': {}, 'node_modules/a': asking('b'), [place]: {} })).toEqual({ faults: '', passes: true });
});

test('a package below another one does not count', () => {
  const packages = { '': asking('b'), 'node_modules/a': {}, 'node_modules/a/node_modules/b': {} };
  expect(verdict(packages).faults).toContain('the project: optional b is not in the lock file');
});

test('an address of one registry is a fault', () => {
  const { faults, passes } = verdict({ '': {}, 'node_modules/a': { resolved: 'https://registry.example/a.tgz' } });
  expect(passes).toBe(false);
  expect(faults).toContain('node_modules/a: has a "resolved" address');
});
