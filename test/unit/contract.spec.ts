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

function replaceInFile(file: string, from: string, to: string): void {
  const text = readFileSync(path.join(folder, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(path.join(folder, file), text.replace(from, to));
}

/** Runs the check on the contract and its artifact in the folder. */
function checkContract(): { problem: string; isAccepted: boolean } {
  const args = ['scripts/contract.mjs', '--check', '--folder', folder];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { problem: stderr, isAccepted: status === 0 };
}

test('the contract check accepts an artifact that matches the source except for its comments', () => {
  replaceInFile('TeoCoin.sol', 'The coin of the TeoArt School', 'Another title');
  expect(checkContract()).toEqual({ problem: '', isAccepted: true });
});

test('the contract check reports a source that was changed without being compiled', () => {
  replaceInFile('TeoCoin.sol', ' onlyRole(MINTER_ROLE)', '');
  const { problem, isAccepted } = checkContract();
  expect(isAccepted).toBe(false);
  expect(problem).toContain('TeoCoin.json differs from what the source compiles to: bytecode');
});

test('the contract check reports an artifact that was changed by hand', () => {
  replaceInFile('TeoCoin.json', '"runs": 200', '"runs": 1');
  expect(checkContract().problem).toContain('compiles to: settings');
});
