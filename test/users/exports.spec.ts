import { randomBytes } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { ExportBuilder } from '../../src/modules/users/exports/export-builder';
import { PersonalDataRegistry } from '../../src/modules/users/leaving/personal-data';
import { text } from '../../src/platform/database/columns';
import { anExercise, quiz } from '../progress/exercises';
import { endow } from '../rewards/ledger-state';
import { aPublishedCourse } from '../support/courses';
import { Client, School } from '../support/school';
import { register, type Registered } from './user-fixtures';

let school: School;
let admin: Client;
beforeAll(async () => {
  school = await School.open();
  admin = await school.admin();
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const build = (): Promise<unknown> => school.job('users:build-exports');
const request = async ({ client }: Registered): Promise<number> => (await client.post('/me/exports')).body.id;

/** The files of the zip by their names. */
async function download({ accessToken }: Registered, id: number): Promise<Record<string, string>> {
  const url = `/api/v1/me/exports/${id}/content`;
  const headers = { authorization: `Bearer ${accessToken}` };
  const response = await school.app.inject({ method: 'GET', url, headers });
  expect(response).toMatchObject({ statusCode: 200 });
  expect(response.headers['content-type']).toBe('application/zip');
  expect(response.headers['content-disposition']).toBe(`attachment; filename="my-data-${id}.zip"`);
  const files = unzipSync(response.rawPayload);
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

test('a person asks for their data, is told by mail, and opens a zip with what they did and no secret', async () => {
  const person = await register(school, { timezone: 'Europe/Rome' });
  const { client } = person;
  const teacher = await school.teacher();
  const course = await aPublishedCourse(school, teacher.id);
  await client.patch('/me', { firstName: 'Noor', bio: 'Boats at dawn' });
  await client.post(`/courses/${course.id}/enrollment`);
  await client.put(`/lessons/${course.lessons[0]}/completion`, { notes: 'Look twice' });
  const exercise = await anExercise(school, course.lessons[0], quiz);
  const work = await client.post(`/exercises/${exercise}/submissions`, { answers: { q4: 'my own answer' } });
  for (const score of [40, 60])
    await teacher.put(`/submissions/${work.body.id}/grade`, {
      score,
      status: 'approved',
      reason: 'The shadow was overlooked',
    });
  await endow(school, person.id, 10);
  await client.post('/coins/transfers', { recipientId: teacher.id, amount: 1, message: 'For the brush' });
  await school.settle();

  const { status, body, headers } = await client.post('/me/exports');
  expect({ status, location: headers.location, body }).toMatchObject({
    status: 201,
    location: expect.stringMatching(`/me/exports/${body.id}$`),
    body: { status: 'waiting', readyAt: null, sizeBytes: 0 },
  });
  expect((await client.get(`/me/exports/${body.id}/content`)).body.code).toBe('EXPORT_NOT_READY');
  expect(await build()).toEqual({ ready: 1, failed: 0 });
  expect(await build()).toEqual({});
  expect((await client.get(`/me/exports/${body.id}`)).body).toMatchObject({ status: 'ready' });
  const mails = await school.database.rows(
    { template: text },
    `SELECT template FROM platform_mail WHERE person_id = $1 AND template = 'users.export-ready'`,
    [person.id],
  );
  expect(mails).toHaveLength(1);

  const files = await download(person, body.id);
  const parts = school.part(PersonalDataRegistry).parts.map(({ name }) => `${name}.json`);
  expect(Object.keys(files).sort()).toEqual(['README.txt', ...parts].sort());
  const account = JSON.parse(files['account.json']!);
  expect(account).toMatchObject({
    profile: [{ id: person.id, email: person.email, firstName: 'Noor', bio: 'Boats at dawn' }],
    settings: [{ timezone: 'Europe/Rome' }],
    sessions: [expect.objectContaining({ createdAt: expect.any(String) })],
  });
  expect(account.securityEvents.length).toBeGreaterThan(0);
  expect(JSON.parse(files['progress.json']!)).toMatchObject({
    enrollments: [{ courseId: course.id }],
    completions: [{ notes: 'Look twice' }],
    submissions: [{ submissionData: { answers: { q4: 'my own answer' } } }],
    gradeChanges: expect.arrayContaining([
      expect.objectContaining({ scoreAfter: 60, reason: 'The shadow was overlooked' }),
    ]),
  });
  expect(JSON.parse(files['rewards.json']!).transactions).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ transactionType: 'transfer_sent', description: 'For the brush' }),
    ]),
  );
  expect(JSON.parse(files['notifications.json']!)).toHaveProperty('notifications');

  const all = Object.values(files).join('\n');
  expect(all).not.toMatch(/argon2|"password"|secretHash|tokenHash|publicKey|zwielichtgeheim|answerKey|tolerance/);
  for (const value of [teacher.username, person.refreshToken, person.accessToken]) expect(all).not.toContain(value);
});

test('a person gets one export a day, and the next day another', async () => {
  const person = await register(school);
  const first = await request(person);
  expect(await request(person)).toBe(first);
  const both = await Promise.all([request(person), request(person)]);
  expect(both).toEqual([first, first]);
  const tomorrow = new Date(school.clock.now().getTime() + 86_400_000);
  school.clock.stopAt(tomorrow);
  const fresh = { ...person, client: await school.signedIn(person) };
  expect(await request(fresh)).not.toBe(first);
});

