import { randomUUID } from 'node:crypto';
import { DeliveryWorker } from '../../src/modules/notifications/deliveries/delivery-worker';
import { Sessions } from '../../src/modules/users';
import { text } from '../../src/platform/database/columns';
import { FindingSources } from '../../src/platform/findings/finding-sources';
import { HttpReceiver } from '../support/http-receiver';
import { PushBrowser, verifyVapid } from '../support/push-browser';
import { School, type ApiResponse, type Client } from '../support/school';
import { makeNotification, notify } from './notification-fixtures';

let school: School;
let service: HttpReceiver;
let anna: Client;
let publicKey: string;
beforeAll(async () => {
  service = await HttpReceiver.start();
  school = await School.open({ environment: { OUTGOING_TIMEOUT_MS: '1500', PUSH_HOSTS: '127.0.0.1' } });
  publicKey = (await school.visitor.get('/push/public-key')).body.publicKey;
});
afterAll(async () => {
  await school.close();
  await service.stop();
});
beforeEach(async () => {
  service.reset();
  service.onRequest = () => 201;
  school.clock.stopAt(null);
  anna = await school.student();
});

const newBrowser = (): PushBrowser => new PushBrowser(`${service.url}/push/${randomUUID()}`);
async function subscribed(person = anna): Promise<PushBrowser> {
  const browser = newBrowser();
  expect((await subscribe(browser, person)).status).toBe(201);
  return browser;
}
const subscribe = (browser: PushBrowser, person = anna): Promise<ApiResponse> =>
  person.post('/me/push-subscriptions', browser.subscription);
const deliver = (): Promise<void> => school.part(DeliveryWorker).drain();
const later = (seconds: number): void => school.clock.stopAt(new Date(school.clock.now().getTime() + seconds * 1_000));
let version = 0;
async function tell(more: Parameters<typeof makeNotification>[2] = {}, person = anna): Promise<void> {
  await notify(school, makeNotification(person.id, ++version, more));
  await school.settle();
  later(180);
  await deliver();
}
const statesOf = async (person = anna): Promise<string[]> => {
  const sql = `SELECT status, last_error AS error FROM notifications_delivery WHERE user_id = $1 AND channel = 'push' ORDER BY id`;
  const rows = await school.database.rows({ status: text, error: text }, sql, [person.id]);
  return rows.map(({ status, error }) => `${status} ${error}`.trim());
};
const subscriptionsOf = async (person: Client): Promise<any[]> =>
  (await person.get('/me/push-subscriptions')).body.data;

test('a notification arrives encrypted for the browser and signed by the school', async () => {
  const browser = await subscribed();
  await tell({ actionUrl: '/courses/7', relatedObjectType: 'courses.course', relatedObjectId: 7 });
  expect(service.received).toHaveLength(1);
  const [request] = service.received;
  expect(browser.read(request!)).toEqual({
    id: expect.any(Number),
    type: 'exercise_graded',
    title: 'Exercise graded',
    message: `Drawing ${version} was approved.`,
    priority: 'normal',
    actionUrl: '/courses/7',
    createdAt: expect.stringMatching(/Z$/),
  });
  expect(request!.headers).toMatchObject({
    ttl: '86400',
    urgency: 'normal',
    topic: expect.stringMatching(/^[\w-]{32}$/),
  });
  expect(verifyVapid(request!, publicKey)).toMatchObject({ aud: service.url, sub: 'mailto:school@localhost' });
  expect(await statesOf()).toEqual(['sent']);
  expect(() => newBrowser().read(request!)).toThrow(/authenticate/);
});

test('urgent messages hurry, wait for a week and replace nothing', async () => {
  await subscribed();
  await tell({ type: 'security_alert', relatedObjectType: 'users.user', relatedObjectId: 1 });
  expect(service.received[0]!.headers).toMatchObject({ ttl: '604800', urgency: 'high' });
  expect(service.received[0]!.headers).not.toHaveProperty('topic');
});

