import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChildScript } from './child-script';
import type { School } from './school';
import { TcpProxy } from './tcp-proxy';

/** Says why tests with a real Redis server are skipped; undefined if there is one. */
export const missingRedis =
  spawnSync('redis-server', ['--version']).status === 0
    ? undefined
    : 'there is no redis-server: apt-get install redis-server';

/** Runs the tests, or skips them by name if there is no Redis server. */
export function describeWithRedis(name: string, tests: () => void): void {
  if (missingRedis) describe.skip(`${name} (skipped: ${missingRedis})`, tests);
  else describe(name, tests);
}

/** A Redis server behind a proxy that can cut or stop the connections. */
export interface TestRedis {
  url: string;
  proxy: TcpProxy;
  /** Sends a command to the server. */
  run(...command: string[]): Promise<void>;
  end(): Promise<void>;
}

export async function startRedis(): Promise<TestRedis> {
  const server = await startChildScript('redis.mjs');
  const proxy = await TcpProxy.inFrontOf(server.firstLine);
  const end = async (): Promise<void> => {
    await proxy.stop();
    await server.end();
  };
  const run = async (...command: string[]): Promise<void> => {
    const { status, stderr } = spawnSync('redis-cli', ['-u', server.firstLine, ...command], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`redis-cli failed: ${stderr}`);
  };
  return { url: proxy.urlThrough(server.firstLine), proxy, run, end };
}

/** Waits until the process of the school has noticed that its cache server is reachable or not. */
export async function untilCacheServerIs(state: 'up' | 'down', school: School): Promise<void> {
  const line = `\nteoart_cache_server_up ${state === 'up' ? 1 : 0}\n`;
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(20))
    if ((await school.app.inject({ url: '/metrics' })).body.includes(line)) return;
  throw new Error(`The cache server is not ${state} for this process`);
}
