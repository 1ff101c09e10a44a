import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Reference, Response } from './reference-school';
import { verifyToken } from './token';

/**
 * A reference server that shows how fast the most requested paths could be. It uses only node:http and the driver of the database,
 * without framework, validation, limits, sessions, logs and OpenAPI document. It has the same effects on a database with the same
 * content and sends the same responses.
 */
const secret = process.env.AUTH_SECRET!;

type Handler = (userId: number, match: RegExpExecArray, request: IncomingMessage) => Response;

const createRoutes = (
  school: Reference,
): { method: string; path: RegExp; status: number; isPublic?: boolean; handle: Handler }[] => [
  { method: 'GET', path: /^\/api\/v1\/courses$/, status: 200, isPublic: true, handle: () => school.catalogue() },
  {
    method: 'GET',
    path: /^\/api\/v1\/courses\/(\d+)$/,
    status: 200,
    handle: (userId, [, id]) => school.courseWithLessons(Number(id), userId),
  },
  { method: 'GET', path: /^\/api\/v1\/me\/progress$/, status: 200, handle: (userId) => school.progress(userId) },
  {
    method: 'GET',
    path: /^\/api\/v1\/me\/coins\/transactions$/,
    status: 200,
    handle: (userId) => school.transactions(userId),
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/me\/notifications$/,
    status: 200,
    handle: (userId) => school.unreadNotifications(userId),
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/me\/notifications\/unread-count$/,
    status: 200,
    handle: (userId) => school.unreadCount(userId),
  },
  {
    method: 'PUT',
    path: /^\/api\/v1\/lessons\/(\d+)\/completion$/,
    status: 200,
    handle: async (userId, [, id], request) => {
      const { timeSpentMinutes } = await readBody<{ timeSpentMinutes: number }>(request);
      return school.complete(userId, Number(id), timeSpentMinutes);
    },
  },
  {
    method: 'POST',
    path: /^\/api\/v1\/coins\/transfers$/,
    status: 201,
    handle: async (userId, _, request) =>
      school.transfer(userId, String(request.headers['idempotency-key']), await readBody(request)),
  },
];

async function readBody<T>(request: IncomingMessage): Promise<T> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as T;
}

function send(response: ServerResponse, status: number, value: object): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Only one of the two drivers is loaded. */
async function openSchool(url: string): Promise<Reference> {
  if (!url.startsWith('sqlite:')) return (await import('./reference-postgres.js')).openPostgres(url);
  return (await import('./reference-sqlite.js')).openSqlite(url.slice('sqlite:'.length));
}

async function listen(): Promise<void> {
  const routes = createRoutes(await openSchool(process.env.DATABASE_URL!));

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url!.split('?', 1)[0]!;
    const route = routes.find((candidate) => candidate.method === request.method && candidate.path.test(path));
    if (!route) return send(response, 404, { code: 'NOT_FOUND' });
    const userId = route.isPublic ? 0 : verifyToken(secret, request.headers.authorization);
    if (userId === null) return send(response, 401, { code: 'UNAUTHENTICATED' });
    const result = await route.handle(userId, route.path.exec(path)!, request);
    send(response, result ? route.status : 404, result ?? { code: 'NOT_FOUND' });
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => send(response, 500, { detail: String(error) }));
  });
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
}

process.once('SIGTERM', () => process.exit(0));
void listen();