test('a long text is cut to what a push service accepts', async () => {
  const browser = await subscribed();
  await tell({ title: '🎨'.repeat(200), message: '\u0001🎨'.repeat(5_000) });
  expect(service.received[0]!.body.length).toBeLessThanOrEqual(4_096);
  expect(browser.read(service.received[0]!).message).toMatch(/…$/);
});

test('all browsers of the person get it, and nobody else’s', async () => {
  const browsers = [await subscribed(), await subscribed()];
  await subscribed(await school.student());
  await tell();
  expect(service.received.map(({ path }) => path).sort()).toEqual(
    browsers.map(({ endpoint }) => new URL(endpoint).pathname).sort(),
  );
});

test('nothing is pushed while the switch of the specification is off, nor what was read before', async () => {
  await subscribed();
  await anna.patch('/me/settings', { pushNotifications: false });
  await tell();
  expect(await statesOf()).toEqual([]);
  await anna.patch('/me/settings', { pushNotifications: true });
  await notify(school, makeNotification(anna.id, ++version));
  await school.settle();
  await school.database.transaction(() =>
    school.database.run('UPDATE notifications_notification SET is_read = true WHERE user_id = $1', [anna.id]),
  );
  later(180);
  await deliver();
  expect(await statesOf()).toEqual(['skipped It was read before']);
  expect(service.received).toEqual([]);
});

test('what waits is not pushed after the person has turned push messages off', async () => {
  await subscribed();
  await notify(school, makeNotification(anna.id, ++version));
  await school.settle();
  await anna.patch('/me/settings', { pushNotifications: false });
  later(180);
  await deliver();
  expect(await statesOf()).toEqual(['skipped The person does not want it any more']);
  expect(service.received).toEqual([]);
});

test('a session that has ended because nobody used it gets no messages', async () => {
  await subscribed();
  const longAgo = new Date(school.clock.now().getTime() - 15 * 86_400_000);
  await school.database.transaction(() =>
    school.database.run('UPDATE users_session SET rotated_at = $2 WHERE user_id = $1', [anna.id, longAgo]),
  );
  expect(await subscriptionsOf(anna)).toEqual([]);
  await tell();
  expect(await statesOf()).toEqual([]);
});

test.each([404, 410])('a subscription that the push service does not know any more (%s) is deleted', async (status) => {
  await subscribed();
  service.onRequest = () => status;
  await tell();
  expect(await subscriptionsOf(await school.signedIn(anna))).toEqual([]);
  expect(await statesOf()).toEqual(['skipped The browser has unsubscribed']);
});

test.each([[429], [503]])(
  'after %s the message is sent again, not before the time that the service names',
  async (status) => {
    await subscribed();
    service.onRequest = () => ({ status, headers: { 'retry-after': '900' } });
    await tell();
    expect(await statesOf()).toEqual([`waiting HTTP ${status}`]);
    service.onRequest = () => 201;
    later(899);
    await deliver();
    expect(service.received).toHaveLength(1);
    later(2);
    await deliver();
    expect(service.received).toHaveLength(2);
    expect(await statesOf()).toEqual(['sent']);
  },
);

test('a service that refuses the message is not asked again, and one that does not answer only while the message is of use', async () => {
  await subscribed();
  service.onRequest = () => 400;
  await tell();
  expect(await statesOf()).toEqual(['failed HTTP 400']);
  service.onRequest = () => 'drop';
  await tell();
  for (let attempt = 1; attempt <= 7; attempt++) {
    later(5 * 3_600);
    await deliver();
  }
  expect((await statesOf())[1]).toMatch(/^failed .*socket hang up/);
  expect(service.received.length).toBeLessThanOrEqual(7);
});