test('nobody else can see an export, and it is gone after seven days', async () => {
  const [person, other] = [await register(school), await register(school)];
  const id = await request(person);
  await build();
  for (const client of [other.client, admin])
    for (const path of [`/me/exports/${id}`, `/me/exports/${id}/content`])
      expect((await client.get(path)).body).toMatchObject({ status: 404, code: 'EXPORT_NOT_FOUND' });
  school.clock.stopAt(new Date(school.clock.now().getTime() + 7 * 86_400_000 + 1_000));
  const later = await school.signedIn(person);
  expect((await later.get(`/me/exports/${id}/content`)).status).toBe(404);
  expect(await school.job('users:expire-exports')).toMatchObject({ deleted: expect.any(Number) });
  const rows = await school.database.rows({ status: text }, 'SELECT status FROM users_personalexport WHERE id = $1', [
    id,
  ]);
  expect(rows).toEqual([]);
});

test('the file needs a recent sign-in', async () => {
  const person = await register(school);
  const id = await request(person);
  await build();
  const client = await school.signedIn(person);
  await school.database.transaction(() =>
    school.database.run('UPDATE users_session SET proven_at = $2 WHERE user_id = $1', [person.id, new Date(0)]),
  );
  for (const send of [() => client.get(`/me/exports/${id}/content`), () => client.post('/me/exports')])
    expect((await send()).body).toMatchObject({ status: 403, code: 'REAUTHENTICATION_REQUIRED' });
});

test('a part that fails leaves its export waiting and builds the others, and a file that is too large is refused', async () => {
  const [broken, large, good] = [await register(school), await register(school), await register(school)];
  const ids = [await request(broken), await request(large), await request(good)];
  const { limits } = school.part(ExportBuilder);
  expect(limits.fileBytes).toBe(20 * 1024 * 1024);
  Object.assign(limits, { fileBytes: 50_000 });
  const part = school.part(PersonalDataRegistry).parts[0]!;
  const original = part.export.bind(part);
  part.export = (id) => {
    if (id === broken.id) return Promise.reject(new Error('The disk is full'));
    if (id === large.id) return Promise.resolve({ noise: [{ text: randomBytes(51_000).toString('base64') }] });
    return original(id);
  };
  const statusOf = async (person: Registered, id: number) => (await person.client.get(`/me/exports/${id}`)).body.status;
  await expect(build()).rejects.toThrow('The disk is full');
  expect([await statusOf(broken, ids[0]!), await statusOf(large, ids[1]!), await statusOf(good, ids[2]!)]).toEqual([
    'waiting',
    'failed',
    'ready',
  ]);
  part.export = original;
  Object.assign(limits, { fileBytes: 20 * 1024 * 1024 });
  expect(await build()).toEqual({ ready: 1, failed: 0 });
});

test('an export with too much text is refused before the rest is read', async () => {
  const person = await register(school);
  const id = await request(person);
  const { limits } = school.part(ExportBuilder);
  const { collectedBytes } = limits;
  Object.assign(limits, { collectedBytes: 1 });
  const last = school.part(PersonalDataRegistry).parts.at(-1)!;
  const read = jest.spyOn(last, 'export');
  expect(await build()).toEqual({ ready: 0, failed: 1 });
  expect(read).not.toHaveBeenCalled();
  read.mockRestore();
  Object.assign(limits, { collectedBytes });
  expect((await person.client.get(`/me/exports/${id}`)).body.status).toBe('failed');
});

test('an administrator gets the grants that they have requested', async () => {
  const student = await school.student();
  const grant = { kind: 'reward', amount: 5_000, userIds: [student.id], reason: 'The mural' };
  expect((await admin.post('/rewards/grants', grant)).status).toBe(201);
  const rewards = school.part(PersonalDataRegistry).parts.find(({ name }) => name === 'rewards')!;
  expect(await rewards.export(admin.id)).toMatchObject({ requestedGrants: [{ amount: 5_000, reason: 'The mural' }] });
});

test('an export that fails again and again is given up after five attempts, comes after the others, and the person is told', async () => {
  const [broken, later] = [await register(school), await register(school)];
  const id = await request(broken);
  const part = school.part(PersonalDataRegistry).parts[0]!;
  const original = part.export.bind(part);
  part.export = (personId) =>
    personId === broken.id ? Promise.reject(new Error('The disk is full')) : original(personId);
  for (let attempt = 0; attempt < 5; attempt++) await expect(build()).rejects.toThrow('The disk is full');
  await request(later);
  expect(await build()).toEqual({ ready: 1, failed: 1 });
  part.export = original;
  expect((await broken.client.get(`/me/exports/${id}`)).body.status).toBe('failed');
  const mails = await school.database.rows(
    { stored: text },
    `SELECT text_values AS stored FROM platform_mail WHERE person_id = $1 AND template = 'users.export-ready'`,
    [broken.id],
  );
  expect(JSON.stringify(mails)).toContain('failed');
});
