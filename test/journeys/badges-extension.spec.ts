import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CourseCompleted } from '../../src/modules/progress';
import { Sessions } from '../../src/modules/users';
import { int } from '../../src/platform/database/columns';
import { SchemaTooNew } from '../../src/platform/database/schema/schema-version';
import { EventBus } from '../../src/platform/events/event-bus';
import { extension as badges } from '../fixtures/badges';
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
const badgeFor = (person: Client, title = 'Helping hand') => ({
  userId: person.id,
  title,
  reason: 'Autumn exhibition',
});

/** Enrols a person in a course and completes its lessons over HTTP. */
async function completeCourse(person: Client, course: BuiltCourse): Promise<void> {
  await person.post(`/courses/${course.id}/enrollment`);
  for (const lesson of course.lessons) {
    const { status } = await person.put(`/lessons/${lesson}/completion`, { timeSpentMinutes: 5 });
    expect(status).toBeLessThan(300);
  }
}

async function aCourse(title = 'Linocut', at = school): Promise<BuiltCourse> {
  return aPublishedCourse(at, (await at.teacher()).id, { title, lessons: 2 });
}

/** The number of events that wait in the outbox, for example for a retry after a failed delivery. */
const countUndelivered = async (): Promise<number> =>
  (await school.database.rows({ id: int }, 'SELECT id FROM platform_outbox')).length;

describe('a course that is completed', () => {
  test('a student who completes a course gets its badge and a notification', async () => {
    const course = await aCourse();
    await completeCourse(anna, course);
    expect(await badgesOf(anna)).toEqual([]);
    await school.settle();
    expect(await badgesOf(anna)).toMatchObject([{ title: 'Linocut', courseId: course.id }]);
    expect(await notificationsOf(anna)).toMatchObject([
      { label: 'You have a new badge', message: 'The badge “Linocut” is yours.', priority: 'normal' },
    ]);
  });

  test('a course gives its badge once, even if its completion is published and delivered several times at once', async () => {
    const course = await aCourse();
    const completion = {
      studentId: anna.id,
      courseId: course.id,
      courseTitle: 'Linocut',
      teacherId: admin.id,
      reward: 0,
      isOpen: true,
    };
    const publish = () =>
      school.database.transaction(() => school.part(EventBus).publish(new CourseCompleted(completion)));
    await Promise.all([publish(), publish(), publish()]);
    await Promise.all([school.settle(), school.settle(), school.settle()]);
    expect(await badgesOf(anna)).toHaveLength(1);
    expect(await notificationsOf(anna)).toHaveLength(1);
    expect(await countUndelivered()).toBe(0);
  });

  test('the completion of a deleted student gives no badge and is not retried', async () => {
    const completion = {
      studentId: 999_999,
      courseId: 999_999,
      courseTitle: 'Gone',
      teacherId: admin.id,
      reward: 0,
      isOpen: true,
    };
    await school.database.transaction(() => school.part(EventBus).publish(new CourseCompleted(completion)));
    await school.settle();
    expect(await countUndelivered()).toBe(0);
  });
});

describe('an administrator', () => {
  test('an administrator gives a badge, and its owner sees it and gets a notification', async () => {
    expect(await admin.post('/badges', badgeFor(anna))).toMatchObject({
      status: 201,
      body: { title: 'Helping hand', reason: 'Autumn exhibition', courseId: null },
    });
    await school.settle();
    expect(await badgesOf(anna)).toMatchObject([{ title: 'Helping hand' }]);
    expect(await notificationsOf(anna)).toHaveLength(1);
    expect(await badgesOf(admin)).toEqual([]);
  });

  test('a badge is given once under concurrent requests, and a repeated request gets the first response', async () => {
    const concurrent = await Promise.all([
      admin.post('/badges', badgeFor(anna)),
      admin.post('/badges', badgeFor(anna)),
    ]);
    expect(concurrent.map(({ status }) => status).sort((left, right) => left - right)).toEqual([201, 409]);
    const key = { 'idempotency-key': 'badge-1' };
    const [first, repeated] = [
      await admin.post('/badges', badgeFor(anna, 'Good eye'), key),
      await admin.post('/badges', badgeFor(anna, 'Good eye'), key),
    ];
    expect(repeated).toMatchObject({ status: 201, body: first.body, headers: { 'idempotency-replayed': 'true' } });
    expect(await badgesOf(anna)).toHaveLength(2);
  });

  test('only an administrator can give a badge, and only to a user who exists', async () => {
    const teacher = await school.teacher();
    for (const person of [anna, teacher]) expect((await person.post('/badges', badgeFor(anna))).status).toBe(403);
    expect((await school.visitor.post('/badges', badgeFor(anna))).status).toBe(401);
    const unknownUser = await admin.post('/badges', { ...badgeFor(anna), userId: 999_999 });
    expect(unknownUser).toMatchObject({ status: 422, body: { code: 'BADGE_FOR_NOBODY' } });
    expect((await admin.post('/badges', { ...badgeFor(anna), title: ' ' })).status).toBe(422);
    expect(await badgesOf(anna)).toEqual([]);
  });
});

