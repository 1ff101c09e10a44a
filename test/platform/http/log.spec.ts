import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { CallScope, inScope } from '../../../src/platform/database/scope/call-scope';
import { Forbidden } from '../../../src/platform/errors/access.errors';
import { sendProblem } from '../../../src/platform/http/problems/problem.filter';
import { createAdapter } from '../../../src/platform/http/server/adapter';
import { EventStream } from '../../../src/platform/http/event-stream';
import { logOptions, logRequests } from '../../../src/platform/http/server/log';

const lines: Record<string, unknown>[] = [];
const logger = () => pino({ ...logOptions, level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
beforeEach(() => void (lines.length = 0));

test('a request is logged in one line, with its trace id and without its query string', async () => {
  const config = { trustProxyHops: 0, logLevel: 'info', isHttps: false };
  const server = createAdapter(config, logger()).getInstance();
  logRequests(server);
  server.get('/verify', async () => 'ok');
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await server.inject({ url: '/verify?token=s3cret', headers: { traceparent, authorization: 'Bearer s3cret' } });
  await server.close();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    level: 'info',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    method: 'GET',
    path: '/verify',
    status: 200,
  });
  expect(JSON.stringify(lines)).not.toContain('s3cret');
});

test('every line that is written during a request has its trace id, and a line outside a request has none', () => {
  const log = logger();
  inScope(new CallScope('request', 'GET /courses', 'ab12'), () => log.info('inside'));
  log.info('outside');
  expect(lines).toMatchObject([{ msg: 'inside', traceId: 'ab12' }, { msg: 'outside' }]);
  expect(lines[1]).not.toHaveProperty('traceId');
});

test('the line of a refused request names the reason, and not the explanation for the caller', async () => {
  const config = { trustProxyHops: 0, logLevel: 'info', isHttps: false };
  const server = createAdapter(config, logger()).getInstance();
  logRequests(server);
  server.get('/roles', (request, reply) => sendProblem(request, reply, new Forbidden('Only Giulia may do this.')));
  server.get('/open', async () => 'ok');
  await server.inject({ url: '/roles' });
  await server.inject({ url: '/open' });
  await server.close();
  expect(lines).toMatchObject([{ path: '/roles', status: 403, code: 'FORBIDDEN' }, { path: '/open' }]);
  expect(lines[1]).not.toHaveProperty('code');
  expect(JSON.stringify(lines)).not.toContain('Giulia');
});

test('an event stream whose client disconnects is logged in one line and not as an error', async () => {
  const config = { trustProxyHops: 0, logLevel: 'info', isHttps: false };
  const server = createAdapter(config, logger()).getInstance();
  logRequests(server);
  server.get('/stream', async (_request, reply) => reply.type('text/event-stream').send(new EventStream()));
  const listener = get(`${await server.listen({ host: '127.0.0.1', port: 0 })}/stream`, (response) => {
    response.on('error', () => undefined).once('data', () => listener.destroy());
  });
  const isLogged = () => lines.some(({ msg }) => msg === 'request');
  for (const deadline = Date.now() + 5_000; !isLogged() && Date.now() < deadline;) await sleep(10);
  await server.close();
  expect(lines.filter(({ msg }) => msg === 'request')).toMatchObject([
    { level: 'info', path: '/stream', status: 200, cut: true },
  ]);
  expect(lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
});

test('secrets in logged objects are masked up to three levels deep', () => {
  const secret = 's3cret';
  logger().info({
    password: secret,
    body: { refreshToken: secret, user: { newPassword: secret } },
    req: { headers: { authorization: secret, cookie: secret } },
  });
  expect(JSON.stringify(lines)).not.toContain(secret);
  expect(lines[0]).toMatchObject({ body: { refreshToken: '[secret]' } });
});
