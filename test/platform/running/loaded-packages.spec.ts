import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildOnce, root } from '../../support/build-once';
import { freshDatabaseUrl } from '../../support/database-url';
import { environmentFor, waitForUrl, type Environment } from '../../support/server';

/** What a process loads decides how long it takes to start. These tests compare files, because a duration differs on each machine. */
const folder = mkdtempSync(path.join(tmpdir(), 'teoart-loaded-'));
const hook = path.join(folder, 'hook.cjs');
const list = path.join(folder, 'files');
beforeAll(async () => {
  await buildOnce();
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, Object.keys(require.cache).join('\\n')));`,
  );
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const isSqlite = process.env.TEST_ENGINE === 'sqlite';
const [driver, otherDriver] = isSqlite ? ['better-sqlite3', 'pg'] : ['pg', 'better-sqlite3'];

/** The packages that a server has loaded, from its start until it listened and was stopped. */
async function packagesOfServer(environment: Environment = {}): Promise<Set<string>> {
  const child = spawn(process.execPath, ['--require', hook, 'dist/src/main.js'], {
    cwd: root,
    env: environmentFor(await freshDatabaseUrl(), { HOST: '127.0.0.1', PORT: '0', ...environment }),
  });
  const log: string[] = [];
  child.stderr.on('data', (part: Buffer) => log.push(part.toString()));
  await waitForUrl(child, log);
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  expect({ code, log: code === 0 ? '' : log.join('') }).toEqual({ code: 0, log: '' });
  const names = readFileSync(list, 'utf8')
    .split('\n')
    .map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1])
    .filter((name) => name !== undefined);
  return new Set(names);
}

test('a server without a chain loads what it needs to start, and no more', async () => {
  const packages = await packagesOfServer();
  for (const name of ['typeorm', 'fastify', '@nestjs/core', driver]) expect(packages).toContain(name);
  for (const name of [
    'ethers',
    'siwe',
    '@simplewebauthn/server',
    'ajv',
    '@nestjs/swagger',
    '@zxcvbn-ts/core',
    'nodemailer',
    'intl-messageformat',
    'iovalkey',
    'sharp',
    'file-type',
    '@aws-sdk/client-s3',
    otherDriver,
  ])
    expect(packages).not.toContain(name);
}, 120_000);

test('a server with a chain loads ethers at its start, so that no request waits for it', async () => {
  const packages = await packagesOfServer({
    CHAIN_RPC_URL: 'http://127.0.0.1:9',
    CHAIN_CONTRACT: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
    CHAIN_TREASURY: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
    WORKER: 'off',
  });
  expect(packages).toContain('ethers');
  expect(packages).not.toContain('siwe');
}, 120_000);
