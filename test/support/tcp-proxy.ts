import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Pair {
  client: Socket;
  server: Socket;
}

/** Looks at what one end sends before it goes on; false: it does not go on. */
export type Watch = (bytes: Buffer, from: keyof Pair, pair: Pair) => boolean;

export function cut({ client, server }: Pair): void {
  client.destroy();
  server.destroy();
}

/** Stands between a program and a server of this machine: falls silent, is slow, or cuts a connection at a word. */
export class TcpProxy {
  watch: Watch = () => true;
  /** Each direction waits that long. */
  delayMs = 0;
  private isSilent = false;
  private readonly pairs = new Set<Pair>();

  private constructor(
    private readonly own: Server,
    private readonly target: { host: string; port: number },
  ) {
    own.on('connection', (client) => this.join(client));
  }

  /** In front of the server a URL names. */
  static async before(url: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(url);
    const own = createServer().listen(0, '127.0.0.1');
    await once(own, 'listening');
    return new TcpProxy(own, { host: hostname, port: Number(port) });
  }

  /** The same URL, by way of this proxy. */
  through(url: string): string {
    const { port } = this.own.address() as AddressInfo;
    return Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href;
  }

  /** As a cable that was pulled: connections stay, new ones are taken, and nothing passes. */
  fallSilent(): void {
    this.isSilent = true;
  }

  /** For connections made from now on: what was lost stays lost. */
  speakAgain(): void {
    this.cutAll();
    this.isSilent = false;
  }

  get connections(): number {
    return this.pairs.size;
  }

  cutAll(): void {
    for (const pair of this.pairs) cut(pair);
  }

  async stop(): Promise<void> {
    const closed = once(this.own, 'close');
    this.own.close();
    this.cutAll();
    await closed;
  }

  private join(client: Socket): void {
    const server = connect(this.target);
    const pair = { client, server };
    this.pairs.add(pair);
    this.carry(client, server, (bytes) => this.watch(bytes, 'client', pair));
    this.carry(server, client, (bytes) => this.watch(bytes, 'server', pair));
    for (const socket of [client, server])
      socket
        .on('error', () => socket.destroy())
        .once('close', () => {
          this.pairs.delete(pair);
          // A pulled cable tells neither end.
          if (!this.isSilent) cut(pair);
        });
  }

  private carry(from: Socket, to: Socket, passes: (bytes: Buffer) => boolean): void {
    from.setNoDelay(true).on('data', (bytes: Buffer) => {
      if (this.isSilent || !passes(bytes) || !to.writable) return;
      if (this.delayMs === 0) to.write(bytes);
      else setTimeout(() => to.writable && to.write(bytes), this.delayMs);
    });
  }
}
