import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'teoart-contract-'));
  for (const file of ['TeoCoin.sol', 'TeoCoin.json']) {
    copyFileSync(path.join(root, 'contracts', file), path.join(folder, file));
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

function alter(file: string, from: string, to: string): void {
  const text = readFileSync(path.join(folder, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(path.join(folder, file), text.replace(from, to));
}

/** What the check says of the contract and its artifact in the folder. */
function verdict(): { fault: string; passes: boolean } {
  const args = ['scripts/contract.mjs', '--check', '--folder', folder];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { fault: stderr, passes: status === 0 };
}

test('the artifact is what the source compiles to, whatever its comments say', () => {
  alter('TeoCoin.sol', 'The coin of the TeoArt School', 'Another title');
  expect(verdict()).toEqual({ fault: '', passes: true });
});

test('code that was altered without compiling is found', () => {
  alter('TeoCoin.sol', ' onlyRole(MINTER_ROLE)', '');
  const { fault, passes } = verdict();
  expect(passes).toBe(false);
  expect(fault).toContain('TeoCoin.json differs from what the source compiles to: bytecode');
});

test('an artifact that was altered by hand is found', () => {
  alter('TeoCoin.json', '"runs": 200', '"runs": 1');
  expect(verdict().fault).toContain('compiles to: settings');
});
