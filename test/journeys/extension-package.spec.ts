import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { int } from '../../src/platform/database/columns';
import { extension as badges } from '../fixtures/badges';
import { buildOnce, root } from '../support/build-once';
import { freshDatabaseUrl } from '../support/database-url';
import { School } from '../support/school';
import { runProgram } from '../support/server';

/** A folder as `npm install teoart-backend badges` leaves it. */
const deployment = mkdtempSync(path.join(tmpdir(), 'teoart-deployment-'));
const program = (name: string): string => path.join(root, 'dist/src', `${name}.js`);
const withBadges = { TEOART_EXTENSIONS: 'badges' };

beforeAll(async () => {
  await buildOnce();
  const modules = path.join(deployment, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(path.join(root, 'node_modules')).filter((name) => !name.startsWith('.')))
    symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
  symlinkSync(root, path.join(modules, 'teoart-backend'));
  writeFileSync(path.join(deployment, 'package.json'), '{ "private": true }');
  compileBadges(path.join(modules, 'badges'));
}, 180_000);
afterAll(() => rmSync(deployment, { recursive: true }));

/** Compiles the package against the types that the platform exports, as its own team would. */
function compileBadges(folder: string): void {
  cpSync(path.join(root, 'test/fixtures/badges'), folder, { recursive: true });
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The package does not compile:\n${stdout}`);
}

/** A command of ours, called in the folder of the deployment. */
const cli = (url: string, ...words: string[]) =>
  runProgram(url, [program('cli'), ...words], withBadges, '', deployment);

it('runs the job, the outbox handlers and the dump of a package that TEOART_EXTENSIONS names', async () => {
  const url = await freshDatabaseUrl();
  expect(await cli(url, 'job', 'badges:give-missed')).toMatchObject({ code: 0, problem: '' });
  const school = await School.open({ url, extensions: [badges] });
  const anna = await school.student();
  const badge = { userId: anna.id, title: 'Helping hand', reason: 'Autumn exhibition' };
  expect((await (await school.admin()).post('/badges', badge)).status).toBe(201);
  const undelivered = async () => (await school.database.rows({ id: int }, 'SELECT id FROM platform_outbox')).length;
  expect(await undelivered()).toBeGreaterThan(0);
  await whileWorking(url, async () => {
    while ((await undelivered()) > 0) await sleep(100);
  });
  expect((await anna.get('/me/notifications?type=badge_given')).body.data).toHaveLength(1);
  await school.close();
  const { out } = await cli(url, 'dumpdata', '--format', 'jsonl');
  expect(out).toContain('"model": "badges.badge"');
}, 180_000);

async function whileWorking(url: string, work: () => Promise<void>): Promise<void> {
  const environment = { ...process.env, DATABASE_URL: url, NODE_ENV: 'test', LOG_LEVEL: 'warn', ...withBadges };
  const worker = spawn(process.execPath, [program('worker')], { cwd: deployment, env: environment, stdio: 'inherit' });
  try {
    await work();
  } finally {
    const exited = once(worker, 'exit');
    worker.kill('SIGTERM');
    await exited;
  }
}

it('names the package that is not installed, or exports no extension', async () => {
  const url = await freshDatabaseUrl();
  const start = (names: string) =>
    runProgram(url, [program('cli'), 'migrate'], { TEOART_EXTENSIONS: names }, '', deployment);
  expect(await start('stickers')).toMatchObject({
    code: 1,
    problem: expect.stringContaining('stickers is not installed in'),
  });
  expect(await start('zod')).toMatchObject({
    code: 1,
    problem: expect.stringContaining('zod does not export an `extension`'),
  });
});
