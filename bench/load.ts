import { Connection, type Call } from './client';

const connectionCount = 16;

export interface Path {
  name: string;
  /** Whether the responses of the two servers can be compared. The response to a read depends only on the person. */
  isRead: boolean;
  expectedStatus: number;
  /** Returns the next request. A write must never be repeated. */
  next(): Call;
}

export interface LoadResult {
  requestsPerSecond: number;
  requestCount: number;
}

/** Sends requests over 16 connections for `durationMs`. @throws if a response has another status than expected */
export async function load(port: number, path: Path, durationMs: number): Promise<LoadResult> {
  const connections = await Promise.all(Array.from({ length: connectionCount }, () => Connection.open(port)));
  const startedMs = performance.now();
  let sentCount = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() - startedMs < durationMs) {
        sentCount++;
        const { status, body } = await connection.send(path.next());
        if (status !== path.expectedStatus)
          throw new Error(`${path.name} on port ${port}: ${status} ${body.slice(0, 300)}`);
      }
    }),
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  for (const connection of connections) connection.close();
  return { requestsPerSecond: sentCount / seconds, requestCount: sentCount };
}

/** Sends one request and returns the parsed body of the response. */
export async function sendOnce(port: number, call: Call): Promise<unknown> {
  const connection = await Connection.open(port);
  const { body } = await connection.send(call);
  connection.close();
  return JSON.parse(body) as unknown;
}
