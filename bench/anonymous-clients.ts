import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * `anonymous-clients.js PORT CLIENTS MS` sends large bodies without a token for MS milliseconds. Each client sends one body
 * after the other. At the end the script prints how many responses had which status.
 */
const pauseMs = 20;

/** A JSON body of one megabyte with small nested objects. */
const createLargeBody = (): string => {
  const item = '{"a":{"b":[{"c":1},{"d":2},{"e":{"f":3}}]}},';
  return `{"title":"x","list":[${item.repeat(Math.floor(1_000_000 / item.length))}1]}`;
};

async function sendBodies(port: number, clientCount: number, durationMs: number): Promise<string> {
  const body = createLargeBody();
  const head = `POST /api/v1/courses HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const statuses = new Map<string, number>();
  const endMs = performance.now() + durationMs;
  await Promise.all(
    Array.from({ length: clientCount }, async () => {
      while (performance.now() < endMs) {
        const status = await sendOnce(port, head + body);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        await sleep(pauseMs);
      }
    }),
  );
  return [...statuses].map(([status, responseCount]) => `${responseCount} × ${status}`).join(', ');
}

/**
 * Sends one request over its own connection because a server may close the connection when it refuses a body.
 * @returns the status, or `cut` if the connection ended without a response
 */
function sendOnce(port: number, request: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(request));
    let status = 'cut';
    socket.setTimeout(30_000, () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      // The status follows `HTTP/1.1 `.
      if (status === 'cut') status = bytes.toString('latin1', 9, 12);
      socket.destroy();
    });
    socket.on('error', () => undefined).on('close', () => resolve(status));
  });
}

const [port, clientCount, durationMs] = process.argv.slice(2).map(Number) as [number, number, number];
void sendBodies(port, clientCount, durationMs).then(console.log);
