import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import { School, type Client } from '../../support/school';

let school: School;
let port: number;
let teacher: Client;
beforeAll(async () => {
  school = await School.open();
  await school.app.listen(0, '127.0.0.1');
  port = (school.app.getHttpServer().address() as { port: number }).port;
  teacher = await school.teacher();
});
afterAll(() => school.close());
afterEach(() => jest.restoreAllMocks());

/** Nested small objects, which are the most expensive JSON to parse. */
const megabyte = `{"title":[${'{"a":{}},'.repeat(116_000)}{}]}`;
const firstPart = megabyte.slice(0, 1_000);

const head = (path: string, more: string[] = []): string =>
  [`POST /api/v1${path} HTTP/1.1`, 'Host: school.test', 'Content-Type: application/json', ...more, '', ''].join('\r\n');
const ofLength = (length: number): string => `Content-Length: ${length}`;

/** A connection on which a client can stop in the middle of a body. */
class RawConnection {
  received = '';
  /** Resolves when the connection closes, for any reason. */
  readonly closed: Promise<void>;
  private constructor(readonly socket: Socket) {
    socket.on('data', (data: Buffer) => (this.received += data.toString()));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static async open(): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Waits for `count` responses and returns their statuses. */
  async statuses(count: number): Promise<string[]> {
    while (statusesIn(this.received).length < count) await once(this.socket, 'data');
    return statusesIn(this.received);
  }
}

const statusesIn = (received: string): string[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status!);

const parsedParts = (parse: jest.SpyInstance): unknown[] =>
  parse.mock.calls.filter(([text]) => String(text).startsWith('{"title":[{'));

test.each([
  ['without a token', []],
  ['with a token that nobody signed', ['Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AAAA']],
])('a client %s gets a 401 while its body is still being sent, and the body is not parsed', async (_, more) => {
  const parse = jest.spyOn(JSON, 'parse');
  const connection = await RawConnection.open();
  connection.socket.write(head('/courses', [ofLength(megabyte.length), ...more]) + firstPart);
  expect(await connection.statuses(1)).toEqual(['401']);
  connection.socket.write(megabyte.slice(firstPart.length));
  // The rest of the body was read and discarded, so that the connection can be used for the next request.
  connection.socket.write('GET /api/v1/courses HTTP/1.1\r\nHost: school.test\r\nConnection: close\r\n\r\n');
  expect(await connection.statuses(2)).toEqual(['401', '200']);
  await connection.closed;
  expect(parsedParts(parse)).toEqual([]);
});

test('a body sent to a route that does not exist is not parsed', async () => {
  const parse = jest.spyOn(JSON, 'parse');
  const connection = await RawConnection.open();
  connection.socket.write(head('/nowhere', [ofLength(megabyte.length)]) + megabyte);
  expect(await connection.statuses(1)).toEqual(['404']);
  connection.socket.end();
  expect(parsedParts(parse)).toEqual([]);
});

test('a refused body that never ends is cut off after 16 MB', async () => {
  const connection = await RawConnection.open();
  connection.socket.write(head('/courses', ['Transfer-Encoding: chunked']));
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  let chunks = 0;
  const send = (): void => {
    while (!connection.socket.destroyed && chunks++ < 1_000) if (!connection.socket.write(chunk)) return;
  };
  connection.socket.on('drain', send);
  send();
  await connection.closed;
  expect(statusesIn(connection.received)).toEqual(['401']);
  expect(chunks).toBeLessThan(1_000);
});

/** Sends a body as an ordinary HTTP client does: all of it first, and then it reads the response. */
async function responseAfterSending(path: string, body: string, headers: Record<string, string | number>) {
  const sending = request({ host: '127.0.0.1', port, path: `/api/v1${path}`, method: 'POST', headers, agent: false });
  const responded = once(sending, 'response') as Promise<[IncomingMessage]>;
  const finished = once(sending, 'finish');
  const part = body.slice(0, 65_536);
  for (let sent = 0; sent < body.length; sent += part.length) if (!sending.write(part)) await once(sending, 'drain');
  sending.end();
  await finished;
  const [response] = await responded;
  return { status: response.statusCode, problem: (await json(response)) as { code: string } };
}

test.each([
  ['with its length', { 'content-length': 5 * 1_048_576 }],
  ['in chunks', {}],
])(
  'a client that sends 5 MB %s to a route that allows 64 KB gets the 413',
  async (_, headers: Record<string, number>) => {
    const body = 'x'.repeat(5 * 1_048_576);
    const all = { ...headers, authorization: `Bearer ${teacher.token}`, 'content-type': 'application/json' };
    const { status, problem } = await responseAfterSending('/coins/transfers', body, all);
    expect([status, problem.code]).toEqual([413, 'BODY_TOO_LARGE']);
  },
);

test('a request of an ended session is refused before its body is parsed', async () => {
  const signedOut = await school.student();
  await signedOut.post('/auth/logout');
  const parse = jest.spyOn(JSON, 'parse');
  const connection = await RawConnection.open();
  connection.socket.write(
    head('/courses', [ofLength(megabyte.length), `Authorization: Bearer ${signedOut.token}`]) + firstPart,
  );
  expect(await connection.statuses(1)).toEqual(['401']);
  connection.socket.destroy();
  expect(parsedParts(parse)).toEqual([]);
});

describe('the body of a signed-in user', () => {
  const refused = async (path: string, body: string, client: Client = teacher) => {
    const { status, body: problem } = await client.post(path, body);
    return [status, problem.code];
  };
  const filled = (bytes: number): string => JSON.stringify({ login: 'x'.repeat(bytes) });

  test('a body may have 64 KB, on sign-in 16 KB, and for lessons, exercises and submissions 1 MB', async () => {
    expect(await refused('/coins/transfers', filled(65_536))).toEqual([413, 'BODY_TOO_LARGE']);
    expect(await refused('/coins/transfers', filled(65_000))).toEqual([422, 'VALIDATION_FAILED']);
    expect(await refused('/auth/login', filled(16_384), school.visitor)).toEqual([413, 'BODY_TOO_LARGE']);
    expect(await refused('/auth/login', filled(16_000), school.visitor)).toEqual([422, 'VALIDATION_FAILED']);
    for (const path of ['/courses/1/lessons', '/lessons/1/exercises', '/exercises/1/submissions'])
      expect(await refused(path, filled(1_048_000))).toEqual([422, 'VALIDATION_FAILED']);
  });

  test('a body with too many members is refused before it is parsed', async () => {
    const parse = jest.spyOn(JSON, 'parse');
    const { status, body } = await teacher.post('/courses/1/lessons', megabyte.slice(0, 1_000_000));
    expect([status, body.errors]).toEqual([
      422,
      [{ pointer: '/body', message: 'More than 20000 members', rule: 'max_members' }],
    ]);
    expect(parsedParts(parse)).toEqual([]);
  });
});