test('the third badge unlocks an achievement of the badges module with its coins, once', async () => {
  const collector = async () => {
    const { earned } = (await anna.get('/me/achievements')).body;
    return earned.filter((one: { type: string }) => one.type === 'badge_collector');
  };
  for (const title of ['one', 'two']) await admin.post('/badges', badgeFor(anna, title));
  await school.settle();
  expect(await collector()).toEqual([]);
  for (const title of ['three', 'four']) await admin.post('/badges', badgeFor(anna, title));
  await school.settle();
  expect(await collector()).toMatchObject([{ title: 'Badge collector', reward: 15 }]);
  expect((await anna.get('/me/coins')).body).toMatchObject({ balance: 15 });
});

test('the own badges are listed in pages, newest first', async () => {
  for (const title of ['one', 'two', 'three']) await admin.post('/badges', badgeFor(anna, title));
  const first = (await anna.get('/me/badges?limit=2&withTotal=true')).body;
  expect(first.data.map((badge: { title: string }) => badge.title)).toEqual(['three', 'two']);
  expect(first.page.total).toBe(3);
  const second = (await anna.get(`/me/badges?limit=2&cursor=${first.page.nextCursor}`)).body;
  expect(second.data.map((badge: { title: string }) => badge.title)).toEqual(['one']);
  expect((await anna.get('/me/badges?cursor=x')).status).toBe(422);
});

test('the job gives badges for courses that were completed before the module was installed, once', async () => {
  const url = await freshDatabaseUrl();
  const before = await School.open({ url });
  const [ben, course] = [await before.student({ username: 'ben' }), await aCourse('Ink', before)];
  await completeCourse(ben, course);
  await before.settle();
  await before.close();
  const after = await School.open({ url, extensions: [badges] });
  expect(await after.job('badges:give-missed')).toEqual({ given: 1 });
  expect(await after.job('badges:give-missed')).toEqual({ given: 0 });
  const owners = await after.database.rows({ userId: int }, 'SELECT user_id AS "userId" FROM badges_badge');
  expect(owners).toEqual([{ userId: ben.id }]);
  await after.close();
});

test('after the badges module is removed the school runs on and shows its old notifications with a plain label', async () => {
  await admin.post('/badges', badgeFor(anna));
  await school.settle();
  await school.close();
  // The schema is newer than the program without the module knows, so the operator must allow it.
  await expect(School.open({ url: school.url })).rejects.toThrow(SchemaTooNew);
  school = await School.open({ url: school.url, environment: { DATABASE_NEWER_SCHEMA: 'accept' } });
  const { accessToken } = await school.part(Sessions).open(anna.id);
  const returned = new Client(school, accessToken, anna.id);
  expect((await returned.get('/me/badges')).status).toBe(404);
  expect(await notificationsOf(returned)).toMatchObject([{ type: 'badge_given', label: 'Badge given' }]);
});

test('a group of routes without a description stops the start, and the message says where to add it', async () => {
  const { tags: _, ...undescribed } = badges;
  const opened = School.open({ extensions: [undescribed] });
  await expect(opened).rejects.toThrow(/The tag "Badges" of the route \w+ has no description.*src\/app\.module\.ts/);
});

describe('the module', () => {
  const sources = readdirSync(folder).filter((file) => file.endsWith('.ts'));

  test('the badges module has the table that its entity describes, and its routes are in the OpenAPI document', async () => {
    const { upQueries } = await school.database.dialect.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query).filter((sql) => sql.includes('badges'))).toEqual([]);
    expect(Object.keys(school.document.paths)).toEqual(expect.arrayContaining(['/api/v1/me/badges', '/api/v1/badges']));
  });

  test('the badges module imports only the platform and the index.ts of other modules', () => {
    const imports = sources.flatMap((file) =>
      [...readFileSync(path.join(folder, file), 'utf8').matchAll(/from '(\.\.[^']*|teoart-backend[^']*)'/g)].map(
        ([, from]) => from,
      ),
    );
    expect(imports.length).toBeGreaterThan(20);
    expect(imports.filter((from) => !/^teoart-backend\/(platform\/.+|modules\/\w+)$/.test(from!))).toEqual([]);
  });

  test('docs/extending.md explains each file of the badges module', () => {
    const guide = readFileSync(path.join(folder, '../../../docs/extending.md'), 'utf8');
    expect(sources.filter((file) => !guide.includes(`| \`${file}\` |`))).toEqual([]);
  });
});
