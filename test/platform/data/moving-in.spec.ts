import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerAudit } from '../../../src/modules/rewards';
import { ChoiceMap } from '../../../src/platform/data/choice-map';
import { sourceOf } from '../../../src/platform/data/files';
import { Loader } from '../../../src/platform/data/loader';
import { int } from '../../../src/platform/database/columns';
import { School } from '../../support/school';
import { day, dump, flush, forDjango, load, mapFile, scratch } from './carry';

interface DjangoRecord {
  model: string;
  pk?: number;
  fields: Record<string, any>;
}
const django = join(__dirname, '../../django/school.json');
const records = JSON.parse(readFileSync(django, 'utf8')) as DjangoRecord[];
const words = JSON.parse(readFileSync(mapFile, 'utf8')) as Record<string, Record<string, string>>;
const folder = scratch();
let files = 0;

function fileOf(content: unknown, ending = 'json'): string {
  const name = join(folder, `${++files}.${ending}`);
  writeFileSync(name, Buffer.isBuffer(content) || typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

function changed(change: (of: (model: string) => DjangoRecord[], all: DjangoRecord[]) => void): DjangoRecord[] {
  const copy = structuredClone(records);
  change((model) => copy.filter((record) => record.model === model), copy);
  return copy;
}

let school: School;
beforeAll(async () => {
  school = await School.open();
  school.clock.stopAt(day);
});
afterAll(() => school.close());
beforeEach(() => flush(school));

const one = async (sql: string): Promise<number> => (await school.database.row({ n: int }, sql))?.n ?? 0;
const refusal = (file: string, map?: ChoiceMap): Promise<string> =>
  load(school, [file], map ? { map } : {}).then(
    () => 'it was loaded',
    (error: Error) => error.message,
  );

/** What Django would get back, by model and name. */
async function back(map: ChoiceMap): Promise<Map<string, Record<string, any>>> {
  const name = join(folder, 'back.json');
  await dump(school, name, { ...forDjango, naturalPrimary: true, map });
  const found = JSON.parse(readFileSync(name, 'utf8')) as DjangoRecord[];
  return new Map(found.map(({ model, pk, fields }) => [`${model} ${pk ?? fields.username}`, fields]));
}

describe('what is wrong with a file', () => {
  it('is named by model and record, also where the whole file is one line', async () => {
    const file = fileOf(changed((of) => (of('courses.lesson')[2]!.fields.order = 'third')));
    expect(await refusal(file)).toMatch(/courses\.lesson\.order: "third" is no whole number \(pk 3, line 1\)$/);
    const nameless = fileOf(changed((of) => delete of('users.user')[1]!.fields.email));
    expect(await refusal(nameless)).toMatch(/users\.user\.email: missing \(person1, line 1\)$/);
    const place = records.findIndex(({ model }) => model === 'courses.lesson') + 1;
    const unread = fileOf(changed((_, all) => (all[place - 1] = { a: 1 } as unknown as DjangoRecord)));
    expect(await refusal(unread)).toMatch(new RegExp(`record ${place}, line 1: no record`));
  });

  it('is said once for all records that have it, with their number and three of them', async () => {
    const wrong = changed((of) => of('courses.lesson').forEach(({ fields }, at) => (fields.order = `no ${at}`)));
    expect((await refusal(fileOf(wrong))).split('\n')).toEqual([
      expect.stringMatching(/^Nothing was changed/),
      '  courses.lesson.order: "no 0" is no whole number (7 records: pk 1, line 1; pk 2, line 1; pk 3, line 1; …)',
    ]);
    const negative = changed((of) => of('courses.lesson').forEach(({ fields }) => (fields.order = 0)));
    expect(await refusal(fileOf(negative))).toMatch(
      /courses\.lesson\.order: must be 1 or more \(7 records: pk 1, line 1; pk 2, line 1; pk 3, line 1; …\)$/,
    );
  });

  it.each([
    [
      'SQLite format 3\0 and its pages',
      /the file of a whole database, not a dump of it: run `python manage\.py dumpdata/,
    ],
    ['PGDMP and what follows', /an archive of pg_dump, not a dump of Django: run `python manage\.py dumpdata/],
    ['\x1f\x8b\x08', /packed by gzip: its name must end in \.gz/],
  ])('tells whoever gives it %j what that is, and what to do', async (content, reason) => {
    expect(await refusal(fileOf(Buffer.from(content, 'latin1')))).toMatch(reason);
  });
});

it('what is left out of a file is counted: groups and permissions of people, sessions, content types', async () => {
  const file = changed((of, all) => {
    of('users.user').forEach(({ fields }, at) =>
      Object.assign(fields, { groups: at < 2 ? [['Editors']] : [], user_permissions: [] }),
    );
    all.push(
      { model: 'auth.group', fields: { name: 'Editors', permissions: [] } },
      { model: 'sessions.session', fields: {} },
    );
  });
  const { skipped } = await load(school, [fileOf(file)]);
  expect(skipped).toEqual({
    ...{ 'auth.permission': 68, 'contenttypes.contenttype': 17, 'auth.group': 1, 'sessions.session': 1 },
    'users.user.groups': 2,
  });
});

it('a transfer received that names its own person as the recipient is put right, and counted', async () => {
  const transfer = { amount: 7, description: 'Thanks', created_at: '2026-02-28T12:00:00Z' };
  const file = changed((of, all) => {
    for (const [name, amount] of [
      ['person3', -7],
      ['person4', 7],
    ] as const)
      of('users.user').find(({ fields }) => fields.username === name)!.fields.teo_coins += amount;
    const row = (pk: number, user: string, type: string): DjangoRecord => ({
      model: 'rewards.teocointransaction',
      pk,
      fields: { ...transfer, user: [user], transaction_type: type, recipient: ['person4'] },
    });
    all.push(row(900, 'person3', 'transfer_sent'), row(901, 'person4', 'transfer_received'));
  });
  const { notes } = await load(school, [fileOf(file)]);
  expect(notes).toContainEqual(
    'rewards.teocointransaction: 1 transfers received named their own person as the recipient: the name is dropped',
  );
  expect(notes.filter((note) => /adjustments/.test(note))).toEqual([]);
  expect(await one('SELECT count(*) AS n FROM rewards_teocointransaction WHERE amount = 7')).toBe(2);
  expect(await one('SELECT count(DISTINCT operation_id) AS n FROM rewards_teocointransaction WHERE amount = 7')).toBe(
    1,
  );
  const { counts } = await school.part(LedgerAudit).books();
  expect(Object.values(counts).filter((count) => count > 0)).toEqual([]);
});

describe('the words of a school', () => {
  it('that are not ours are listed with ours beside them', async () => {
    const said = await refusal(django, new ChoiceMap());
    expect(said).toMatch(/courses\.lesson\.lesson_type may be theory, practical, video, mixed, live, quiz, critique/);
  });

  it('are planned for: what would happen, a map to fill in, and nothing written', async () => {
    const plan = await school.part(Loader).plan([await sourceOf(django)], { map: new ChoiceMap() });
    expect(plan.refused?.message).toMatch(/neither our list nor the map knows it/);
    const ours = 'practice | assignment | project | quiz | portfolio_piece';
    expect(plan.skeleton['courses.exercise.exercise_type']).toEqual({ multiple_choice: ours, essay: ours });
    const filled = await school.part(Loader).plan([await sourceOf(django)], { map: await ChoiceMap.read(mapFile) });
    expect(filled).toMatchObject({
      skeleton: {},
      report: { loaded: { 'users.user': 5 }, skipped: { 'auth.permission': 68 } },
    });
    expect(filled.report?.notes).toContainEqual(
      expect.stringMatching(/notification_type: words of the school's own are kept: .*; ours are lesson_completed/),
    );
    expect(await one('SELECT count(*) AS n FROM users_user')).toBe(0);
  });

  it('come back one by one, also where several of them became one of ours', async () => {
    const map = new ChoiceMap({
      ...words,
      'courses.lesson.lesson_type': { text: 'theory', reading: 'theory', interactive: 'practical' },
      'notifications.notification.notification_type': { system: 'system_announcement', news: 'system_announcement' },
    });
    const file = changed((of) => {
      of('courses.lesson').forEach(({ fields }, at) => (fields.lesson_type = ['text', 'reading', 'theory'][at % 3]));
      of('notifications.notification').forEach(
        ({ fields }, at) => (fields.notification_type = at % 2 ? 'news' : 'system'),
      );
    });
    await load(school, [fileOf(file)], { map });
    await school.database.transaction(() =>
      school.database.run("UPDATE courses_lesson SET lesson_type = 'critique' WHERE id = 2"),
    );
    const found = await back(map);
    for (const { model, pk, fields } of file.filter((record) => /lesson$|notification$/.test(record.model))) {
      const name = model === 'courses.lesson' ? 'lesson_type' : 'notification_type';
      const isOurs = model === 'courses.lesson' && pk === 2;
      expect([pk, found.get(`${model} ${pk}`)?.[name]]).toEqual([pk, isOurs ? 'critique' : fields[name]]);
    }
  });

  it('come back also after a dump of ours has carried the school to another database', async () => {
    const map = new ChoiceMap({ ...words, 'courses.lesson.lesson_type': { text: 'theory', interactive: 'theory' } });
    await load(school, [django], { map });
    await dump(school, join(folder, 'ours.jsonl'), { format: 'jsonl' });
    await flush(school);
    await load(school, [join(folder, 'ours.jsonl')]);
    const found = await back(map);
    const lessons = records.filter(({ model }) => model === 'courses.lesson');
    expect(lessons.map(({ pk }) => found.get(`courses.lesson ${pk}`)?.lesson_type)).toEqual(
      lessons.map(({ fields }) => fields.lesson_type as string),
    );
  });
});

it('attachments and hand-ins of another shape become ours, and go back as they were', async () => {
  const student = ['person4'];
  const shapes = [{ text: 'My essay' }, 'words', { file: '/media/a.png', size: 9.0 }];
  const file = changed((of, all) => {
    const materials = [
      [{ name: 'sheet.pdf', url: '/media/1.pdf' }],
      [{ name: 'sheet.pdf', pages: 2 }],
      ['http://files.example/a.pdf'],
    ];
    of('courses.lesson').forEach(({ fields }, at) => (fields.materials = materials[at % 3]));
    const [exercise] = of('courses.exercise');
    shapes.forEach((data, at) => {
      const when = { submitted_at: `2026-02-0${at + 1}T00:00:00Z`, attempt_number: at + 1, max_score: 10, score: null };
      const fields = { ...when, student, exercise: exercise!.pk, submission_data: data };
      all.push({ model: 'courses.exercisesubmission', pk: at + 1, fields });
    });
  });
  const { notes } = await load(school, [fileOf(file)]);
  expect(notes).toContainEqual(expect.stringMatching(/^courses\.lesson: materials without an address.* \(2\)$/));
  expect(notes).toContainEqual(
    expect.stringMatching(/^courses\.exercisesubmission: hand-ins of another shape.* \(3\)$/),
  );
  const texts = await school.database.rows(
    { n: int },
    "SELECT id AS n FROM courses_exercisesubmission WHERE CAST(submission_data AS text) LIKE '%work%text%'",
  );
  expect(texts).toHaveLength(3);
  const found = await back(await ChoiceMap.read(mapFile));
  for (const { model, pk, fields } of file.filter((record) => /lesson$|submission$/.test(record.model))) {
    const name = model === 'courses.lesson' ? 'materials' : 'submission_data';
    expect([pk, found.get(`${model} ${pk}`)?.[name]]).toEqual([pk, fields[name]]);
  }
});
