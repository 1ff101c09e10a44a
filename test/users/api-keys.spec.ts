import { Sessions } from '../../src/modules/users';
import { ActorCache } from '../../src/platform/auth/actor-directory';
import { apiScopes, scopeOf } from '../../src/platform/auth/api-scopes';
import { nullable, text } from '../../src/platform/database/columns';
import { routesOf } from '../journeys/routes';
import { Client, School } from '../support/school';
import { advanceClock } from './user-fixtures';

let school: School;
let admin: Client;
beforeAll(async () => {
  school = await School.open();
});
beforeEach(async () => {
  admin = await school.admin();
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const notAllowed = { status: 403, body: { code: 'API_KEY_NOT_ALLOWED' } };
const newKey = { name: 'Timetable', scopes: ['courses:read'], lifetimeDays: 30 };
const create = (more: object = {}, by = admin) => by.post('/me/api-keys', { ...newKey, ...more });
/** A machine with a key of the administrator. */
const machineWith = async (...scopes: string[]): Promise<Client> =>
  new Client(school, (await create({ scopes })).body.key, admin.id, admin.username);

describe('an API key', () => {
  test('is shown once, is stored as a hash, and is listed without its secret', async () => {
    const { status, body } = await create();
    expect(status).toBe(201);
    expect(body.key).toMatch(new RegExp(`^teoart_${body.id}_[\\w-]{43}$`));
    const rows = await school.database.rows({ hash: text }, 'SELECT secret_hash AS hash FROM users_apikey');
    expect(JSON.stringify(rows)).not.toContain(body.key.slice(`teoart_${body.id}_`.length));
    const { data } = (await admin.get('/me/api-keys')).body;
    const { key: _key, ...shown } = body;
    expect(data).toEqual([shown]);
    await school.settle();
    const alerts = (await admin.get('/me/notifications?type=security_alert')).body.data;
    expect(alerts[0].message).toMatch(/^The API key “Timetable” was created/);
    expect((await admin.get('/me/security-events')).body.data[0]).toMatchObject({ kind: 'api_key_created' });
  });

  test('is for administrators only, and needs a recent proof', async () => {
    for (const person of [await school.student(), await school.teacher()]) {
      expect((await create({}, person)).body.code).toBe('FORBIDDEN');
      expect((await person.get('/me/api-keys')).body.code).toBe('FORBIDDEN');
    }
    advanceClock(school, 601);
    expect((await create()).body.code).toBe('REAUTHENTICATION_REQUIRED');
  });

  test('has a name, known scopes and at most a year', async () => {
    for (const more of [
      { name: ' ' },
      { scopes: [] },
      { scopes: ['money:write'] },
      { lifetimeDays: 366 },
      { userId: 1 },
    ])
      expect((await create(more)).status).toBe(422);
  });

  test('opens the routes of its scopes and no others', async () => {
    const reader = await machineWith('courses:read');
    expect((await reader.get('/courses')).status).toBe(200);
    expect(await reader.get('/users')).toMatchObject(notAllowed);
    const course = { title: 'Ink', description: 'Brush and ink.', category: 'drawing', level: 'beginner' };
    expect((await reader.post('/courses', course)).body).toMatchObject({
      code: 'API_KEY_NOT_ALLOWED',
      detail: 'The key needs the scope courses:write.',
    });
    const writer = await machineWith('courses:write');
    expect((await writer.post('/courses', course)).status).toBe(201);
    expect((await (await machineWith('users:read')).get('/users')).status).toBe(200);
  });

  test('with every scope opens no route of accounts, factors, keys, wallets or the treasury, and moves no coins', async () => {
    const machine = await machineWith(...apiScopes);
    const tags = school.document.paths as Record<string, Record<string, { tags: string[] }>>;
    const closedTags = new Set(['Auth', 'Me', 'Wallets', 'Chain']);
    const routes = routesOf(school.document).filter(({ isPublic }) => !isPublic);
    const isClosed = ({ template, method }: (typeof routes)[number]): boolean => {
      const [tag] = tags[template]![method.toLowerCase()]!.tags as [string];
      const isWrite = method !== 'GET' && !['Courses', 'Lessons'].includes(tag);
      const opensAccounts = /\/users\/\{id\}\/(sessions|security-events)$|\/mails\/\{id\}\/content$|\/stream$/.test(
        template,
      );
      return closedTags.has(tag) || isWrite || opensAccounts;
    };
    const closed = routes.filter(isClosed);
    expect(closed.length).toBeGreaterThan(60);
    for (const { template, method, bodyExample } of closed) {
      const path = template.replace('/api/v1', '').replaceAll(/\{\w+\}/g, '1');
      const response = await machine.send(method, path.startsWith('/') ? path : `/${path}`, bodyExample);
      expect([template, method, response.body.code]).toEqual([template, method, 'API_KEY_NOT_ALLOWED']);
    }
  });

  test('a user id in the body does not change who acts', async () => {
    const [machine, student] = [await machineWith(...apiScopes), await school.student()];
    const course = { title: 'Ink II', description: 'x', category: 'drawing', level: 'beginner', userId: student.id };
    expect((await machine.post('/courses', course)).status).toBe(422);
    const { teacherId: _teacher, userId: _user, ...own } = { ...course, teacherId: student.id };
    const { body } = await machine.post('/courses', own);
    expect(body.teacher.id).toBe(admin.id);
  });

  test('ends when it is revoked, when it expires, and with the rights or the account of its administrator', async () => {
    const [other, third] = [await school.admin(), await school.admin()];
    const { body } = await create();
    const machine = new Client(school, body.key);
    expect((await machine.get('/courses')).status).toBe(200);
    expect((await other.delete(`/me/api-keys/${body.id}`)).body.code).toBe('API_KEY_NOT_FOUND');
    expect((await admin.delete(`/me/api-keys/${body.id}`)).status).toBe(204);
    expect((await machine.get('/courses')).status).toBe(401);
    expect((await admin.delete(`/me/api-keys/${body.id}`)).status).toBe(404);

    const demoted = new Client(school, (await create({}, other)).body.key);
    expect((await demoted.get('/courses')).status).toBe(200);
    await admin.put(`/users/${other.id}/role`, { role: 'student', reason: 'Left the office' });
    expect((await demoted.get('/courses')).status).toBe(401);

    const ofClosed = new Client(school, (await create({}, third)).body.key);
    await admin.delete(`/users/${third.id}/activation`);
    await admin.put(`/users/${third.id}/activation`);
    expect((await ofClosed.get('/courses')).status).toBe(401);

    const late = await machineWith('courses:read');
    advanceClock(school, 30 * 86_400);
    expect((await late.get('/courses')).status).toBe(401);
  });

  test('a wrong secret, another id and a key in another form are refused', async () => {
    const { key, id } = (await create()).body;
    const second = (await create()).body;
    const secret = key.split('_').at(-1);
    for (const forged of [
      `teoart_${id}_${'A'.repeat(43)}`,
      `teoart_${second.id}_${secret}`,
      `teoart_${id}_${secret}x`,
      `teoart_0${id}_${secret}`,
      secret,
    ])
      expect((await new Client(school, forged).get('/courses')).status).toBe(401);
    expect((await new Client(school, key).get('/courses')).status).toBe(200);
  });

  test('its last use is written at most once an hour', async () => {
    const { key, id } = (await create()).body;
    const machine = new Client(school, key);
    const lastUse = async () =>
      (await school.database.row(
        { at: nullable(text) },
        'SELECT CAST(last_used_at AS varchar) AS at FROM users_apikey WHERE id = $1',
        [id],
      ))!.at;
    expect(await lastUse()).toBeNull();
    const use = async () => {
      // A cached caller is not read again.
      await school.database.transaction(async () => school.part(ActorCache).revoke(admin.id));
      await machine.get('/courses');
      return lastUse();
    };
    const first = await use();
    expect(first).not.toBeNull();
    advanceClock(school, 3_500);
    expect(await use()).toBe(first);
    advanceClock(school, 100);
    expect(await use()).not.toBe(first);
  });

  test('an administrator has at most twenty', async () => {
    const boss = await school.admin();
    for (let index = 0; index < 20; index++) expect((await create({}, boss)).status).toBe(201);
    expect((await create({}, boss)).body.code).toBe('TOO_MANY_API_KEYS');
  });

  test('is useless while its administrator must add a second factor', async () => {
    const strict = await School.open({ environment: { ADMIN_SECOND_FACTOR: 'offered' } });
    const boss = await strict.admin();
    const { key } = (await boss.post('/me/api-keys', newKey)).body;
    const url = strict.url;
    await strict.close();
    const required = await School.open({ url, environment: { ADMIN_SECOND_FACTOR: 'required' } });
    expect((await new Client(required, key).get('/courses')).body.code).toBe('SECOND_FACTOR_REQUIRED');
    await required.close();
  });
});

test('rate limits count each accepted key by itself, and a forged one by its network', async () => {
  const strict = await School.open({ environment: { RATE_LIMIT_PER_MINUTE: '5' } });
  const boss = await strict.admin();
  const keys = [];
  for (let index = 0; index < 2; index++) keys.push((await boss.post('/me/api-keys', newKey)).body);
  const [first, second] = keys.map(({ key }) => new Client(strict, key));
  const statusesOf = async (client: Client, count: number) => {
    const statuses = [];
    for (let index = 0; index < count; index++) statuses.push((await client.get('/courses')).status);
    return statuses;
  };
  // The first request of each key is counted by its network.
  expect(await statusesOf(first!, 6)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(await statusesOf(first!, 1)).toEqual([429]);
  expect(await statusesOf(second!, 3)).toEqual([200, 200, 200]);
  const forged = new Client(strict, `teoart_${keys[1].id}_${'A'.repeat(43)}`);
  expect(await statusesOf(forged, 4)).toEqual([401, 401, 401, 429]);
  expect(await statusesOf(second!, 1)).toEqual([200]);
  await strict.close();
});

test('the end of all sessions of an administrator revokes the keys, and a change of the password does not', async () => {
  const boss = await school.admin();
  const machine = new Client(school, (await create({}, boss)).body.key);
  await school.part(Sessions).endAll(boss.id, 'password', 'a session that is kept');
  expect((await machine.get('/courses')).status).toBe(200);
  await admin.delete(`/users/${boss.id}/sessions`);
  expect((await machine.get('/courses')).status).toBe(401);
});

test('a tag that is not listed has no scope', () => {
  expect([scopeOf('Badges', 'GET'), scopeOf('Courses', 'GET'), scopeOf('Coins', 'POST')]).toEqual([
    null,
    'courses:read',
    null,
  ]);
});