test('a browser that another person uses now is theirs, and shows nothing that waits for the first person', async () => {
  const browser = await subscribed();
  await notify(school, makeNotification(anna.id, ++version));
  await school.settle();
  const bert = await school.student();
  expect((await subscribe(browser, bert)).status).toBe(201);
  expect(await subscriptionsOf(anna)).toEqual([]);
  later(180);
  await deliver();
  expect(service.received).toEqual([]);
  expect(await statesOf()).toEqual(['skipped The browser is not signed in any more']);
  await tell({}, bert);
  expect(service.received).toHaveLength(1);
});

test('a repeated subscription is one, and the eleventh browser takes the place of the oldest', async () => {
  const browser = await subscribed();
  const [first] = await subscriptionsOf(anna);
  expect((await subscribe(browser)).body.id).toBe(first.id);
  for (let count = 1; count <= 10; count++) await subscribed();
  const left = await subscriptionsOf(anna);
  expect(left).toHaveLength(10);
  expect(left.map(({ id }) => id)).not.toContain(first.id);
  expect((await anna.delete(`/me/push-subscriptions/${left[0].id}`)).status).toBe(204);
  expect(await subscriptionsOf(anna)).toHaveLength(9);
  const bert = await school.student();
  expect((await bert.delete(`/me/push-subscriptions/${left[1].id}`)).body.code).toBe('PUSH_SUBSCRIPTION_NOT_FOUND');
});

test('a sign-out ends the push messages of the browser, and a sign-out everywhere those of all', async () => {
  const elsewhere = await school.signedIn(anna);
  await subscribed();
  await subscribed(elsewhere);
  expect((await anna.post('/auth/logout')).status).toBe(204);
  expect(await subscriptionsOf(elsewhere)).toHaveLength(1);
  await notify(school, makeNotification(anna.id, ++version));
  await school.settle();
  await school.part(Sessions).endAll(anna.id, 'password');
  later(180);
  await deliver();
  expect(service.received).toEqual([]);
  expect(await statesOf()).toEqual(['skipped The browser is not signed in any more']);
  expect(await school.job('notifications:remove-push-subscriptions')).toMatchObject({ deleted: expect.any(Number) });
  const sql = 'SELECT name FROM notifications_pushsubscription WHERE user_id = $1';
  expect(await school.database.rows({ name: text }, sql, [anna.id])).toEqual([]);
});

test('an address that is not one of a push service, and keys that are none, are refused', async () => {
  const { subscription } = newBrowser();
  const send = (more: object) => anna.post('/me/push-subscriptions', { ...subscription, ...more });
  for (const endpoint of ['http://169.254.169.254/', 'http://10.0.0.1/', 'ink'])
    expect((await send({ endpoint })).body.errors).toMatchObject([{ rule: 'reachable_url' }]);
  for (const endpoint of [
    'https://school.example/',
    'https://127.0.0.1.school.example/',
    'https://x127.0.0.1.example/',
  ])
    expect((await send({ endpoint })).body.errors).toMatchObject([{ pointer: '/body/endpoint', rule: 'push_service' }]);
  const notOnCurve = Buffer.alloc(65, 4).toString('base64url');
  for (const keys of [
    { ...subscription.keys, p256dh: 'ink' },
    { ...subscription.keys, p256dh: notOnCurve },
    { ...subscription.keys, auth: 'ink' },
  ])
    expect((await send({ keys })).status).toBe(422);
});

test('in production without a key the school pushes nothing, and says so', async () => {
  const production = await School.open({
    environment: {
      NODE_ENV: 'production',
      AUTH_SECRET: 'nR7!fq0Zt2-bW9xKd4mVhC6uYp1sLg8e',
      TRUST_PROXY_HOPS: '0',
      PUBLIC_URL: 'https://school.example',
    },
  });
  const person = await production.student();
  expect((await production.visitor.get('/push/public-key')).body).toEqual({ publicKey: null });
  expect((await person.post('/me/push-subscriptions', newBrowser().subscription)).body.code).toBe(
    'PUSH_NOT_CONFIGURED',
  );
  const findings = await production.part(FindingSources).collect();
  expect(findings).toContainEqual(expect.objectContaining({ kind: 'push-not-configured' }));
  await production.close();
});
