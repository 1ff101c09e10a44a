import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * `anonymous-clients.js PORT CLIENTS MS` sends large bodies without a token. Each client sends one body after the other. At the
 * end it prints how many responses had which status.
 */
const pauseMs = 20;

/** A JSON body of one megabyte with small nested objects. */
const largeBody = (): string => {
  const item = '{"a":{"b":[{"c":1},{"d":2},{"e":{"f":3}}]}},';
  return `{"title":"x","list":[${item.repeat(Math.floor(1_000_000 / item.length))}1]}`;
};

async function attack(port: number, count: number, durationMs: number): Promise<string> {
  const body = largeBody();
  const head = `POST /api/v1/courses HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const statuses = new Map<string, number>();
  const end = performance.now() + durationMs;
  await Promise.all(
    Array.from({ length: count }, async () => {
      while (performance.now() < end) {
        const status = await sendOnce(port, head + body);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        await sleep(pauseMs);
      }
    }),
  );
  return [...statuses].map(([status, responseCount]) => `${responseCount} × ${status}`).join(', ');
}

/** Each body has its own connection, because a server may close the connection when it refuses a body before reading it all. */
function sendOnce(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(text));
    let status = 'cut';
    socket.setTimeout(30_000, () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      if (status === 'cut') status = bytes.toString('latin1', 9, 12);
      socket.destroy();
    });
    socket.on('error', () => undefined).on('close', () => resolve(status));
  });
}

const [port, count, durationMs] = process.argv.slice(2).map(Number) as [number, number, number];
void attack(port, count, durationMs).then(console.log);
