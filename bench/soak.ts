import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './client';
import { percentile, type Path } from './load';
import { median } from './report';
import type { Server } from './servers';
import { secret } from './school';

const connectionCount = 8;
/** People think between two requests. With it, the load leaves the processors idle for a part of the time. */
const pauseMs = 20;
const minuteMs = 60_000;
/** A figure is the median of this many samples, one each second, because the heap grows and shrinks all the time. */
const sampleCount = 30;
/** How many of twenty requests go to each path of `hotPaths`, in its order: eighteen read and two write. */
const shares = [4, 4, 3, 2, 2, 3, 1, 1];

interface Sample {
  rssMb: number;
  heapMb: number;
  fileDescriptors: number;
  loopDelayP99Ms: number;
  loopDelayMaxMs: number;
}

const titles: Record<keyof Sample, string> = {
  rssMb: 'resident memory (MB)',
  heapMb: 'used heap (MB)',
  fileDescriptors: 'open file descriptors',
  loopDelayP99Ms: 'event loop delay, p99 (ms)',
  loopDelayMaxMs: 'event loop delay, max (ms)',
};

/** Sends a mixed load for some minutes and prints what the process used at the start, in the middle and at the end. */
export async function soak(server: Server, minutes: number): Promise<void> {
  const endMs = performance.now() + minutes * minuteMs;
  const durationsMs: number[] = [];
  const errors: string[] = [];
  const clients = Array.from({ length: connectionCount }, (_, index) =>
    sendUntil(server, endMs, index, durationsMs).catch((error: unknown) => errors.push(String(error))),
  );
  const columns: { name: string; sample: Sample }[] = [];
  // The first samples are taken after a minute, when the code is compiled and the caches are filled.
  for (const [name, share] of [
    ['start', 0],
    ['middle', 0.5],
    ['end', 1],
  ] as const) {
    const span = minutes * minuteMs - minuteMs - sampleCount * 1_000;
    const dueMs = endMs - sampleCount * 1_000 - (1 - share) * Math.max(0, span);
    await sleep(Math.max(0, dueMs - performance.now()));
    columns.push({ name, sample: await takeSample(server) });
    console.error(`${name}: ${durationsMs.length} requests`);
  }
  await Promise.all(clients);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  console.log(toTable(columns));
  console.log(
    `\n${durationsMs.length} requests in ${minutes} minutes, p99 ${percentile(durationsMs, 0.99).toFixed(0)} ms, no error`,
  );
}

async function sendUntil(server: Server, endMs: number, offset: number, durationsMs: number[]): Promise<void> {
  const connection = await Connection.open(server.port);
  const order = shares.flatMap((share, index) => Array.from({ length: share }, () => server.paths[index]!));
  for (let count = offset; performance.now() < endMs; count++) {
    const path = nextPath(order, count);
    const sentMs = performance.now();
    const { status, body } = await connection.send(path.next());
    if (status !== path.expectedStatus) throw new Error(`${path.name}: ${status} ${body.slice(0, 300)}`);
    durationsMs.push(performance.now() - sentMs);
    await sleep(pauseMs);
  }
  connection.close();
}

/** When all lessons are completed, the previous path is used again. */
function nextPath(order: readonly Path[], count: number): Path {
  const path = order[(count * 7) % order.length]!;
  return path.remaining?.() === 0 ? order.at(-2)! : path;
}

async function takeSample({ port, process: { pid } }: Server): Promise<Sample> {
  const samples: Sample[] = [];
  for (let count = 0; count < sampleCount; count++) {
    await sleep(1_000);
    samples.push({ ...(await readMetrics(port)), ...readProcess(pid) });
  }
  const keys = Object.keys(titles) as (keyof Sample)[];
  return Object.fromEntries(
    keys.map((key) => [key, median(samples.map((sample) => sample[key]))]),
  ) as unknown as Sample;
}

/** The delays are those since the last call. */
async function readMetrics(port: number): Promise<Pick<Sample, 'heapMb' | 'loopDelayP99Ms' | 'loopDelayMaxMs'>> {
  const headers = { authorization: `Bearer ${secret}` };
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
  const text = await response.text();
  const read = (name: string): number => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1]);
  return {
    heapMb: read('nodejs_heap_size_used_bytes') / 2 ** 20,
    loopDelayP99Ms: read('nodejs_eventloop_lag_p99_seconds') * 1_000,
    loopDelayMaxMs: read('nodejs_eventloop_lag_max_seconds') * 1_000,
  };
}

function readProcess(pid: number): Pick<Sample, 'rssMb' | 'fileDescriptors'> {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1];
  return { rssMb: Number(kilobytes) / 1_024, fileDescriptors: readdirSync(`/proc/${pid}/fd`).length };
}

function toTable(columns: readonly { name: string; sample: Sample }[]): string {
  const lines = (Object.keys(titles) as (keyof Sample)[]).map((key) => {
    const figures = columns.map(({ sample }) => sample[key].toFixed(key.endsWith('Ms') ? 1 : 0));
    return `| ${[titles[key], ...figures].join(' | ')} |`;
  });
  return ['', `| | ${columns.map(({ name }) => name).join(' | ')} |`, '| --- | ---: | ---: | ---: |', ...lines].join(
    '\n',
  );
}
