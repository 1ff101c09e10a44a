import { spawnSync } from 'node:child_process';
import { startChildScript } from './child-script';
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
  end(): Promise<void>;
}

export async function startRedis(): Promise<TestRedis> {
  const server = await startChildScript('redis.mjs');
  const proxy = await TcpProxy.inFrontOf(server.firstLine);
  const end = async (): Promise<void> => {
    await proxy.stop();
    await server.end();
  };
  return { url: proxy.urlThrough(server.firstLine), proxy, end };
}
