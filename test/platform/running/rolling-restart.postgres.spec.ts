import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshDatabaseUrl } from '../../support/database-url';
import { Balancer } from '../../support/balancer';
import { School } from '../../support/school';
import { Server } from '../../support/server';

const connections = 50;
const pauseMs = 100;
/** The test starts a server four times, which is slow on a machine that is busy with other tests. */
const patienceMs = 180_000;
const environment = { STOP_WAIT_MS: '600' };

interface Ask {
  method: 'GET' | 'PATCH';
  path: string;
  body?: string;
  status: number;
}

/** Reads, writes and a refused request. Each response must be the right one. */
const asks: Ask[] = [
  { method: 'GET', path: '/api/v1/courses', status: 200 },
  { method: 'GET', path: '/api/v1/me', status: 200 },
  { method: 'PATCH', path: '/api/v1/me', body: JSON.stringify({ bio: 'Paints while others restart' }), status: 200 },
  { method: 'GET', path: '/api/v1/courses/999', status: 404 },
];

let url: string;
let tokens: string[];
beforeAll(async () => {
  url = await freshDatabaseUrl();
  const school = await School.open({ url });
  tokens = await Promise.all(Array.from({ length: 10 }, async () => (await school.student()).token!));
  await school.close();
});

function ask(port: number, agent: Agent, token: string, { method, path, body }: Ask): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) };
  return new Promise((resolve) => {
    request({ port, host: '127.0.0.1', path, method, agent, headers }, (answer) => {
      let text = '';
      answer.on('data', (part) => (text += part)).on('end', () => resolve(`${answer.statusCode} ${text}`));
    })
      .on('error', (error) => resolve(`lost: ${error.message}`))
      .end(body);
  });
}

it(
  'no request of fifty connections fails while two instances are restarted one after the other',
  async () => {
    const balancer = await Balancer.start();
    let instances = [await Server.start(url, environment), await Server.start(url, environment)];
    for (const instance of instances) balancer.add(instance.url);
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const wrong: string[] = [];
    let answered = 0;
    const until = new AbortController();
    const load = Array.from({ length: connections }, async (_, index) => {
      for (let round = index; !until.signal.aborted; round++) {
        const wanted = asks[round % asks.length]!;
        const answer = await ask(balancer.port, agent, tokens[index % tokens.length]!, wanted);
        if (answer.startsWith(String(wanted.status))) answered++;
        else wrong.push(`${wanted.method} ${wanted.path}: ${answer}`);
        // The requests are throttled, because at full speed they would leave no CPU time to the instance that starts.
        await sleep(pauseMs);
      }
    });
    await sleep(500);
    for (const old of instances) {
      expect(await old.stop()).toBe(0);
      balancer.remove(old.url);
      const next = await Server.start(url, environment);
      balancer.add(next.url);
      instances = [...instances.filter((each) => each !== old), next];
      while ((balancer.requestsByUrl.get(next.url) ?? 0) < 20) await sleep(20);
    }
    until.abort();
    await Promise.all(load);
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(answered).toBeGreaterThan(4 * connections);
    agent.destroy();
    await balancer.close();
    await Promise.all(instances.map((instance) => instance.stop()));
  },
  patienceMs,
);
