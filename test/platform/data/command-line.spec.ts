import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { int } from '../../../src/platform/database/columns';
import { buildOnce, root } from '../../support/build-once';
import { freshDatabaseUrl } from '../../support/database-url';
import { poolerSettings } from '../../support/postgres-databases';
import { School } from '../../support/school';
import { cli } from '../../support/server';
import { mapFile, scratch } from './carry';

const file = join(__dirname, '../../django/school.json');
const folder = scratch();

beforeAll(() => buildOnce(), 120_000);

it('takes the commands of the specification, by their names', async () => {
  const url = await freshDatabaseUrl();
  await cli(url, ['loaddata', file, '--map', mapFile]);
  const packed = join(folder, 'users_backup.json.gz');
  await cli(url, ['dumpdata', 'users', '-o', packed]);
  await cli(url, ['verify', packed]);
  const words = ['dumpdata', 'users.User', '--django', '--natural-foreign', '--natural-primary', '--indent', '2'];
  const out = await cli(url, words);
  expect(out).toMatch(/^\[\n\{\n {2}"model": "users\.user",\n {2}"fields": \{\n {4}"password"/);
  await cli(url, ['flush', '--no-input']);
  expect(await cli(url, ['dumpdata'])).toBe('[]');
  // What is piped in is read like a file.
  await cli(url, ['loaddata', '-', '--map', mapFile], readFileSync(file, 'utf8'));
  expect(
    JSON.parse(await cli(url, ['dumpdata', '-e', 'rewards', '-e', 'users.UserSettings', '--format', 'json'])),
  ).toEqual(expect.not.arrayContaining([expect.objectContaining({ model: 'users.usersettings' })]));
  await expect(cli(url, ['loaddata', file])).rejects.toThrow(/neither our list nor the map knows it/);
  // No half of a dump stands under its name.
  const never = join(folder, 'never.json');
  await expect(cli(url, ['dumpdata', 'shop', '-o', never])).rejects.toThrow(/no app or model: shop/);
  expect(readdirSync(folder).filter((one) => /never|unfinished/.test(one))).toEqual([]);
}, 240_000);

/** Kills a loading with -9 while its transaction is open. */
it('leaves the database as it was when it is killed', async () => {
  const url = await freshDatabaseUrl();
  await cli(url, ['loaddata', file, '--map', mapFile]);
  const before = await cli(url, ['dumpdata']);
  const large = join(folder, 'large.jsonl');
  await writeMany(large, 60_000);
  const loading = spawn(process.execPath, ['dist/src/cli.js', 'loaddata', large], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      DATABASE_URL: url,
      AUTH_SECRET: 'a secret for tests that is long enough',
      ...poolerSettings(url),
    },
  });
  let ended = false;
  const exited = once(loading, 'exit').then(([code, signal]) => {
    ended = true;
    return { code: code as number | null, signal: signal as string | null };
  });
  const moments = [1_500, 2_500];
  for (const ms of moments) await new Promise((resolve) => setTimeout(resolve, ended ? 0 : ms));
  loading.kill('SIGKILL');
  expect(await exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect(await cli(url, ['dumpdata'])).toBe(before);
  // Nothing holds the database, and the same file loads now.
  await cli(url, ['loaddata', large]);
  const school = await School.open({ url });
  expect((await school.database.row({ n: int }, 'SELECT count(*) AS n FROM users_user'))?.n).toBeGreaterThan(60_000);
  await school.close();
}, 240_000);

async function writeMany(name: string, people: number): Promise<void> {
  const out = createWriteStream(name);
  const at = '2026-01-01T00:00:00Z';
  for (let id = 1_000; id < 1_000 + people; id++) {
    const fields = {
      password: '!',
      is_superuser: false,
      username: `many${id}`,
      email: `many${id}@school.example`,
      teo_coins: 5,
    };
    const record = {
      model: 'users.user',
      pk: id,
      fields: { ...fields, date_joined: at, created_at: at, updated_at: at },
    };
    out.write(`${JSON.stringify(record)}\n`);
  }
  out.end();
  await once(out, 'finish');
}
