import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvFile } from './env-file';

const previous = { folder: process.cwd(), environment: { ...process.env } };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'env-'));
  process.chdir(folder);
  process.env.NODE_ENV = 'development';
  delete process.env.ENV_FILE;
  delete process.env.PORT;
});
afterEach(() => {
  process.chdir(previous.folder);
  // In place, because loadEnvFile writes to the environment of the process and not to an object that replaces it.
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, previous.environment);
  rmSync(folder, { recursive: true });
});

test('in development the settings of .env are added, and a variable of the environment wins', () => {
  writeFileSync('.env', 'PORT=4000\nHOST=0.0.0.0\n');
  process.env.HOST = '127.0.0.1';
  readEnvFile();
  expect([process.env.PORT, process.env.HOST]).toEqual(['4000', '127.0.0.1']);
});

test.each([
  ['in production', { NODE_ENV: 'production' }],
  ['in tests', { NODE_ENV: 'test' }],
  ['if ENV_FILE is empty', { ENV_FILE: '' }],
  ['if ENV_FILE names a missing file', { ENV_FILE: 'missing.env' }],
])('%s .env is not read', (_, environment) => {
  writeFileSync('.env', 'PORT=4000\n');
  Object.assign(process.env, environment);
  readEnvFile();
  expect(process.env.PORT).toBeUndefined();
});

test('a file that cannot be read is a problem of the configuration', () => {
  mkdirSync('.env');
  expect(readEnvFile).toThrow(/The configuration is not valid:\n {2}\.env cannot be read: /);
});
