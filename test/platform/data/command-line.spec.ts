import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { int } from '../../../src/platform/database/columns';
import { buildOnce, root } from '../../support/build-once';
import { freshDatabaseUrl } from '../../support/database-url';
import { School } from '../../support/school';
import { cli, environmentFor } from '../../support/server';
import { mapFile, scratch } from './carry';

const file = join(__dirname, '../../django/school.json');
const folder = scratch();

beforeAll(() => buildOnce(), 120_000);

it('takes the commands of the specification, by their names', async () => {
  const url = await freshDatabaseUrl();
  await cli(url, ['loaddata', file, '--map', mapFile]);
  const packed = join(folder, 'users_backup.json.gz');
  const words = ['dumpdata', 'users.User', '--django', '--natural-foreign', '--natural-primary', '--indent', '2'];
  const verified = cli(url, ['dumpdata', 'users', '-o', packed]).then(() => cli(url, ['verify', packed]));
  const [out] = await Promise.all([cli(url, words), verified]);
  expect(out).toMatch(/^\[\n\{\n {2}"model": "users\.user",\n {2}"fields": \{\n {4}"password"/);
  await cli(url, ['flush', '--no-input']);
  expect(await cli(url, ['dumpdata'])).toBe('[]');
  // What is piped in is read like a file.
  await cli(url, ['loaddata', '-', '--map', mapFile], readFileSync(file, 'utf8'));
  // No half of a dump stands under its name.
  const never = join(folder, 'never.json');
  const [partial] = await Promise.all([
    cli(url, ['dumpdata', '-e', 'rewards', '-e', 'users.UserSettings', '--format', 'json']),
    expect(cli(url, ['loaddata', file, '--map', mapFile])).rejects.toThrow(/a school lives in this database/),
    // The map to fill in goes to standard output, alone.
    expect(cli(url, ['loaddata', file, '--merge', '--plan'])).rejects.toThrow(
      /ended with 1:\n\{\n {2}"courses\.[\s\S]*"interactive": "theory \| practical[\s\S]*\}\n[\s\S]*This was a plan: nothing was changed/,
    ),
    expect(cli(url, ['dumpdata', 'shop', '-o', never])).rejects.toThrow(/no app or model: shop/),
  ]);
  expect(JSON.parse(partial)).toEqual(
    expect.not.arrayContaining([expect.objectContaining({ model: 'users.usersettings' })]),
  );
  expect(readdirSync(folder).filter((one) => /never|unfinished/.test(one))).toEqual([]);
}, 240_000);

const people = 5_000;

/** Kills a loading with -9: while it still reads, and at some moment after it has read everything. */
it('leaves the database as it was, or wholly loaded, when it is killed', async () => {
  const url = await freshDatabaseUrl();
  await cli(url, ['loaddata', file, '--map', mapFile]);
  const before = await cli(url, ['dumpdata']);
  const few = await peopleAt(url);
  expect(await killed(url, 'reading')).toBe('SIGKILL');
  expect(await cli(url, ['dumpdata'])).toBe(before);
  await killed(url, 'writing');
  expect([few, few + people]).toContain(await peopleAt(url));
  // Nothing holds the database, and the same file loads now.
  await cli(url, ['loaddata', '-', '--merge'], manyPeople());
  expect(await peopleAt(url)).toBe(few + people);
}, 240_000);

async function killed(url: string, during: 'reading' | 'writing'): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, ['dist/src/cli.js', 'loaddata', '-', '--merge'], {
    cwd: root,
    env: environmentFor(url, {}),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  child.stdin.on('error', () => undefined);
  // More than the pipe holds: it has gone when nearly all of it was read, which is in the transaction.
  await new Promise((resolve) => child.stdin.write(manyPeople(), resolve));
  if (during === 'writing') {
    child.stdin.end();
    await Promise.race([exited, sleep(Math.random() * 600, undefined, { ref: false })]);
  }
  child.kill('SIGKILL');
  return (await exited)[1];
}

async function peopleAt(url: string): Promise<number> {
  const school = await School.open({ url });
  const found = await school.database.row({ n: int }, 'SELECT count(*) AS n FROM users_user');
  await school.close();
  return found?.n ?? 0;
}

function manyPeople(): string {
  const at = '2026-01-01T00:00:00Z';
  const record = (id: number): string => {
    const person = { password: '!', is_superuser: false, username: `many${id}`, email: `many${id}@school.example` };
    const fields = { ...person, teo_coins: 5, date_joined: at, created_at: at, updated_at: at };
    return `${JSON.stringify({ model: 'users.user', pk: id, fields })}\n`;
  };
  return Array.from({ length: people }, (_, at) => record(1_000 + at)).join('');
}
