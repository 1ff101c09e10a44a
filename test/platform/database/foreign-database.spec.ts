import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { requireOwnDatabase, ForeignDatabase } from '../../../src/platform/database/schema/foreign-database';
import { migrations } from '../../../migrations';
import { migrate } from '../../../src/platform/database/schema/migrate';
import { buildOnce } from '../../support/build-once';
import { emptyDatabaseUrl, testEngine } from '../../support/database-url';
import { djangoDatabaseUrl, execute, fingerprint } from '../../support/django-database';
import { runProgram, type ProgramResult } from '../../support/server';

const cli = 'dist/src/cli.js';
const refused = {
  code: 1,
  out: expect.not.stringContaining('listening') as unknown,
  problem: expect.stringMatching(
    /^\S+ holds the tables of another program \(django_migrations, courses_course, users_user\)\. Nothing was written there\.\n.*`manage\.py dumpdata.*`loaddata.*\n$/,
  ) as unknown,
};

beforeAll(() => buildOnce(), 120_000);

it('every program and command refuses a foreign database with two lines, and does not change a byte of it', async () => {
  const url = await djangoDatabaseUrl();
  const before = await fingerprint(url);
  const elsewhere = path.join(mkdtempSync(path.join(tmpdir(), 'foreign-')), 'other');
  const other = testEngine() === 'sqlite' ? 'postgres://nobody@127.0.0.1:1/none' : `sqlite:${elsewhere}`;
  const programs = [
    ...[['scripts/start.mjs'], ['dist/src/main.js'], ['dist/src/worker.js']],
    ...[
      [cli, 'migrate'],
      [cli, 'jobs'],
      [cli, 'dumpdata'],
      [cli, 'loaddata', 'package.json'],
      [cli, 'flush', '--no-input'],
    ],
    ...[
      [cli, 'backup', '-o', elsewhere],
      [cli, 'db:plan'],
      [cli, 'restore', elsewhere, '--replace'],
    ],
    [cli, 'db:move', '--from', url, '--to', other],
  ];
  for (const [program, ...words] of programs as [string, ...string[]][]) {
    const found = await runProgram(url, [program, ...words], { PORT: '0', LOCAL_CHAIN: 'off', DEMO_SCHOOL: 'on' });
    expect({ program, words, ...found }).toEqual({ program, words, ...refused });
  }
  expect(await fingerprint(url)).toEqual(before);
}, 300_000);

it('a command with --help does not open the database', async () => {
  const url = await djangoDatabaseUrl();
  const before = await fingerprint(url);
  const calls = [['--help'], ['loaddata', '--help'], ['help', 'flush'], ['nonsense']];
  const found: ProgramResult[] = [];
  for (const words of calls) found.push(await runProgram(url, [cli, ...words]));
  expect(found.map(({ code }) => code)).toEqual([0, 0, 0, 2]);
  expect(await fingerprint(url)).toEqual(before);
}, 120_000);

it('refuses a database that has tables but not our table of migrations, or that also has Django’s', async () => {
  const strange = await emptyDatabaseUrl();
  await execute(strange, ['CREATE TABLE orders (id integer PRIMARY KEY)']);
  await expect(requireOwnDatabase(strange)).rejects.toThrow(/another program \(orders\)/);
  const mixed = await djangoDatabaseUrl([
    'CREATE TABLE platform_migration (id integer)',
    'CREATE TABLE platform_job (id integer)',
  ]);
  await expect(requireOwnDatabase(mixed)).rejects.toThrow(/\(django_migrations, courses_course, users_user\)/);
});

it('accepts an empty database, and one that has our table of migrations next to other tables', async () => {
  const url = await emptyDatabaseUrl();
  const before = await fingerprint(url);
  await requireOwnDatabase(url);
  expect(await fingerprint(url)).toEqual(before);
  await migrate(url, migrations);
  await execute(url, ['CREATE TABLE reports (id integer PRIMARY KEY)']);
  await requireOwnDatabase(url);
});

it('the error for a foreign database shows its host and name, but not the password of the URL', async () => {
  const url = await djangoDatabaseUrl();
  const error = (await requireOwnDatabase(url).catch((thrown: unknown) => thrown)) as Error;
  expect(error).toBeInstanceOf(ForeignDatabase);
  expect(error.message.split('\n')).toHaveLength(2);
  if (testEngine() === 'postgres') expect(error.message).toContain(new URL(url).pathname);
  const { username, password } = testEngine() === 'postgres' ? new URL(url) : { username: '', password: '' };
  for (const secret of [`${username}:`, password].filter((one) => one.length > 1))
    expect(error.message).not.toContain(secret);
});
