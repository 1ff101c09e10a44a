import { Webhook } from 'standardwebhooks';
import { DeliveryWorker } from '../../src/modules/notifications/deliveries/delivery-worker';
import { EndpointFailures } from '../../src/modules/notifications/webhooks/endpoint-failures';
import { instant, text } from '../../src/platform/database/columns';
import { FindingSources } from '../../src/platform/findings/finding-sources';
import { HttpReceiver, type ReceivedRequest } from '../support/http-receiver';
import { Client, School, type ApiResponse } from '../support/school';
import { makeNotification, notificationsOf, notify } from './notification-fixtures';

let school: School;
let receiver: HttpReceiver;
let admin: Client;
let person: Client;
beforeAll(async () => {
  receiver = await HttpReceiver.start();
  school = await School.open({ environment: { OUTGOING_TIMEOUT_MS: '1500' } });
  admin = await school.admin();
  person = await school.student();
});
afterAll(async () => {
  await school.close();
  await receiver.stop();
});
beforeEach(async () => {
  receiver.reset();
  school.clock.stopAt(null);
  await school.database.transaction(async () => {
    await school.database.run('DELETE FROM notifications_webhookendpoint');
    await school.database.run('DELETE FROM notifications_delivery');
  });
});

const create = (more: object = {}, by = admin): Promise<ApiResponse> =>
  by.post('/webhook-endpoints', { url: `${receiver.url}/hook`, types: null, ...more });
const deliver = (): Promise<void> => school.part(DeliveryWorker).drain();
let version = 0;
const tell = async (more: Parameters<typeof makeNotification>[2] = {}): Promise<void> => {
  await notify(school, makeNotification(person.id, ++version, more));
  await school.settle();
  await deliver();
};
const later = (seconds: number): void => school.clock.stopAt(new Date(school.clock.now().getTime() + seconds * 1_000));
const deliveriesOf = async (id: number): Promise<any[]> =>
  (await admin.get(`/webhook-endpoints/${id}/deliveries`)).body.data;

/** Verifies as the receiver does, at the time when it got the message, which a test may have moved. */
function verify(secret: string, { body, headers }: ReceivedRequest): any {
  const now = jest.spyOn(Date, 'now').mockReturnValue(Number(headers['webhook-timestamp']) * 1_000);
  try {
    return new Webhook(secret).verify(body.toString(), headers);
  } finally {
    now.mockRestore();
  }
}

test('a notification arrives signed, and the library of the specification verifies it', async () => {
  const { body: endpoint, status } = await create();
  expect(status).toBe(201);
  expect((await admin.get(`/webhook-endpoints/${endpoint.id}`)).body.createdById).toBe(
    (await admin.get('/me')).body.id,
  );
  await tell({ relatedObjectType: 'courses.course', relatedObjectId: 7 });
  const [received] = receiver.received;
  const message = verify(endpoint.secret, received!);
  expect(message).toEqual({
    type: 'exercise_graded',
    timestamp: expect.stringMatching(/Z$/),
    data: {
      id: expect.any(Number),
      userId: person.id,
      title: 'Exercise graded',
      message: `Drawing ${version} was approved.`,
      priority: 'normal',
      relatedObjectType: 'courses.course',
      relatedObjectId: 7,
    },
  });
  expect(received!.headers).toMatchObject({ 'content-type': 'application/json' });
  expect(received!.path).toBe('/hook');
  expect(() => verify(`whsec_${Buffer.alloc(32).toString('base64')}`, received!)).toThrow(
    'No matching signature found',
  );
  expect(await deliveriesOf(endpoint.id)).toMatchObject([
    { status: 'sent', attempts: 1, lastError: '', messageId: received!.headers['webhook-id'], nextAttemptAt: null },
  ]);
});

test('the secret is shown once, and is sealed in the database', async () => {
  const { body } = await create();
  expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  for (const path of ['/webhook-endpoints', `/webhook-endpoints/${body.id}`])
    expect(JSON.stringify((await admin.get(path)).body)).not.toContain('whsec_');
  const sql = 'SELECT sealed_secret AS secret FROM notifications_webhookendpoint';
  const [row] = await school.database.rows({ secret: text }, sql);
  const bytes = Buffer.from(body.secret.slice('whsec_'.length), 'base64');
  expect(Buffer.from(row!.secret, 'base64url').includes(bytes)).toBe(false);
});

test('an endpoint gets the types that it wants, and without the text of confidential ones', async () => {
  await create({ types: ['security_alert', 'security_alert'] });
  await tell();
  expect(receiver.received).toEqual([]);
  await tell({ type: 'security_alert', message: 'Your password was changed.' });
  const [{ body }] = receiver.received as [ReceivedRequest];
  expect(JSON.parse(body.toString())).toMatchObject({
    type: 'security_alert',
    data: { userId: person.id, title: null, message: null },
  });
});

