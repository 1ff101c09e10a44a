import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { unguarded } from '../../../src/platform/database/statements/write-guard';
import { freshDatabaseUrl } from '../../support/database-url';
import { School } from '../../support/school';
import { EventSource } from '../../support/event-source';
import { Server } from '../../support/server';

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number };
}
interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: Attribute[];
  events?: unknown[];
  status: { code?: number; message?: string };
}

/** An OTLP/HTTP receiver that stores what it receives. */
let receiver: HttpServer;
let endpoint: string;
const received: { path: string; token: string | undefined; body: any }[] = [];
beforeAll(async () => {
  receiver = createServer((request, answer) => {
    void (async () => {
      const body = await json(request);
      received.push({ path: request.url!, token: request.headers['x-token'] as string | undefined, body });
      answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    })();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

const spansSent = (): SentSpan[] =>
  received
    .filter(({ path }) => path === '/v1/traces')
    .flatMap(({ body }) => body.resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans);

it('sends spans and metrics to the configured collector, in the trace of the client', async () => {
  const server = await Server.start(await freshDatabaseUrl(), {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-token=for%20tests',
    OTEL_METRIC_EXPORT_INTERVAL: '60000',
  });
  const [traceId, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
  const traced = await server.fetch('/api/v1/courses', { headers: { traceparent: `00-${traceId}-${parent}-01` } });
  const untraced = await server.fetch('/api/v1/courses');
  const unsampled = '0af7651916cd43dd8448eb211c80319c';
  await server.fetch('/api/v1/courses', { headers: { traceparent: `00-${unsampled}-${parent}-00` } });
  expect(traced.headers.get('x-trace-id')).toBe(traceId);
  // Spans and metrics that are not sent yet are sent before the process ends.
  expect(await server.stop()).toBe(0);

  const request = spansSent().find((span) => span.traceId === traceId && span.parentSpanId === parent)!;
  expect(request.name).toBe('GET /api/v1/courses');
  const statements = spansSent().filter((span) => span.parentSpanId === request.spanId);
  // The first reads the versions of the catalogue, and the second the page, which is not cached yet.
  expect(statements.map(({ name, traceId: trace }) => [name, trace])).toEqual(Array(2).fill(['SELECT', traceId]));
  const own = spansSent().filter((span) => span.traceId === untraced.headers.get('x-trace-id'));
  expect(own.filter(({ parentSpanId }) => !parentSpanId).map(({ name }) => name)).toEqual(['GET /api/v1/courses']);
  expect(spansSent().some((span) => span.traceId === unsampled)).toBe(false);

  const metrics = received
    .filter(({ path }) => path === '/v1/metrics')
    .flatMap(({ body }) => body.resourceMetrics[0].scopeMetrics[0].metrics);
  expect(metrics.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['http.server.request.duration', 'db.client.operation.duration']),
  );
  expect(new Set(received.map(({ token }) => token))).toEqual(new Set(['for tests']));
});

// An exception holds a stack and the message of the database, which can contain values of the statement.
it('the span of a request that fails with 500 contains no exception', async () => {
  const url = await freshDatabaseUrl();
  const server = await Server.start(url, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  await removeTable(url, 'courses_course');
  const failed = await server.fetch('/api/v1/courses?q=confidential');
  expect(failed.status).toBe(500);
  expect(await server.stop()).toBe(0);

  const spans = spansSent().filter(({ traceId }) => traceId === failed.headers.get('x-trace-id'));
  const request = spans.find(({ parentSpanId }) => !parentSpanId)!;
  const errorCode = 2;
  expect([request.name, request.status]).toEqual(['GET /api/v1/courses', { code: errorCode }]);
  expect(spans.flatMap(({ events = [] }) => events)).toEqual([]);
  expect(JSON.stringify(spans)).not.toContain('confidential');
});

it('neither the log at its most detailed level nor a trace contains the ticket of a stream', async () => {
  const url = await freshDatabaseUrl();
  const server = await Server.start(url, {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    LOG_LEVEL: 'trace',
    SLOW_QUERY_MS: '1',
  });
  const person = { username: 'ugo.v', password: 'boats in the early fog', email: 'ugo@school.test', role: 'student' };
  const { accessToken } = (await server.caller().post('/auth/register', person)).body;
  const requestTicket = async (): Promise<string> =>
    (await server.caller(() => accessToken).post('/me/notifications/stream-tickets')).body.ticket;
  const tickets = [await requestTicket(), await requestTicket()];
  const [used, refused] = tickets as [string, string];
  const stream = await EventSource.openWithTicket(server.url, used);
  const statuses = [stream.status, (await EventSource.openWithTicket(server.url, used)).status];
  statuses.push((await EventSource.openWithTicket(server.url, refused, '&lastEventId=x')).status);
  stream.close();
  await stream.waitForEnd();
  expect(statuses).toEqual([200, 401, 422]);
  expect(await server.stop()).toBe(0);

  expect(server.output.split('/api/v1/me/notifications/stream"').length).toBeGreaterThan(3);
  expect(spansSent().filter(({ name }) => name === 'GET /api/v1/me/notifications/stream').length).toBeGreaterThan(1);
  for (const ticket of tickets) {
    expect(server.output).not.toContain(ticket);
    expect(JSON.stringify(received)).not.toContain(ticket);
  }
});

it('the server works and stops normally when the collector is unreachable', async () => {
  const server = await Server.start(await freshDatabaseUrl(), { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  expect((await server.fetch('/api/v1/courses')).status).toBe(200);
  const started = Date.now();
  expect(await server.stop()).toBe(0);
  expect(Date.now() - started).toBeLessThan(15_000);
});

/** Takes a table away from a server that runs, so that its statements on this table fail. */
async function removeTable(url: string, table: string): Promise<void> {
  const school = await School.open({ url });
  await unguarded(() => school.database.dialect.dataSource.query(`ALTER TABLE ${table} RENAME TO ${table}_away`));
  await school.close();
}
