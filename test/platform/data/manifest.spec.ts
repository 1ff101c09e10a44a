import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DataRegistry } from '../../../src/platform/data/data-registry';
import { sourceOf } from '../../../src/platform/data/files';
import { manifestFile, summaryOf, verify, type Manifest } from '../../../src/platform/data/manifest';
import { Transfers } from '../../../src/modules/rewards';
import { int } from '../../../src/platform/database/columns';
import { buildOnce, root } from '../../support/build-once';
import { School } from '../../support/school';
import { environmentFor } from '../../support/server';
import { day, dump, forDjango, load, scratch } from './carry';

const folder = scratch();
let school: School;
let balances: number;

beforeAll(async () => {
  school = await School.open();
  school.clock.stopAt(day);
  await load(school, [join(__dirname, '../../django/school.json')]);
  const found = await school.database.row({ n: int }, 'SELECT CAST(sum(teo_coins) AS integer) AS n FROM users_user');
  balances = found?.n ?? 0;
});
afterAll(() => school.close());

it('shows what the ledger and the balances add up to, which is the same', async () => {
  const { sums } = await dump(school, join(folder, 'ours.json'));
  expect(sums).toEqual({ 'ledger sum': balances, 'sum of balances': balances });
});

it('shows one sum for Django, whose rows do not add up to balances: a transfer is one of them', async () => {
  const file = join(folder, 'theirs.json');
  const [sender, recipient] = await school.database.rows(
    { id: int },
    'SELECT id FROM users_user ORDER BY teo_coins DESC LIMIT 2',
  );
  const order = { recipientId: recipient?.id ?? 0, amount: 1, message: '' };
  await school.part(Transfers).send(sender?.id ?? 0, order, 'a transfer of one');
  const manifest = await dump(school, file, forDjango);
  expect(manifest.sums).toEqual({ 'sum of balances': balances });
  expect(summaryOf(await verify(await sourceOf(file)))).toMatch(
    new RegExp(`^\\d+ records, sum of balances ${balances}$`),
  );
});

it('shows no sum of records that are not in the file', async () => {
  expect((await dump(school, join(folder, 'people.json'), { only: ['users'] })).sums).toEqual({
    'sum of balances': balances,
  });
  expect((await dump(school, join(folder, 'courses.json'), { only: ['courses'] })).sums).toEqual({});
});

it('is verified without the module that named a sum', async () => {
  const file = join(folder, 'with-a-module.json');
  const sums = { 'minutes of lessons': { model: 'courses.lesson', field: 'duration_minutes' } };
  school.part(DataRegistry).register({ models: [], sums });
  const manifest = await dump(school, file);
  expect(Object.keys(manifest.sums).sort()).toEqual(['ledger sum', 'minutes of lessons', 'sum of balances']);
  expect(await verify(await sourceOf(file))).toEqual(manifest);
  const written = JSON.parse(readFileSync(manifestFile(file), 'utf8')) as Manifest;
  writeFileSync(
    manifestFile(file),
    JSON.stringify({ ...written, sums: { ...written.sums, 'minutes of lessons': -1 } }),
  );
  await expect(verify(await sourceOf(file))).rejects.toThrow(/minutes of lessons is \d+, -1 expected/);
});

it('is verified by the hashes of its records where an earlier version did not say what its sums are made of', async () => {
  const file = join(folder, 'earlier.json');
  const { sumsOf: _, ...earlier } = await dump(school, file);
  writeFileSync(manifestFile(file), JSON.stringify({ ...earlier, sums: { 'sum of something': 12 }, map: {} }));
  expect(summaryOf(await verify(await sourceOf(file)))).toMatch(/sum of something 12$/);
});

it('goes with no dump whose reader went away, and nothing is said of that', async () => {
  await buildOnce();
  const child = spawn(process.execPath, ['dist/src/cli.js', 'dumpdata', '--format', 'jsonl'], {
    cwd: root,
    env: environmentFor(school.url, {}),
  });
  const [exited, problem] = [once(child, 'exit') as Promise<[number | null]>, text(child.stderr)];
  child.stdout.destroy();
  expect([(await exited)[0], await problem]).toEqual([141, '']);
}, 120_000);
