import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CourseCompleted } from '../../src/modules/progress';
import { Sessions } from '../../src/modules/users';
import { int } from '../../src/platform/database/columns';
import { SchemaTooNew } from '../../src/platform/database/schema/schema-version';
import { EventBus } from '../../src/platform/events/event-bus';
import { badges } from '../fixtures/badges';
import { aPublishedCourse, type BuiltCourse } from '../support/courses';
import { freshDatabaseUrl } from '../support/database-url';
import { Client, School } from '../support/school';

const folder = path.join(__dirname, '../fixtures/badges');

let school: School;
let admin: Client;
let anna: Client;
beforeEach(async () => {
  school = await School.open({ extensions: [badges] });
  [admin, anna] = [await school.admin(), await school.student()];
});
afterEach(() => school.close());

const badgesOf = async (person: Client) => (await person.get('/me/badges')).body.data;
const notificationsOf = async (person: Client) => (await person.get('/me/notifications?type=badge_given')).body.data;
const honour = (person: Client, title = 'Helping hand') => ({ userId: person.id, title, reason: 'Autumn exhibition' });

/** Somebody who enrols in a course and completes its lessons, over HTTP. */
async function completes(person: Client, course: BuiltCourse): Promise<void> {
  await person.post(`/courses/${course.id}/enrollment`);
  for (const lesson of course.lessons) {
    const { status } = await person.put(`/lessons/${lesson}/completion`, { timeSpentMinutes: 5 });
    expect(status).toBeLessThan(300);
  }
}

async function aCourse(title = 'Linocut', at = school): Promise<BuiltCourse> {
  return aPublishedCourse(at, (await at.teacher()).id, { title, lessons: 2 });
}

/** Deliveries that failed wait in the outbox for another try. */
const waiting = async (): Promise<number> =>
  (await school.database.rows({ id: int }, 'SELECT id FROM platform_outbox')).length;

describe('a course that is completed', () => {
  test('earns its badge, and a notification of it', async () => {
    const course = await aCourse();
    await completes(anna, course);
    expect(await badgesOf(anna)).toEqual([]);
    await school.settle();
    expect(await badgesOf(anna)).toMatchObject([{ title: 'Linocut', courseId: course.id }]);
    expect(await notificationsOf(anna)).toMatchObject([
      { label: 'You have a new badge', message: 'The badge “Linocut” is yours.', priority: 'normal' },
    ]);
  });

  test('earns it exactly once, however often and wherever the news is delivered', async () => {
    const course = await aCourse();
    const news = {
      studentId: anna.id,
      courseId: course.id,
      courseTitle: 'Linocut',
      teacherId: admin.id,
      reward: 0,
      isOpen: true,
    };
    const tell = () => school.database.transaction(() => school.part(EventBus).publish(new CourseCompleted(news)));
    await Promise.all([tell(), tell(), tell()]);
    await Promise.all([school.settle(), school.settle(), school.settle()]);
    expect(await badgesOf(anna)).toHaveLength(1);
    expect(await notificationsOf(anna)).toHaveLength(1);
    expect(await waiting()).toBe(0);
  });

  test('earns nothing for who was removed before the news arrived', async () => {
    const news = {
      studentId: 999_999,
      courseId: 999_999,
      courseTitle: 'Gone',
      teacherId: admin.id,
      reward: 0,
      isOpen: true,
    };
    await school.database.transaction(() => school.part(EventBus).publish(new CourseCompleted(news)));
    await school.settle();
    expect(await waiting()).toBe(0);
  });
});

describe('an administrator', () => {
  test('gives a badge, which its owner sees and hears of', async () => {
    expect(await admin.post('/badges', honour(anna))).toMatchObject({
      status: 201,
      body: { title: 'Helping hand', reason: 'Autumn exhibition', courseId: null },
    });
    await school.settle();
    expect(await badgesOf(anna)).toMatchObject([{ title: 'Helping hand' }]);
    expect(await notificationsOf(anna)).toHaveLength(1);
    expect(await badgesOf(admin)).toEqual([]);
  });

  test('gives each only once, also in a hurry; a repeated request is answered as before', async () => {
    const twins = await Promise.all([admin.post('/badges', honour(anna)), admin.post('/badges', honour(anna))]);
    expect(twins.map(({ status }) => status).sort((one, other) => one - other)).toEqual([201, 409]);
    const key = { 'idempotency-key': 'badge-1' };
    const [first, again] = [
      await admin.post('/badges', honour(anna, 'Good eye'), key),
      await admin.post('/badges', honour(anna, 'Good eye'), key),
    ];
    expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotency-replayed': 'true' } });
    expect(await badgesOf(anna)).toHaveLength(2);
  });

  test('is the only one who may, and only to people', async () => {
    const teacher = await school.teacher();
    for (const person of [anna, teacher]) expect((await person.post('/badges', honour(anna))).status).toBe(403);
    expect((await school.visitor.post('/badges', honour(anna))).status).toBe(401);
    const nobody = await admin.post('/badges', { ...honour(anna), userId: 999_999 });
    expect(nobody).toMatchObject({ status: 422, body: { code: 'BADGE_FOR_NOBODY' } });
    expect((await admin.post('/badges', { ...honour(anna), title: ' ' })).status).toBe(422);
    expect(await badgesOf(anna)).toEqual([]);
  });
});

