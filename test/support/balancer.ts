import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const checkEveryMs = 100;

interface Backend {
  url: string;
  agent: Agent;
  ready: boolean;
}

/**
 * What stands before several instances: asks each whether it is ready, keeps connections to them alive, hands requests out
 * in turn. It tries nothing twice: a request an instance drops is lost, and answered 502.
 */
export class Balancer {
  private backends: Backend[] = [];
  private turn = 0;
  private readonly server: Server;
  private readonly checks: NodeJS.Timeout;
  readonly served = new Map<string, number>();

  private constructor() {
    this.server = createServer((incoming, answer) => this.pass(incoming, answer));
    // Node closes what was idle for five seconds, and would meet the next request of a client that had a pause.
    this.server.keepAliveTimeout = 0;
    this.checks = setInterval(() => void Promise.all(this.backends.map(check)), checkEveryMs);
  }

  static async start(): Promise<Balancer> {
    const balancer = new Balancer();
    await new Promise<void>((resolve) => balancer.server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  add(url: string): void {
    this.backends.push({ url, agent: new Agent({ keepAlive: true }), ready: true });
  }

  remove(url: string): void {
    this.backends = this.backends.filter((backend) => backend.url !== url);
  }

  async close(): Promise<void> {
    clearInterval(this.checks);
    for (const { agent } of this.backends) agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const ready = this.backends.filter((backend) => backend.ready);
    const backend = ready[this.turn++ % ready.length];
    if (!backend) return void answer.writeHead(502).end('no instance is ready');
    const { method, headers } = incoming;
    this.served.set(backend.url, (this.served.get(backend.url) ?? 0) + 1);
    const own = { ...headers, connection: 'keep-alive' };
    const outgoing = request(backend.url + incoming.url, { method, headers: own, agent: backend.agent }, (response) => {
      const { connection: _ours, ...kept } = response.headers;
      answer.writeHead(response.statusCode!, kept);
      response.pipe(answer);
    });
    outgoing.on('error', (error) => answer.writeHead(502).end(error.message));
    incoming.pipe(outgoing);
  }
}

async function check(backend: Backend): Promise<void> {
  const answer = await fetch(`${backend.url}/health/ready`).catch(() => null);
  backend.ready = answer?.status === 200;
  await answer?.arrayBuffer();
}
