import { deepStrictEqual } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { load, sendOnce, type Path } from './load';
import { readProcessorMs } from './processes';
import type { School } from './school';
import { pairsOf, type Server } from './servers';

const warmUpRequests = 3_000;
const maxWarmUpMs = 3_000;
const maxDeliveryMs = 60_000;
const pollMs = 100;

export interface Measurement {
  requestsPerSecond: number;
  p99Ms: number;
  /** Processor time per request, of the server's processes and of the database's. */
  serverMs: number;
  databaseMs: number | null;
}

/** The measurements of one path by the name of the server, one of each round. */
export type PathResult = Map<string, Measurement[]>;

/**
 * Measures one path on each server, one after the other. The first server changes with each round, so that other load on the machine
 * affects all of them.
 */
export async function measurePath(
  school: School,
  servers: readonly Server[],
  pathIndex: number,
  { rounds, durationMs }: { rounds: number; durationMs: number },
): Promise<PathResult> {
  await requireSameResponses(servers, pathIndex);
  for (const server of servers) await warmUp(school, server, server.paths[pathIndex]!);
  const result: PathResult = new Map(servers.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < servers.length; turn++) {
      const server = servers[(round + turn) % servers.length]!;
      const path = server.paths[pathIndex]!;
      // What can be done only once is divided among the rounds, so that none of them is without requests.
      const maxRequests = path.remaining ? Math.floor(path.remaining() / (rounds - round)) : Infinity;
      result.get(server.name)!.push(await measureLoad(school, server, path, { durationMs, maxRequests }));
    }
  }
  return result;
}

/** A server that has just started runs code that is not compiled yet, so it gets requests before it is measured. */
async function warmUp(school: School, server: Server, path: Path): Promise<void> {
  const share = path.remaining ? Math.floor(path.remaining() / 4) : Infinity;
  await load(server.port, path, { durationMs: maxWarmUpMs, maxRequests: Math.min(warmUpRequests, share) });
  if (!path.isRead) await waitForDeliveries(school, server);
}

/** The processor time includes the deliveries of the events that the requests have published. */
async function measureLoad(
  school: School,
  server: Server,
  path: Path,
  limits: { durationMs: number; maxRequests: number },
): Promise<Measurement> {
  const serverMsBefore = readProcessorMs(server.process.pid);
  const databaseMsBefore = school.processorMs();
  const { requestCount, requestsPerSecond, p99Ms } = await load(server.port, path, limits);
  if (!path.isRead) await waitForDeliveries(school, server);
  const serverMs = (readProcessorMs(server.process.pid) - serverMsBefore) / requestCount;
  const databaseMs = databaseMsBefore === null ? null : (school.processorMs()! - databaseMsBefore) / requestCount;
  return { requestsPerSecond, p99Ms, serverMs, databaseMs };
}

/** Waits until our server has delivered its events, because its worker would slow down the next measurement. */
async function waitForDeliveries(school: School, { kind, name, databaseUrl }: Server): Promise<void> {
  if (kind !== 'ours') return;
  const sql = 'SELECT count(*) AS waiting FROM platform_outbox WHERE dead_at IS NULL';
  const endMs = performance.now() + maxDeliveryMs;
  for (;;) {
    const [row] = await school.execute(databaseUrl, sql);
    if (Number(row!.waiting) === 0) return;
    if (performance.now() > endMs)
      throw new Error(`${name} has not delivered ${String(row!.waiting)} events after a minute`);
    await sleep(pollMs);
  }
}

/** Throws if our server and its reference send different responses, because their speeds could not be compared then. */
async function requireSameResponses(servers: readonly Server[], pathIndex: number): Promise<void> {
  const responses = new Map<string, unknown>();
  for (const { name, port, paths } of servers) responses.set(name, await sendOnce(port, paths[pathIndex]!));
  for (const [server, reference] of pairsOf(servers))
    deepStrictEqual(comparable(responses.get(reference.name)), comparable(responses.get(server.name)));
}

/** Ids and times of new rows differ. The reference does not tie its cursors to the filters of their list. */
function comparable(response: unknown): unknown {
  const found = response as Record<string, unknown> & { page?: { nextCursor: string | null } };
  if (found.operationId) return { ...found, id: null, operationId: null, createdAt: null };
  if (found.lessonId) return { ...found, completedAt: null };
  if (!found.page?.nextCursor) return found;
  return { ...found, page: { ...found.page, nextCursor: found.page.nextCursor.split('.', 1)[0] } };
}
