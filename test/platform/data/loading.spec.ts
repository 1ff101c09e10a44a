import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { loadDemoSchool } from '../../../demo/school';
import { ChoiceMap } from '../../../src/platform/data/choice-map';
import { sourceOf } from '../../../src/platform/data/files';
import { verify } from '../../../src/platform/data/manifest';
import { int } from '../../../src/platform/database/columns';
import { School } from '../../support/school';
import { day, dump, flush, forDjango, load, mapFile, scratch } from './carry';

/** Made by `test/django/django_school.py make FOLDER 1 4242 5`: for machines without Django. */
const file = join(__dirname, '../../django/school.json');
interface Record_ {
  model: string;
  pk?: number;
  fields: Record<string, any>;
}
const records = JSON.parse(readFileSync(file, 'utf8')) as Record_[];
const of = (model: string): Record_[] => records.filter((record) => record.model === model);
const folder = scratch();
let files = 0;

function fileOf(content: unknown, ending = 'json'): string {
  const name = join(folder, `${++files}.${ending}`);
  writeFileSync(name, Buffer.isBuffer(content) || typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

let school: School;
beforeAll(async () => {
  school = await School.open();
  school.clock.stopAt(day);
});
afterAll(() => school.close());
beforeEach(() => {
  school.clock.stopAt(day);
  return flush(school);
});

const number = async (sql: string): Promise<number> => (await school.database.row({ n: int }, sql))?.n ?? 0;
const count = (from: string): Promise<number> => number(`SELECT count(*) AS n FROM ${from}`);

/** What a test changes in a copy of the file. */
function changed(model: string, change: (record: Record_, all: Record_[]) => void): string {
  const copy = structuredClone(records);
  change(copy.find((record) => record.model === model) as Record_, copy);
  return fileOf(copy);
}

describe('a dump of Django', () => {
  it('keeps numbers within JSON as they are written, also under the name of a field', async () => {
    const fields = { student: ['person3'], exercise: of('courses.exercise')[0]!.pk, submission_data: {}, score: null };
    const dates = { max_score: 100, submitted_at: '2026-02-01T00:00:00Z' };
    const one = { model: 'courses.exercisesubmission', pk: 1, fields: { ...fields, ...dates } };
    const text = JSON.stringify([...records, one]).replace('"submission_data":{}', '"submission_data":{"score":9.0}');
    await load(school, [fileOf(text)]);
    expect(await count(`courses_exercisesubmission WHERE CAST(submission_data AS text) LIKE '%score%9.0%'`)).toBe(1);
  });

  it('becomes a school: people, balances, answers apart from questions', async () => {
    const report = await load(school, [file]);
    expect(report.loaded['users.user']).toBe(of('users.user').length);
    expect(report.skipped).toMatchObject({ 'auth.permission': of('auth.permission').length });
    const coins = of('users.user').reduce((sum, { fields }) => sum + (fields.teo_coins as number), 0);
    expect(await number('SELECT sum(teo_coins) AS n FROM users_user')).toBe(coins);
    expect(await count("courses_exercise WHERE CAST(content AS text) LIKE '%answer%'")).toBe(0);
    expect(await count("courses_exercise WHERE CAST(answer_key AS text) LIKE '%answer%'")).toBeGreaterThan(0);
    expect(await count('rewards_teocointransaction WHERE sequence < 1')).toBe(0);
  });

  it('shows its students no answer', async () => {
    await load(school, [file]);
    school.clock.stopAt(null);
    const student = await school.student({ username: 'newcomer' });
    const course = of('courses.course').find(({ fields }) => fields.is_published)?.pk;
    await school.database.transaction(() => school.database.run('UPDATE courses_course SET max_enrollments = NULL'));
    expect((await student.post(`/courses/${course}/enrollment`)).status).toBe(201);
    let seen = 0;
    for (const lesson of of('courses.lesson').filter(({ fields }) => fields.course === course)) {
      const list = await student.get(`/lessons/${lesson.pk}/exercises`);
      for (const { id } of list.body.data as { id: number }[]) {
        const one = await student.get(`/exercises/${id}`);
        expect(JSON.stringify([list.body, one.body])).not.toMatch(/answer|"key"/i);
        seen += (one.body.content.questions ?? []).length;
      }
    }
    expect(seen).toBeGreaterThan(0);
  });

  it('comes back as it was', async () => {
    await load(school, [file]);
    const back = join(folder, 'back.json');
    await dump(school, back, { ...forDjango, naturalPrimary: true, indent: 2, map: await ChoiceMap.read(mapFile) });
    const found = new Map(
      (JSON.parse(readFileSync(back, 'utf8')) as Record_[]).map((one) => [nameOf(one), one.fields]),
    );
    const ours = records.filter(({ model }) => /^(users|courses|rewards|notifications)\./.test(model));
    for (const record of ours)
      expect({ [nameOf(record)]: found.get(nameOf(record)) }).toEqual({ [nameOf(record)]: record.fields });
    // To the byte: indent, separators, letters beyond ASCII, times and floats are Django's own.
    const texts = new Set(readFileSync(back, 'utf8').split('\n},\n'));
    const same = readFileSync(file, 'utf8')
      .split('\n},\n')
      .filter((text) => texts.has(text));
    expect(same.length).toBeGreaterThan(ours.length - 8);
  });

  it('may be merged into itself, and changes nothing', async () => {
    await load(school, [file]);
    await dump(school, join(folder, 'once.jsonl'), { format: 'jsonl' });
    const { loaded, kept } = await load(school, [file], { merge: new Map() });
    expect(Object.values(loaded).filter((count) => count > 0)).toEqual([]);
    expect(kept['users.user']).toBe(of('users.user').length);
    await dump(school, join(folder, 'twice.jsonl'), { format: 'jsonl' });
    expect(readFileSync(join(folder, 'twice.jsonl'), 'utf8')).toBe(readFileSync(join(folder, 'once.jsonl'), 'utf8'));
  });

  it('gives a balance that is not its rows an opening adjustment, and says so', async () => {
    const rich = changed('users.user', (user) => (user.fields.teo_coins += 500));
    expect((await load(school, [rich])).notes).toContainEqual(
      expect.stringMatching(/1 opening adjustments, 500 TeoCoins/),
    );
    await flush(school);
    const poor = changed('users.user', (user) => (user.fields.teo_coins = 0));
    expect((await load(school, [poor])).notes).toContainEqual(expect.stringMatching(/1 closing adjustments/));
    expect(await number('SELECT min(teo_coins) AS n FROM users_user')).toBe(0);
  });

  it('makes two legs of a transfer of one row, and one row again', async () => {
    const transfer = changed('rewards.teocointransaction', ({ fields }, all) => {
      const [, other] = all.filter(
        ({ model, fields: who }) => model === 'users.user' && who.username !== fields.user[0],
      );
      all.push({
        model: 'rewards.teocointransaction',
        pk: 900,
        fields: {
          ...fields,
          transaction_type: 'transfer',
          amount: 7,
          recipient: [other!.fields.username],
          created_at: '2026-02-28T12:00:00Z',
        },
      });
      all.find(
        ({ model, fields: who }) => model === 'users.user' && who.username === fields.user[0],
      )!.fields.teo_coins -= 7;
      other!.fields.teo_coins += 7;
    });
    expect((await load(school, [transfer])).notes.filter((note) => /adjustments/.test(note))).toEqual([]);
    expect(await count("rewards_teocointransaction WHERE transaction_type LIKE 'transfer%' AND amount = 7")).toBe(2);
    expect(
      await number('SELECT count(DISTINCT operation_id) AS n FROM rewards_teocointransaction WHERE amount = 7'),
    ).toBe(1);
    await dump(school, join(folder, 'legs.json'), { ...forDjango, only: ['rewards.TeoCoinTransaction'] });
    const rows = (JSON.parse(readFileSync(join(folder, 'legs.json'), 'utf8')) as Record_[]).filter(
      ({ fields }) => fields.amount === 7,
    );
    expect(rows).toMatchObject([{ pk: 900, fields: { transaction_type: 'transfer_sent' } }]);
  });

  it('turns prerequisites of both directions to the lower level, and reports it', async () => {
    const both = changed('courses.course', (one, all) => {
      const [, other] = all.filter(({ model }) => model === 'courses.course');
      Object.assign(one.fields, { level: 'expert', prerequisites: [other!.pk] });
      Object.assign(other!.fields, { level: 'beginner', prerequisites: [one.pk] });
    });
    const [one, other] = of('courses.course').map(({ pk }) => pk);
    const { notes } = await load(school, [both]);
    expect(notes).toContainEqual(`courses.course.prerequisites: kept ${one} → ${other}, dropped ${other} → ${one}`);
    expect(await count(`courses_course_prerequisites WHERE from_course_id = ${one} AND to_course_id = ${other}`)).toBe(
      1,
    );
    expect(await count('courses_course_prerequisites')).toBe(1);
  });

  it('without natural keys takes kinds of objects from the file, or from the map', async () => {
    const types = { model: 'contenttypes.contenttype', pk: 12, fields: { app_label: 'courses', model: 'lesson' } };
    const numbered = structuredClone(of('notifications.notification'))
      .slice(0, 1)
      .map((one) => ({ ...one, fields: { ...one.fields, user: 1, related_object_type: 12, related_object_id: 1 } }));
    const people = of('users.user').map((one, at) => ({ ...one, pk: at + 1 }));
    await load(school, [fileOf([...people, ...numbered, types])]);
    expect(await count("notifications_notification WHERE related_object_type = 'courses.lesson'")).toBe(1);
    await flush(school);
    const map = new ChoiceMap({ contenttypes: { 12: 'courses.course' } });
    await load(school, [fileOf([...people, ...numbered])], { map });
    expect(await count("notifications_notification WHERE related_object_type = 'courses.course'")).toBe(1);
  });
});

const nameOf = ({ model, pk, fields }: Record_): string => `${model} ${pk ?? fields.username}`;

describe('a file that is damaged', () => {
  const text = readFileSync(file, 'utf8');
  const lines = records.map((record) => JSON.stringify(record)).join('\n');
  const user = (change: (fields: Record<string, any>) => void): string =>
    changed('users.user', ({ fields }) => change(fields));
  const again = (model: string): string => changed(model, (record, all) => all.push(structuredClone(record)));

  const damages: [string, () => string, RegExp][] = [
    ['nothing', () => fileOf(''), /line 1: empty/],
    [
      'truncated in a record',
      () => fileOf(text.slice(0, text.lastIndexOf('"fields"'))),
      /line \d+: truncated: the file ends within the record/,
    ],
    [
      'truncated between records',
      () => fileOf(`${text.slice(0, text.lastIndexOf('\n},\n'))}\n}`),
      /truncated: the file ends before the "]"/,
    ],
    [
      'truncated and packed',
      () => fileOf(gzipSync(text).subarray(0, 4_000), 'json.gz'),
      /truncated: the compressed data ends early/,
    ],
    ['no JSON', () => fileOf(`${lines}\n{"model": oops}`, 'jsonl'), new RegExp(`line ${records.length + 1}: not JSON`)],
    ['no list', () => fileOf('hello'), /line 1: not JSON: unexpected "h"/],
    ['more after the list', () => fileOf(`${text}{}`), /not JSON: unexpected "\{"/],
    [
      'not UTF-8',
      () => fileOf(Buffer.from('{"model": "x.y", "fields": {"a": "\xe9"}}', 'latin1')),
      /line 1: not UTF-8/,
    ],
    ['no record', () => fileOf([{ a: 1 }]), /line 1: no record/],
    [
      'an unknown model',
      () => fileOf([...records, { model: 'shop.order', pk: 1, fields: {} }]),
      /shop\.order: unknown model/,
    ],
    ['an unknown field', () => user((fields) => (fields.shoe_size = 44)), /users\.user\.shoe_size: unknown field/],
    ['a missing field', () => user((fields) => delete fields.email), /users\.user\.email: missing/],
    ['null', () => user((fields) => (fields.email = null)), /users\.user\.email: null where there must be a value/],
    [
      'a wrong type',
      () => user((fields) => (fields.teo_coins = '12')),
      /users\.user\.teo_coins: "12" is no whole number/,
    ],
    ['a number too large', () => user((fields) => (fields.teo_coins = 2 ** 31)), /beyond what the column holds/],
    [
      'no boolean',
      () => user((fields) => (fields.is_active = 1)),
      /users\.user\.is_active: 1 is neither true nor false/,
    ],
    [
      'no time',
      () => user((fields) => (fields.date_joined = '2026-02-30T00:00:00Z')),
      /users\.user\.date_joined: .* is no time/,
    ],
    [
      'no time in another zone',
      () => user((fields) => (fields.date_joined = '2026-02-30T00:00:00+01:00')),
      /users\.user\.date_joined: .* is no time/,
    ],
    [
      'a number without end',
      () => fileOf(JSON.stringify(records).replace(/"average_score":[\d.]+/, '"average_score":1e400')),
      /average_score: a number beyond what the column holds/,
    ],
    ['a text too long', () => user((fields) => (fields.first_name = 'x'.repeat(151))), /longer than 150 characters/],
    ['a NUL character', () => user((fields) => (fields.bio = 'a\0b')), /NUL character/],
    ['half a surrogate pair', () => user((fields) => (fields.bio = 'a\ud83cb')), /surrogate/],
    [
      'a record twice',
      () => again('courses.course'),
      /courses\.course\.pk: duplicate: it is there twice \(2 records: pk \d+, line 1; pk \d+, line 1\)/,
    ],
    [
      'a person twice',
      () => again('users.user'),
      /users\.user\.username: duplicate: it is there twice \(2 records: person\d/,
    ],
    [
      'a person twice in other letters',
      () => user((fields) => (fields.email = 'PERSON1@school.example')),
      /users\.user\.email: duplicate/,
    ],
    [
      'a name nobody has',
      () => changed('courses.course', ({ fields }) => (fields.teacher = ['nobody'])),
      /courses\.course\.teacher: dangling/,
    ],
    [
      'a number nothing has',
      () => changed('courses.lesson', ({ fields }) => (fields.course = 999)),
      /courses\.lesson\.course: dangling/,
    ],
    [
      'a prerequisite that is not there',
      () => changed('courses.course', ({ fields }) => (fields.prerequisites = [999])),
      /courses\.course\.prerequisites: dangling: there is no courses\.course of a number in it/,
    ],
    [
      'a kind nobody knows',
      () => changed('notifications.notification', ({ fields }) => (fields.related_object_type = 77)),
      /dangling: no content type of this number/,
    ],
    ['a circle', () => changed('courses.course', circle), /prerequisites go round in a circle: \d+ → \d+ → \d+ → \d+/],
    [
      'answers nobody understands',
      () => changed('courses.exercise', ({ fields }) => (fields.content = { solution: 42 })),
      /courses\.exercise: content holds solution/,
    ],
    [
      'a negative amount',
      () => changed('rewards.teocointransaction', ({ fields }) => (fields.amount = -5)),
      /amount: must be positive/,
    ],
    [
      'a transfer to oneself',
      () =>
        changed('rewards.teocointransaction', ({ fields }) =>
          Object.assign(fields, { transaction_type: 'transfer', recipient: fields.user }),
        ),
      /a transfer to oneself/,
    ],
    [
      'a transfer nobody sent',
      () => changed('rewards.teocointransaction', ({ fields }) => (fields.transaction_type = 'transfer_received')),
      /I4: received, and not sent once/,
    ],
    [
      'a score beyond the exercise',
      () => fileOf([...records, submission()]),
      /courses\.exercisesubmission\.score: beyond what/,
    ],
    [
      'too deep',
      () => fileOf(`{"model": "a.b", "fields": ${'['.repeat(300)}${']'.repeat(300)}}`),
      /nested deeper than 200/,
    ],
  ];

  it.each(damages)('with %s changes nothing and says where and why', async (_, damaged, reason) => {
    const before = await everything();
    const error = await load(school, [damaged()]).catch((refused: Error) => refused);
    expect((error as Error).message).toMatch(reason);
    expect(await everything()).toEqual(before);
  });

  it('with unknown values names all of them at once, with counts', async () => {
    const error = (await load(school, [file], { map: new ChoiceMap() }).catch((refused: Error) => refused)) as Error;
    expect(error.message).toMatch(
      /rewards\.teocointransaction\.transaction_type "bonus": neither our list nor the map knows it \(5 records\)/,
    );
    expect(error.message).toMatch(/courses\.exercise\.exercise_type "multiple_choice"/);
    expect(await count('users_user')).toBe(0);
  });

  it('with unknown fields and models is loaded with -i, but for them', async () => {
    const strange = changed('users.user', ({ fields }, all) => {
      fields.shoe_size = 44;
      all.push({ model: 'shop.order', pk: 1, fields: {} });
    });
    const { skipped } = await load(school, [strange], { ignoreUnknown: true });
    expect(skipped).toMatchObject({ 'users.user.shoe_size': 1, 'shop.order': 1 });
  });

  function circle(one: Record_, all: Record_[]): void {
    const third = { ...structuredClone(one), pk: 77 };
    all.push(third);
    const [first, second] = all.filter(({ model }) => model === 'courses.course');
    for (const [from, to] of [
      [first, second],
      [second, third],
      [third, first],
    ])
      from!.fields.prerequisites = [to!.pk];
  }

  function submission(): Record_ {
    const fields = { student: ['person3'], exercise: of('courses.exercise')[0]!.pk, submission_data: {}, score: 500.0 };
    return {
      model: 'courses.exercisesubmission',
      pk: 1,
      fields: { ...fields, max_score: 100, submitted_at: '2026-02-01T00:00:00Z' },
    };
  }

  async function everything(): Promise<string> {
    const name = join(folder, `state-${++files}.jsonl`);
    await dump(school, name, { format: 'jsonl' });
    return readFileSync(name, 'utf8');
  }
});

describe('a dump of ours', () => {
  it('holds everything, and loads back to the same, packed or not', async () => {
    await loadDemoSchool(school.app);
    const [first, packed] = [join(folder, 'own.json'), join(folder, 'own.jsonl.gz')];
    await dump(school, first, { indent: 2 });
    await dump(school, packed, { format: 'jsonl', naturalForeign: true });
    await flush(school);
    expect(await count('users_user')).toBe(0);
    await load(school, [packed]);
    await dump(school, join(folder, 'again.json'), { indent: 2 });
    expect(readFileSync(join(folder, 'again.json'), 'utf8') === readFileSync(first, 'utf8')).toBe(true);
    const lines = gunzipSync(readFileSync(packed)).toString().trimEnd().split('\n');
    expect(lines.length).toBe((JSON.parse(readFileSync(first, 'utf8')) as unknown[]).length);
    // Ids go on above those that were loaded.
    expect((await school.student({ username: 'afterwards' })).id).toBeGreaterThan(
      await number('SELECT count(*) - 1 AS n FROM users_user'),
    );
  }, 120_000);

  it('is verified without a database, and a changed one is not', async () => {
    await load(school, [file]);
    const name = join(folder, 'verified.json');
    const written = await dump(school, name, { indent: 1 });
    expect(await verify(await sourceOf(name))).toEqual(written);
    expect(written.sums['ledger sum']).toBe(written.sums['sum of balances']);
    writeFileSync(name, readFileSync(name, 'utf8').replace('"teo_coins": 1', '"teo_coins": 2'));
    await expect(verify(await sourceOf(name))).rejects.toThrow(
      /users\.user: the records are not the ones[\s\S]*sum of balances/,
    );
  });

  it('with a balance that is not its rows is refused', async () => {
    await load(school, [file]);
    const name = join(folder, 'books.jsonl');
    await dump(school, name, { format: 'jsonl' });
    await flush(school);
    writeFileSync(name, readFileSync(name, 'utf8').replace('"teo_coins": 1', '"teo_coins": 2'));
    await expect(load(school, [name])).rejects.toThrow(
      /users\.user\.teo_coins: the balance does not equal the transactions \(person\d, line \d+\)/,
    );
    expect(await count('users_user')).toBe(0);
  });

  it('leaves the ledger append-only after a flush', async () => {
    await load(school, [file]);
    await flush(school);
    await load(school, [file]);
    const erase = school.database.transaction(() => school.database.run('DELETE FROM rewards_teocointransaction'));
    await expect(erase).rejects.toThrow(/append-only/);
  });

  it('sees one moment, whatever others write meanwhile', async () => {
    await load(school, [file]);
    const people = await count('users_user');
    const name = join(folder, 'moment.jsonl');
    let written = 0;
    const onRecords = (): void => {
      written++;
      void school.student({ username: `meanwhile${written}` });
    };
    await dump(school, name, { format: 'jsonl', onRecords });
    const found = readFileSync(name, 'utf8').match(/"model": "users\.user"/g) ?? [];
    expect(written).toBeGreaterThan(0);
    expect(found).toHaveLength(people);
  });
});