test('after a rotation both secrets verify for 24 hours, then only the new one', async () => {
  const { body: old } = await create();
  const { body: renewed, status } = await admin.post(`/webhook-endpoints/${old.id}/secrets`);
  expect(status).toBe(201);
  expect(renewed.secret).not.toBe(old.secret);
  await tell();
  for (const { secret } of [old, renewed]) verify(secret, receiver.received[0]!);
  later(24 * 3_600 + 1);
  await tell();
  verify(renewed.secret, receiver.received[1]!);
  expect(() => verify(old.secret, receiver.received[1]!)).toThrow('No matching signature found');
});

test('a receiver that fails gets the same message again for more than a day, then an administrator replays it', async () => {
  const { body: endpoint } = await create();
  receiver.onRequest = () => 500;
  await tell();
  const waits = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000];
  for (const [index, seconds] of waits.entries()) {
    await deliver();
    expect(receiver.received).toHaveLength(index + 1);
    later(seconds);
    await deliver();
  }
  expect(waits.reduce((sum, wait) => sum + wait)).toBeGreaterThan(86_400);
  expect(receiver.received).toHaveLength(8);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(8);
  for (const request of receiver.received) verify(endpoint.secret, request);
  const [failed] = await deliveriesOf(endpoint.id);
  expect(failed).toMatchObject({ status: 'failed', attempts: 8, lastError: 'HTTP 500' });

  const findings = await school.part(FindingSources).collect();
  expect(findings).toContainEqual(expect.objectContaining({ kind: 'undelivered-notifications', subject: 'webhook' }));

  receiver.onRequest = () => 204;
  later(86_400);
  await deliver();
  expect(receiver.received).toHaveLength(8);
  const admin2 = await school.signedIn(admin);
  const path = `/webhook-endpoints/${endpoint.id}/deliveries`;
  expect((await admin2.post(`${path}/${failed.id}/retries`)).status).toBe(204);
  await deliver();
  expect(receiver.received[8]!.headers['webhook-id']).toBe(failed.messageId);
  expect((await admin2.get(`${path}?status=sent&withTotal=true`)).body).toMatchObject({
    data: [{ status: 'sent', attempts: 1 }],
    page: { total: 1 },
  });
  expect((await admin2.post(`${path}/${failed.id}/retries`)).body.code).toBe('WEBHOOK_DELIVERY_NOT_RETRYABLE');
  expect((await admin2.post(`${path}/${failed.id + 1_000}/retries`)).body.code).toBe('WEBHOOK_DELIVERY_NOT_FOUND');
});

test.each([
  ['does not answer', 'hang', /no response within 1500 ms/],
  ['drops the connection', 'drop', /socket hang up/],
  ['redirects', { status: 302, headers: { location: 'http://169.254.169.254/' } }, /^HTTP 302$/],
] as const)('a receiver that %s is tried again', async (_, answer, error) => {
  const { body: endpoint } = await create();
  receiver.onRequest = () => answer;
  await tell();
  expect(await deliveriesOf(endpoint.id)).toMatchObject([
    { status: 'waiting', attempts: 1, lastError: expect.stringMatching(error) },
  ]);
  expect(receiver.received).toHaveLength(1);
});

test('Retry-After makes the next attempt later, and never earlier', async () => {
  const { body: endpoint } = await create();
  later(0);
  const now = school.clock.now().getTime();
  receiver.onRequest = () => ({ status: 429, headers: { 'retry-after': '600' } });
  await tell();
  expect(await deliveriesOf(endpoint.id)).toMatchObject([{ nextAttemptAt: new Date(now + 600_000).toISOString() }]);
});

test('messages to an endpoint that fails wait together, and other endpoints get theirs', async () => {
  const { body: bad } = await create({ url: `${receiver.url}/bad` });
  const { body: good } = await create({ url: `${receiver.url}/good` });
  receiver.onRequest = ({ path }) => (path === '/bad' ? 'hang' : 204);
  later(0);
  const many = Array.from({ length: 60 }, () => makeNotification(person.id, ++version));
  await notify(school, ...many);
  await school.settle();
  await deliver();
  expect(receiver.received.filter(({ path }) => path === '/good')).toHaveLength(60);
  // Only those of the batches that began before the first failure was known.
  expect(receiver.received.filter(({ path }) => path === '/bad').length).toBeLessThanOrEqual(20);
  expect(good.id).not.toBe(bad.id);
});

