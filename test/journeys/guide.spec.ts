import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/build-once';
import { linkClient, readmeBlocks } from '../support/client-package';
import { emptyDatabaseUrl } from '../support/database-url';
import { Server } from '../support/server';

const run = promisify(execFile);
const documented = 'http://localhost:3000';
const guide = path.join(root, 'docs/guide');
const pages = existsSync(guide) ? readdirSync(guide).filter((name) => name.endsWith('.md')) : [];
const hasCurl = spawnSync('curl', ['--version']).status === 0;

/** The code of a page in one language, the address of its server replaced by that of the test. */
function codeOf(file: string, language: string, address: string): string {
  const page = readFileSync(file, 'utf8');
  const blocks = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code);
  return blocks.join('\n').replaceAll(documented, address);
}

let server: Server;
const folder = mkdtempSync(path.join(tmpdir(), 'teoart-guide-'));
beforeAll(async () => {
  const development = { NODE_ENV: 'development', DEMO_SCHOOL: 'on', WORKER: 'on' };
  server = await Server.start(await emptyDatabaseUrl(), development);
}, 180_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

(hasCurl ? it : it.skip)(
  `the first requests of the README work against the demo school${hasCurl ? '' : ' (skipped: there is no curl)'}`,
  async () => {
    const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
    const first = readme.slice(readme.indexOf('## First requests'), readme.indexOf('## With PostgreSQL'));
    const file = path.join(folder, 'first.md');
    writeFileSync(file, first);
    // `--fail`: curl itself takes an error response for a success.
    const script = codeOf(file, 'sh', server.url).replaceAll('curl -s', 'curl -s --fail-with-body');
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script]);
    expect(stdout).toContain('"hasMore"');
    expect(stdout).toContain('"streakDays"');
    expect(stdout).toContain('"amount":5');
    expect(stdout).not.toContain('"code"');
  },
  60_000,
);

it.each(pages)(
  'the snippets of docs/guide/%s run in their order against the demo school',
  async (page) => {
    const file = path.join(folder, page.replace('.md', '.mjs'));
    writeFileSync(file, codeOf(path.join(guide, page), 'js', server.url));
    const { stderr } = await run(process.execPath, [file], { timeout: 60_000 });
    expect(stderr).toBe('');
  },
  90_000,
);

it('the program in the README of the client runs against the demo school', async () => {
  linkClient(folder);
  const file = path.join(folder, 'client.mjs');
  writeFileSync(file, readmeBlocks('js').join('\n').replaceAll(documented, server.url));
  const { stdout, stderr } = await run(process.execPath, [file], { timeout: 60_000 });
  expect(stderr).toBe('');
  const lines = [
    'COURSE_NOT_FOUND There is no such course',
    'You cannot send TeoCoins to yourself.',
    'true',
    'connected',
  ];
  for (const line of [...lines, 'teacher student']) expect(stdout.split('\n')).toContain(line);
}, 90_000);
