import { Connection, type Call } from './client';

const concurrent = 16;

export interface Path {
  name: string;
  /** A read answers the same to everybody who asks as the same person: it is compared between the two servers. */
  isRead: boolean;
  expects: number;
  /** The next request; writes must never be repeated. */
  next(): Call;
}

export interface Rate {
  perSecond: number;
  requests: number;
}

/** Sends requests over 16 connections for a time. */
export async function load(port: number, path: Path, durationMs: number): Promise<Rate> {
  const connections = await Promise.all(Array.from({ length: concurrent }, () => Connection.open(port)));
  const started = performance.now();
  let sent = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() - started < durationMs) {
        sent++;
        const { status, body } = await connection.send(path.next());
        if (status !== path.expects) throw new Error(`${path.name} on port ${port}: ${status} ${body.slice(0, 300)}`);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  for (const connection of connections) connection.close();
  return { perSecond: sent / seconds, requests: sent };
}

/** One request; its parsed body. */
export async function ask(port: number, call: Call): Promise<unknown> {
  const connection = await Connection.open(port);
  const { body } = await connection.send(call);
  connection.close();
  return JSON.parse(body) as unknown;
}
