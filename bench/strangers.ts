import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** `strangers.js PORT CONNECTIONS MS`: large bodies without a token, one after the other on each connection. Prints how they were answered. */
const pauseMs = 20;

/** One megabyte of nested small objects. */
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
        const status = await once(port, head + body);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        await sleep(pauseMs);
      }
    }),
  );
  return [...statuses].map(([status, times]) => `${times} × ${status}`).join(', ');
}

/** A connection for each body: a server that refuses before it has read all may close it. */
function once(port: number, text: string): Promise<string> {
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
