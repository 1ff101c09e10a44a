import { MetricsAccess } from '../../../src/platform/metrics/metrics-access';
import { Config } from '../../../src/platform/config/config';
import { Metrics } from '../../../src/platform/metrics/metrics';
import { School } from '../../support/school';

const token = 'a token that is long enough';
let school: School;
beforeAll(async () => {
  school = await School.open({ environment: { METRICS_TOKEN: token } });
});
afterAll(() => school.close());

/** Requests the metrics from the given address. */
const from = (remoteAddress: string, headers: Record<string, string> = {}) =>
  school.app.inject({ method: 'GET', url: '/metrics', remoteAddress, headers });

test('the same machine reads the metrics as Prometheus text', async () => {
  school.part(Metrics).counter('teoart_test_total', 'Something').inc(3);
  const { status, headers, body } = await school.visitor.get('//metrics');
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  expect(headers['cache-control']).toBe('no-store');
  expect(headers.etag).toBeUndefined();
  expect(body).toContain('# HELP teoart_test_total Something\n# TYPE teoart_test_total counter\nteoart_test_total 3\n');
  expect(body).toMatch(/^process_cpu_user_seconds_total /m);
  expect(body).toMatch(/^nodejs_eventloop_lag_seconds /m);
});

test('gauges are updated at each scrape and only then', async () => {
  const filled = school.part(Metrics).gauge('teoart_test_filled', 'Something', ['kind']);
  let times = 0;
  school.part(Metrics).onScrape(async () => filled.set({ kind: 'a' }, ++times));
  for (const expected of [1, 2])
    expect((await school.visitor.get('//metrics')).body).toContain(`teoart_test_filled{kind="a"} ${expected}\n`);
  expect(times).toBe(2);
});

test.each([
  ['another machine', '10.0.0.9', {}, 401],
  ['another machine, with the token', '10.0.0.9', { authorization: `Bearer ${token}` }, 200],
  ['another machine, with another token', '10.0.0.9', { authorization: `Bearer ${token}x` }, 401],
  ['another machine, with a part of it', '10.0.0.9', { authorization: 'Bearer a' }, 401],
  ['another machine, with no bearer', '10.0.0.9', { authorization: token }, 401],
  ['this machine', '127.0.0.1', {}, 200],
  ['this machine, by IPv6', '::1', {}, 200],
  ['this machine, mapped', '::ffff:127.0.0.1', {}, 200],
  ['a proxy on this machine', '127.0.0.1', { 'x-forwarded-for': '10.0.0.9' }, 401],
  ['a proxy that claims this machine', '127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }, 401],
  ['another machine that claims to be this machine', '10.0.0.9', { 'x-forwarded-for': '127.0.0.1' }, 401],
  ['an address that only begins with 127.0.0.1', '127.0.0.1.example', {}, 401],
])('a metrics request from %s (%s %j) gets %d', async (_, address, headers, status) => {
  const response = await from(address, headers);
  expect(response.statusCode).toBe(status);
  if (status === 401) expect(response.json()).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
});

test('in production the same machine needs the token too, because a proxy on it may forward requests', () => {
  const production = { NODE_ENV: 'production', TRUST_PROXY_HOPS: '1', PUBLIC_URL: 'https://school.example' };
  const secrets = { AUTH_SECRET: 'a secret for tests that is long enough', METRICS_TOKEN: token };
  const access = new MetricsAccess(new Config({ ...production, ...secrets }));
  const local = (headers: Record<string, string>) => access.allows({ headers, socket: { remoteAddress: '127.0.0.1' } });
  expect([local({}), local({ authorization: `Bearer ${token}` })]).toEqual([false, true]);
});

test('no bearer token is accepted if METRICS_TOKEN is not set', () => {
  const access = new MetricsAccess(new Config({ NODE_ENV: 'test' }));
  for (const authorization of ['Bearer undefined', 'Bearer ', 'Bearer'])
    expect(access.allows({ headers: { authorization }, socket: { remoteAddress: '10.0.0.9' } })).toBe(false);
});

test('the access token of an administrator does not give access to the metrics', async () => {
  const admin = await school.admin();
  const { statusCode } = await from('10.0.0.9', { authorization: `Bearer ${admin.token}` });
  expect(statusCode).toBe(401);
});

test('a METRICS_TOKEN that is too short is refused', () => {
  expect(() => new Config({ NODE_ENV: 'test', METRICS_TOKEN: 'short' })).toThrow(/METRICS_TOKEN/);
});
