import { Connection, type Call, type HttpResponse } from './client';

const connectionCount = 16;

export interface Path {
  name: string;
  /** Whether the responses of the two servers can be compared. The response to a read depends only on the person. */
  isRead: boolean;
  expectedStatus: number;
  /** Returns the next request. A write must never be repeated. */
  next(): Call;
  /** How many more requests there are; without it there is no limit. */
  remaining?(): number;
}

export interface Load {
  durationMs: number;
  maxRequests?: number;
}

export interface LoadResult {
  requestCount: number;
  requestsPerSecond: number;
  p99Ms: number;
}

/** Sends requests over 16 connections, each after the response to the one before. @throws if a response has another status than expected */
export async function load(
  port: number,
  path: Path,
  { durationMs, maxRequests = Infinity }: Load,
): Promise<LoadResult> {
  const connections = await Promise.all(Array.from({ length: connectionCount }, () => Connection.open(port)));
  const startedMs = performance.now();
  const durationsMs: number[] = [];
  let sentCount = 0;
  try {
    await Promise.all(
      connections.map(async (connection) => {
        let sentMs = performance.now();
        while (sentMs - startedMs < durationMs && sentCount < maxRequests) {
          sentCount++;
          requireStatus(await connection.send(path.next()), path, port);
          const answeredMs = performance.now();
          durationsMs.push(answeredMs - sentMs);
          sentMs = answeredMs;
        }
      }),
    );
  } finally {
    for (const connection of connections) connection.close();
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  return { requestCount: sentCount, requestsPerSecond: sentCount / seconds, p99Ms: percentile(durationsMs, 0.99) };
}

/** The value that this share of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const ascending = values.toSorted((left, right) => left - right);
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? NaN;
}

/** Sends one request and returns the parsed body of the response. */
export async function sendOnce(port: number, path: Path): Promise<unknown> {
  const connection = await Connection.open(port);
  const response = await connection.send(path.next());
  connection.close();
  requireStatus(response, path, port);
  return JSON.parse(response.body) as unknown;
}

function requireStatus({ status, body }: HttpResponse, path: Path, port: number): void {
  if (status !== path.expectedStatus) throw new Error(`${path.name} on port ${port}: ${status} ${body.slice(0, 300)}`);
}