test('what waits for an endpoint that fails is written once, however often it fails', async () => {
  const { body: endpoint } = await create();
  await notify(school, makeNotification(person.id, ++version));
  await school.settle();
  const failures = school.part(EndpointFailures);
  const now = school.clock.now();
  const [first, second] = [new Date(now.getTime() + 60_000), new Date(now.getTime() + 120_000)];
  await failures.postponeOthers(endpoint.id, first);
  await failures.postponeOthers(endpoint.id, second);
  const due = await school.database.rows(
    { dueAt: instant },
    'SELECT next_attempt_at AS "dueAt" FROM notifications_delivery WHERE target_id = $1',
    [String(endpoint.id)],
  );
  expect(due).toEqual([{ dueAt: first }]);
});

test('410 ends the endpoint: administrators are told, a finding shows it, and what waits is skipped', async () => {
  const { body: endpoint } = await create();
  receiver.onRequest = () => 410;
  await tell();
  expect((await admin.get(`/webhook-endpoints/${endpoint.id}`)).body).toMatchObject({
    isActive: false,
    deactivationReason: 'gone',
    deactivatedAt: expect.any(String),
  });
  expect(await deliveriesOf(endpoint.id)).toMatchObject([{ status: 'failed', lastError: 'HTTP 410' }]);
  expect(await notificationsOf(admin, 'webhook_deactivated')).toMatchObject([
    { relatedObjectId: endpoint.id, message: expect.stringContaining(`endpoint ${endpoint.id} answered`) },
  ]);
  const findings = await school.part(FindingSources).collect();
  expect(findings).toContainEqual(expect.objectContaining({ kind: 'webhook-endpoint-gone' }));
  await tell();
  expect(receiver.received).toHaveLength(1);

  receiver.onRequest = () => 204;
  expect((await admin.put(`/webhook-endpoints/${endpoint.id}/activation`)).body).toMatchObject({ isActive: true });
  await tell();
  expect(receiver.received).toHaveLength(2);
});

test('a deactivated or deleted endpoint gets nothing, also nothing that waits', async () => {
  const { body: endpoint } = await create();
  const { body: deleted } = await create();
  await notify(school, makeNotification(person.id, ++version));
  await school.settle();
  const path = `/webhook-endpoints/${endpoint.id}`;
  expect((await admin.delete(`${path}/activation`)).body).toMatchObject({ deactivationReason: 'administrator' });
  expect((await admin.delete(`/webhook-endpoints/${deleted.id}`)).status).toBe(204);
  await deliver();
  expect(receiver.received).toEqual([]);
  const [skipped] = await deliveriesOf(endpoint.id);
  expect(skipped).toMatchObject({ status: 'skipped' });
  expect((await admin.post(`${path}/deliveries/${skipped.id}/retries`)).body.code).toBe(
    'WEBHOOK_DELIVERY_NOT_RETRYABLE',
  );
  expect((await admin.get(`/webhook-endpoints/${deleted.id}/deliveries`)).body.code).toBe('WEBHOOK_ENDPOINT_NOT_FOUND');
});

test('an address that is not on the internet and an unknown type are refused', async () => {
  for (const url of ['ink', 'ftp://school.example/', 'http://10.0.0.1/', 'http://me:secret@school.example/'])
    expect((await create({ url })).body.errors).toMatchObject([{ pointer: '/body/url', rule: 'reachable_url' }]);
  expect((await create({ types: ['exercise_graded', 'ink'] })).body.errors).toMatchObject([
    { pointer: '/body/types/1', rule: 'registered_type' },
  ]);
  expect((await create({ types: [] })).status).toBe(422);
});

test('a school has at most 20 endpoints', async () => {
  for (let count = 0; count < 20; count++) expect((await create()).status).toBe(201);
  expect((await create()).body.code).toBe('TOO_MANY_WEBHOOK_ENDPOINTS');
});

test('only administrators manage endpoints, with a recent proof and never with an API key', async () => {
  const { id } = (await create()).body;
  const routes = [
    () => person.get('/webhook-endpoints'),
    () => create({}, person),
    () => person.post(`/webhook-endpoints/${id}/secrets`),
    () => person.get(`/webhook-endpoints/${id}/deliveries`),
    () => person.post(`/webhook-endpoints/${id}/deliveries/1/retries`),
    () => person.delete(`/webhook-endpoints/${id}`),
  ];
  for (const call of routes) expect((await call()).body.code).toBe('FORBIDDEN');
  const newKey = { name: 'Timetable', scopes: ['notifications:read', 'operations:read'], lifetimeDays: 30 };
  const machine = new Client(school, (await admin.post('/me/api-keys', newKey)).body.key);
  expect((await machine.get('/webhook-endpoints')).body.code).toBe('API_KEY_NOT_ALLOWED');
  const tired = await school.signedIn(admin);
  later(601);
  for (const call of [() => create({}, tired), () => tired.post(`/webhook-endpoints/${id}/secrets`)])
    expect((await call()).body.code).toBe('REAUTHENTICATION_REQUIRED');
});
