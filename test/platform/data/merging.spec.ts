import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerAudit } from '../../../src/modules/rewards';
import type { Merge } from '../../../src/platform/data/load';
import { int, text } from '../../../src/platform/database/columns';
import { School } from '../../support/school';
import { day, dump, flush, load, scratch } from './carry';

interface DjangoRecord {
  model: string;
  pk?: number;
  fields: Record<string, any>;
}
const records = JSON.parse(readFileSync(join(__dirname, '../../django/school.json'), 'utf8')) as DjangoRecord[];
const folder = scratch();
const merge: Merge = new Map();
let files = 0;

function fileOf(list: readonly DjangoRecord[]): string {
  const name = join(folder, `${++files}.json`);
  writeFileSync(name, JSON.stringify(list));
  return name;
}

/** As `dumpdata users` writes it: people by their numbers, and nothing else. */
const users = (change: (fields: Record<string, any>, at: number) => void = () => undefined): DjangoRecord[] =>
  structuredClone(records.filter(({ model }) => model === 'users.user')).map((record, at) => {
    change(record.fields, at);
    return { ...record, pk: at + 1 };
  });

let school: School;
beforeAll(async () => {
  school = await School.open();
});
afterAll(() => school.close());
beforeEach(async () => {
  school.clock.stopAt(day);
  await flush(school);
});

async function everything(): Promise<string> {
  const name = join(folder, 'everything.jsonl');
  await dump(school, name, { format: 'jsonl' });
  return readFileSync(name, 'utf8');
}

/** A school that lives: its own people and course, under the numbers the file gives to others. */
async function livingSchool(): Promise<{ teacher: number; course: number }> {
  school.clock.stopAt(null);
  const teacher = await school.teacher({ username: 'living.teacher' });
  for (const name of ['one', 'two', 'three']) await school.student({ username: `living.${name}` });
  const { body, status } = await teacher.post('/courses', {
    ...{ title: 'A living course', description: 'Here', category: 'drawing', level: 'beginner' },
  });
  expect(status).toBe(201);
  await teacher.post(`/courses/${body.id}/lessons`, {
    title: 'A living lesson',
    lessonType: 'theory',
    content: 'Here',
  });
  return { teacher: teacher.id, course: body.id as number };
}

const one = async (sql: string): Promise<number> => (await school.database.row({ n: int }, sql))?.n ?? 0;
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it was loaded',
    (error: Error) => error.message,
  );

