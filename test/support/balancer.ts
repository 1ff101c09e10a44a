import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const checkIntervalMs = 100;

interface Backend {
  url: string;
  agent: Agent;
  isReady: boolean;
}

/**
 * A load balancer for several instances. It polls whether each instance is ready, keeps connections to the instances alive, and
 * distributes requests evenly (round robin). It never retries, so a request that an instance drops gets a 502.
 */
export class Balancer {
  private backends: Backend[] = [];
  private requestCount = 0;
  private readonly server: Server;
  private readonly checks: NodeJS.Timeout;
  readonly requestsByUrl = new Map<string, number>();

  private constructor() {
    this.server = createServer((incoming, outgoing) => this.forward(incoming, outgoing));
    // Node closes a connection that was idle for five seconds, which could break the next request of a client.
    this.server.keepAliveTimeout = 0;
    this.checks = setInterval(() => void Promise.all(this.backends.map(checkReadiness)), checkIntervalMs);
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
    this.backends.push({ url, agent: new Agent({ keepAlive: true }), isReady: true });
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

  private forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const readyBackends = this.backends.filter((candidate) => candidate.isReady);
    const backend = readyBackends[this.requestCount % readyBackends.length];
    this.requestCount++;
    if (!backend) return void outgoing.writeHead(502).end('no instance is ready');
    const { method, headers } = incoming;
    this.requestsByUrl.set(backend.url, (this.requestsByUrl.get(backend.url) ?? 0) + 1);
    const ownHeaders = { ...headers, connection: 'keep-alive' };
    const backendRequest = request(
      backend.url + incoming.url,
      { method, headers: ownHeaders, agent: backend.agent },
      (response) => {
        const { connection: _connection, ...forwardedHeaders } = response.headers;
        outgoing.writeHead(response.statusCode!, forwardedHeaders);
        response.pipe(outgoing);
      },
    );
    backendRequest.on('error', (error) => outgoing.writeHead(502).end(error.message));
    incoming.pipe(backendRequest);
  }
}

async function checkReadiness(backend: Backend): Promise<void> {
  const response = await fetch(`${backend.url}/health/ready`).catch(() => null);
  backend.isReady = response?.status === 200;
  await response?.arrayBuffer();
}
