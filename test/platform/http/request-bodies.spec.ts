import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
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

/** Nested small objects: what costs most to make sense of. */
const megabyte = `{"title":[${'{"a":{}},'.repeat(116_000)}{}]}`;
const part = megabyte.slice(0, 1_000);

const head = (path: string, more: string[] = []): string =>
  [`POST /api/v1${path} HTTP/1.1`, 'Host: school.test', 'Content-Type: application/json', ...more, '', ''].join('\r\n');
const ofLength = (length: number): string => `Content-Length: ${length}`;

/** A connection on which a caller may stop in the middle of a body. */
class Line {
  received = '';
  /** However it ends. */
  readonly closed: Promise<void>;
  private constructor(readonly socket: Socket) {
    socket.on('data', (data: Buffer) => (this.received += data.toString()));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static async open(): Promise<Line> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Line(socket);
  }

  /** Until the answers so far say so many times "HTTP/1.1". */
  async answers(count: number): Promise<string[]> {
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
])('a caller %s is answered 401 while the body is still under way, and nothing of it is parsed', async (_, more) => {
  const parse = jest.spyOn(JSON, 'parse');
  const line = await Line.open();
  line.socket.write(head('/courses', [ofLength(megabyte.length), ...more]) + part);
  expect(await line.answers(1)).toEqual(['401']);
  line.socket.write(megabyte.slice(part.length));
  // The connection is good for the next request: the rest was read and thrown away.
  line.socket.write('GET /api/v1/courses HTTP/1.1\r\nHost: school.test\r\nConnection: close\r\n\r\n');
  expect(await line.answers(2)).toEqual(['401', '200']);
  await line.closed;
  expect(parsedParts(parse)).toEqual([]);
});

test('the body of a route that does not exist is not parsed either', async () => {
  const parse = jest.spyOn(JSON, 'parse');
  const line = await Line.open();
  line.socket.write(head('/nowhere', [ofLength(megabyte.length)]) + megabyte);
  expect(await line.answers(1)).toEqual(['404']);
  line.socket.end();
  expect(parsedParts(parse)).toEqual([]);
});

test('a refused body without an end is cut off once it is longer than any route takes', async () => {
  const line = await Line.open();
  line.socket.write(head('/courses', ['Transfer-Encoding: chunked']));
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  let chunks = 0;
  const send = (): void => {
    while (!line.socket.destroyed && chunks++ < 1_000) if (!line.socket.write(chunk)) return;
  };
  line.socket.on('drain', send);
  send();
  await line.closed;
  expect(statusesIn(line.received)).toEqual(['401']);
  expect(chunks).toBeLessThan(1_000);
});

test('a session that has ended is refused before its body is parsed', async () => {
  const gone = await school.student();
  await gone.post('/auth/logout');
  const parse = jest.spyOn(JSON, 'parse');
  const line = await Line.open();
  line.socket.write(head('/courses', [ofLength(megabyte.length), `Authorization: Bearer ${gone.token}`]) + part);
  expect(await line.answers(1)).toEqual(['401']);
  line.socket.destroy();
  expect(parsedParts(parse)).toEqual([]);
});

describe('a body of one who has signed in', () => {
  const refused = async (path: string, body: string, client: Client = teacher) => {
    const { status, body: problem } = await client.post(path, body);
    return [status, problem.code];
  };
  const filled = (bytes: number): string => JSON.stringify({ login: 'x'.repeat(bytes) });

  test('may have 64 KB, 16 KB where passwords go, and a megabyte where work goes', async () => {
    expect(await refused('/coins/transfers', filled(65_536))).toEqual([413, 'BODY_TOO_LARGE']);
    expect(await refused('/coins/transfers', filled(65_000))).toEqual([422, 'VALIDATION_FAILED']);
    expect(await refused('/auth/login', filled(16_384), school.visitor)).toEqual([413, 'BODY_TOO_LARGE']);
    expect(await refused('/auth/login', filled(16_000), school.visitor)).toEqual([422, 'VALIDATION_FAILED']);
    for (const path of ['/courses/1/lessons', '/lessons/1/exercises', '/exercises/1/submissions'])
      expect(await refused(path, filled(1_048_000))).toEqual([422, 'VALIDATION_FAILED']);
  });

  test('is refused for its members before they are made', async () => {
    const parse = jest.spyOn(JSON, 'parse');
    const { status, body } = await teacher.post('/courses/1/lessons', megabyte.slice(0, 1_000_000));
    expect([status, body.errors]).toEqual([422, [{ pointer: '/body', message: 'More than 20000 members' }]]);
    expect(parsedParts(parse)).toEqual([]);
  });
});
