import { execFile, execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ChoiceMap } from '../../../src/platform/data/choice-map';
import { Jobs } from '../../../src/platform/jobs/jobs';
import { LedgerAudit } from '../../../src/modules/rewards';
import { School } from '../../support/school';
import { day, dump, flush, forDjango, load, mapFile, scratch } from './carry';

const program = join(__dirname, '../../django/django_school.py');
const schools = 24;
const seed = 20_260_301;

/** Debian's own: another Python in the way has no Django. */
const python = ['/usr/bin/python3', 'python3'].find((name) => {
  try {
    execFileSync(name, ['-c', 'import django, zoneinfo'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
const django = async (...words: string[]): Promise<string> =>
  (await promisify(execFile)(python as string, [program, ...words], { maxBuffer: 64 * 1024 * 1024 })).stdout;

const withDjango = python ? describe : describe.skip;

withDjango('with a real Django (skipped where there is no python3-django)', () => {
  let school: School;
  const folder = scratch();

  beforeAll(async () => {
    school = await School.open();
    school.clock.stopAt(day);
    await django('make', folder, String(schools), String(seed));
  });
  afterAll(() => school.close());

  it('reads what Django writes and writes what Django reads: table by table the same', async () => {
    const map = await ChoiceMap.read(mapFile);
    for (const name of readdirSync(folder).sort()) {
      const [number, format] = name.split('.') as [string, 'json' | 'jsonl'];
      await flush(school);
      await load(school, [join(folder, name)]);
      await expectTrueBooks(school, name);
      const naturalPrimary = Number(number) % 2 === 0;
      const options = { ...forDjango, naturalPrimary, format, map, indent: Number(number) % 3 };
      await dump(school, join(folder, `${number}.back.${format}`), options);
    }
    const found = JSON.parse(await django('compare', folder)) as Record<string, string[]>;
    expect(Object.keys(found)).toHaveLength(schools);
    expect(Object.entries(found).filter(([, differences]) => differences.length > 0)).toEqual([]);
  }, 180_000);
});

/** Every audit of ours is content, and a second look changes nothing. */
async function expectTrueBooks(school: School, name: string): Promise<void> {
  const { counts } = await school.part(LedgerAudit).books();
  const drift = (await school.part(Jobs).run('progress:prove-totals')) as Record<string, number>;
  const wrong = Object.entries({ ...counts, ...drift }).filter(([, count]) => count !== 0);
  expect({ name, wrong }).toEqual({ name, wrong: [] });
}
