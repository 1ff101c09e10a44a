import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import sharp from 'sharp';
import { int } from '../../../src/platform/database/columns';
import { School, type Client } from '../../support/school';
import { Server, type Environment } from '../../support/server';
import { formType, formWith, newFileFolder } from '../../support/stored-files';

const { settings } = newFileFolder();
let school: School;
let server: Server;
let people: Client[];
beforeAll(async () => {
  school = await School.open({ environment: settings });
  people = await Promise.all(Array.from({ length: 200 }, () => school.student()));
}, 120_000);
afterAll(() => school.close());
afterEach(() => server.stop());

/** Those of the Dockerfile: freed memory of pictures goes back to the system. */
const mallocSettings = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

const start = async (more: Environment = {}): Promise<void> => {
  server = await Server.start(school.url, { ...settings, FILE_UPLOADS_AT_ONCE: '8', ...more });
};

const post = (person: Client, body: Buffer): Promise<Response> =>
  server.fetch('/api/v1/files?purpose=profile-image', {
    method: 'POST',
    headers: { 'content-type': formType, authorization: `Bearer ${person.token}` },
    body: new Uint8Array(body),
  });

/** Opens a connection that sends the head of an upload and only the beginning of its body. */
function stall(person: Client): Socket {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const body = formWith(Buffer.alloc(1_000));
  const head = [
    'POST /api/v1/files?purpose=profile-image HTTP/1.1',
    'host: school',
    `authorization: Bearer ${person.token}`,
    `content-type: ${formType}`,
    `content-length: ${body.length}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.write(body.subarray(0, 300));
  return socket;
}

test('a client that stalls is cut off, and its place is free again', async () => {
  await start({ FILE_STALL_TIMEOUT_MS: '300' });
  const stalled = people.slice(0, 8).map(stall);
  const answers = await Promise.all(stalled.map(async (socket) => String(await once(socket, 'data'))));
  for (const answer of answers) expect(answer).toContain('UPLOAD_STALLED');
  for (const socket of stalled) socket.destroy();
  const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  expect((await post(people[9]!, formWith(bytes))).status).toBe(201);
}, 120_000);

test('of 200 uploads at once some are stored and the others told to come again, with little memory', async () => {
  await start(mallocSettings);
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const bytes = await sharp({ create: { width: 3000, height: 2000, channels: 3, background: 'red', noise } })
    .jpeg()
    .toBuffer();
  const form = formWith(bytes);
  const answers = await Promise.all(people.map((person) => post(person, form)));
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const code = answer.ok ? 'stored' : ((await answer.json()) as { code: string }).code;
    counts[code] = (counts[code] ?? 0) + 1;
    if (code === 'UPLOADS_BUSY') expect(answer.headers.get('retry-after')).toBe('5');
  }
  expect(Object.keys(counts).toSorted()).toEqual(['UPLOADS_BUSY', 'stored']);
  expect(counts.stored! + counts.UPLOADS_BUSY!).toBe(200);
  const stored = await school.database.row(
    { count: int },
    `SELECT count(*) AS count FROM platform_storedfile WHERE state = 'clean'`,
  );
  expect(stored!.count).toBe(counts.stored! + 1);
  const metrics = await (await server.fetch('/metrics')).text();
  const megabytes = Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)![1]) / 2 ** 20;
  if (process.env.SHOW_FIGURES) console.log({ counts, megabytes, sentMegabytes: form.length / 2 ** 20 });
  expect(megabytes).toBeLessThan(400);
}, 120_000);