test('the third badge unlocks an achievement of the module, with its coins, once', async () => {
  const collector = async () => {
    const { earned } = (await anna.get('/me/achievements')).body;
    return earned.filter((one: { type: string }) => one.type === 'badge_collector');
  };
  for (const title of ['one', 'two']) await admin.post('/badges', honour(anna, title));
  await school.settle();
  expect(await collector()).toEqual([]);
  for (const title of ['three', 'four']) await admin.post('/badges', honour(anna, title));
  await school.settle();
  expect(await collector()).toMatchObject([{ title: 'Badge collector', reward: 15 }]);
  expect((await anna.get('/me/coins')).body).toMatchObject({ balance: 15 });
});

test('my badges come in pages, newest first', async () => {
  for (const title of ['one', 'two', 'three']) await admin.post('/badges', honour(anna, title));
  const first = (await anna.get('/me/badges?limit=2&withTotal=true')).body;
  expect(first.data.map((badge: { title: string }) => badge.title)).toEqual(['three', 'two']);
  expect(first.page.total).toBe(3);
  const second = (await anna.get(`/me/badges?limit=2&cursor=${first.page.nextCursor}`)).body;
  expect(second.data.map((badge: { title: string }) => badge.title)).toEqual(['one']);
  expect((await anna.get('/me/badges?cursor=x')).status).toBe(422);
});

test('what was completed before the module came earns its badge by the job, once', async () => {
  const url = await freshDatabaseUrl();
  const before = await School.open({ url });
  const [ben, course] = [await before.student({ username: 'ben' }), await aCourse('Ink', before)];
  await completes(ben, course);
  await before.settle();
  await before.close();
  const after = await School.open({ url, extensions: [badges] });
  expect(await after.job('badges:give-missed')).toEqual({ given: 1 });
  expect(await after.job('badges:give-missed')).toEqual({ given: 0 });
  const owners = await after.database.rows({ userId: int }, 'SELECT user_id AS "userId" FROM badges_badge');
  expect(owners).toEqual([{ userId: ben.id }]);
  await after.close();
});

test('taken out again, the school goes on, and what people were told is shown plainly', async () => {
  await admin.post('/badges', honour(anna));
  await school.settle();
  await school.close();
  // The schema is newer than what is left of the program knows: that this is meant must be said.
  await expect(School.open({ url: school.url })).rejects.toThrow(SchemaTooNew);
  school = await School.open({ url: school.url, environment: { DATABASE_NEWER_SCHEMA: 'accept' } });
  const { accessToken } = await school.part(Sessions).open(anna.id);
  const again = new Client(school, accessToken, anna.id);
  expect((await again.get('/me/badges')).status).toBe(404);
  expect(await notificationsOf(again)).toMatchObject([{ type: 'badge_given', label: 'Badge given' }]);
});

describe('the module', () => {
  const sources = readdirSync(folder).filter((file) => file.endsWith('.ts'));

  test('has the table its entity describes, and its routes in the document', async () => {
    const { upQueries } = await school.database.dialect.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query).filter((sql) => sql.includes('badges'))).toEqual([]);
    expect(Object.keys(school.document.paths)).toEqual(expect.arrayContaining(['/api/v1/me/badges', '/api/v1/badges']));
  });

  test('imports nothing of the school but the platform and the faces of modules', () => {
    const imports = sources.flatMap((file) =>
      [...readFileSync(path.join(folder, file), 'utf8').matchAll(/from '(\.\.[^']*)'/g)].map(([, from]) => from),
    );
    expect(imports.length).toBeGreaterThan(20);
    expect(imports.filter((from) => !/^(\.\.\/){3}src\/(platform\/.+|modules\/\w+)$/.test(from!))).toEqual([]);
  });

  test('is explained file by file', () => {
    const guide = readFileSync(path.join(folder, 'README.md'), 'utf8');
    expect(sources.filter((file) => !guide.includes(`| \`${file}\` |`))).toEqual([]);
  });
});
