import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvFile } from './env-file';

const previous = { folder: process.cwd(), environment: { ...process.env } };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'env-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(previous.folder);
  process.env = { ...previous.environment };
  rmSync(folder, { recursive: true });
});

test('the settings of .env are added, and a variable of the environment wins', () => {
  writeFileSync('.env', 'PORT=4000\nHOST=0.0.0.0\n');
  Object.assign(process.env, { NODE_ENV: 'development', HOST: '127.0.0.1' });
  delete process.env.PORT;
  readEnvFile();
  expect([process.env.PORT, process.env.HOST]).toEqual(['4000', '127.0.0.1']);
});

test('a missing .env changes nothing, and tests never read the file', () => {
  process.env.NODE_ENV = 'development';
  delete process.env.PORT;
  readEnvFile();
  writeFileSync('.env', 'PORT=4000\n');
  process.env.NODE_ENV = 'test';
  readEnvFile();
  expect(process.env.PORT).toBeUndefined();
});