describe('a file for a school that lives', () => {
  it('changes nothing without --merge, and says in two lines what is there and what to do', async () => {
    await livingSchool();
    const before = await everything();
    const said = await refusal(load(school, [fileOf(users())]));
    expect(said.split('\n')).toEqual([
      expect.stringMatching(
        /^Nothing was changed: a school lives in this database \(.*4 users\.user.*1 courses\.course/,
      ),
      expect.stringMatching(/an empty database.*`flush`.*--merge/),
    ]);
    expect(await everything()).toBe(before);
  });

  it('adds with --merge those who are not there, under new numbers, and leaves everybody who is as they are', async () => {
    const { teacher, course } = await livingSchool();
    const before = await everything();
    const { loaded } = await load(school, [fileOf(records)], { merge });
    expect(loaded['users.user']).toBe(5);
    const kept = before.split('\n').filter((line) => /"model": "(users\.user|courses\.(course|lesson))"/.test(line));
    const after = new Set((await everything()).split('\n'));
    expect(kept.filter((line) => !after.has(line))).toEqual([]);
    expect(await one(`SELECT teacher_id AS n FROM courses_course WHERE id = ${course}`)).toBe(teacher);
    const titles = await school.database.rows(
      { course: text, lesson: text },
      `SELECT c.title AS course, l.title AS lesson FROM courses_lesson l JOIN courses_course c ON c.id = l.course_id`,
    );
    const byNumber = new Map(
      records.filter(({ model }) => model === 'courses.course').map((one) => [one.pk, one.fields.title]),
    );
    const expected = records
      .filter(({ model }) => model === 'courses.lesson')
      .map(({ fields }) => ({ course: byNumber.get(fields.course) as string, lesson: fields.title as string }));
    const order = (list: object[]): string[] => list.map((pair) => JSON.stringify(pair)).sort();
    expect(order(titles)).toEqual(order([...expected, { course: 'A living course', lesson: 'A living lesson' }]));
  });

  it('pays nobody twice, however often it is merged, and the books stay right', async () => {
    await livingSchool();
    await load(school, [fileOf(records)], { merge });
    const once = await everything();
    const { loaded } = await load(school, [fileOf(records)], { merge });
    expect(Object.values(loaded).every((count) => count === 0)).toBe(true);
    expect(await everything()).toBe(once);
    const { counts } = await school.part(LedgerAudit).books();
    expect(Object.entries(counts).filter(([, count]) => count > 0)).toEqual([]);
  });

  it('gives the coins of its rows to those who are there already, and not the balance it says', async () => {
    const [person] = users((fields) => (fields.teo_coins = 999));
    await load(school, [fileOf(users((fields) => (fields.teo_coins = 0)))]);
    const bonus = records.find(
      ({ model, fields }) => model.endsWith('transaction') && fields.user[0] === person!.fields.username,
    )!;
    await load(school, [fileOf([person!, bonus])], { merge });
    const coins = `SELECT teo_coins AS n FROM users_user WHERE username = '${person!.fields.username}'`;
    expect(await one(coins)).toBe(bonus.fields.amount);
    await load(school, [fileOf([person!, bonus])], { merge });
    expect(await one(coins)).toBe(bonus.fields.amount);
  });

  it('takes nobody for somebody else: a name with another address is refused until somebody says which of the two counts', async () => {
    await load(school, [fileOf(users())]);
    const before = await everything();
    const moved = fileOf(users((fields, at) => at === 1 && (fields.email = 'elsewhere@school.example')));
    expect(await refusal(load(school, [moved], { merge }))).toMatch(
      /users\.user\.username: duplicate: somebody here has it.*--merge-by users\.user=username \(person1, line 1\)/,
    );
    expect(await everything()).toBe(before);
    const { loaded } = await load(school, [moved], { merge: new Map([['users.user', ['username']]]) });
    expect(loaded['users.user']).toBe(0);
    const renamed = fileOf(users((fields, at) => at === 1 && (fields.username = 'somebody.new')));
    const byEmail = new Map([['users.user', ['email']]]);
    expect((await load(school, [renamed], { merge: byEmail })).loaded['users.user']).toBe(0);
    expect(await everything()).toBe(before);
  });

  it('never takes a row that is there by its number: what refers outside the file is refused', async () => {
    const { course } = await livingSchool();
    const lesson = structuredClone(records.find(({ model }) => model === 'courses.lesson')!);
    lesson.fields.course = course;
    expect(await refusal(load(school, [fileOf([lesson])], { merge }))).toMatch(
      /courses\.lesson\.course: dangling: the files hold no courses\.course of this number.*\(pk \d+, line 1\)/,
    );
  });

  it('numbers the attempts of somebody who has tried here after those', async () => {
    const exercise = records.find(({ model }) => model === 'courses.exercise')!;
    const attempt = (pk: number, at: string): DjangoRecord => ({
      model: 'courses.exercisesubmission',
      pk,
      fields: {
        ...{ student: ['person4'], exercise: exercise.pk, submission_data: { answers: [1] }, max_score: 10, score: 4 },
        ...{ submitted_at: at, graded_at: at, attempt_number: 1 },
      },
    });
    await load(school, [fileOf([...records, attempt(1, '2026-02-01T00:00:00Z')])]);
    await load(school, [fileOf([...records, attempt(1, '2026-02-02T00:00:00Z')])], { merge });
    const numbers = await school.database.rows(
      { n: int },
      'SELECT attempt_number AS n FROM courses_exercisesubmission ORDER BY submitted_at',
    );
    expect(numbers.map(({ n }) => n)).toEqual([1, 2]);
    expect(await one('SELECT attempts_used AS n FROM progress_exerciseresult')).toBe(2);
  });

  it('brings back what a school has lost since its own dump, and nothing more', async () => {
    await load(school, [fileOf(records)]);
    const own = join(folder, 'own.jsonl');
    await dump(school, own, { format: 'jsonl' });
    await school.database.transaction(() =>
      school.database.run('DELETE FROM notifications_notification WHERE is_read'),
    );
    const lost = await one('SELECT count(*) AS n FROM notifications_notification');
    const { loaded } = await load(school, [own], { merge });
    const back = records.filter(({ model }) => model === 'notifications.notification').length;
    expect(await one('SELECT count(*) AS n FROM notifications_notification')).toBe(back);
    expect(Object.entries(loaded).filter(([, count]) => count > 0)).toEqual([
      ['notifications.notification', back - lost],
    ]);
  });

  it('of another school of ours is refused where it brings books of its own', async () => {
    await livingSchool();
    await dump(school, join(folder, 'other.jsonl'), { format: 'jsonl' });
    await flush(school);
    await load(school, [fileOf(records)]);
    await dump(school, join(folder, 'other.jsonl'), { format: 'jsonl' });
    await flush(school);
    await livingSchool();
    expect(await refusal(load(school, [join(folder, 'other.jsonl')], { merge }))).toMatch(
      /rewards\.teocointransaction: another school of ours keeps books of its own.*--django \(\d+ records/,
    );
  });
});

it('a row that the database refuses is named by its model and rule, never in the words of a driver', async () => {
  await load(school, [fileOf(records)]);
  const own = join(folder, 'broken.jsonl');
  await dump(school, own, { format: 'jsonl' });
  await flush(school);
  const broken = readFileSync(own, 'utf8').replace('"teacher_status": "approved"', '"teacher_status": "beloved"');
  writeFileSync(own, broken);
  const said = await refusal(load(school, [own]));
  expect(said).toMatch(
    /^Nothing was changed: the database refused a row:\n {2}users\.user: a row breaks the rule users_user_teacher_status_listed$/,
  );
});
