import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Pair {
  client: Socket;
  server: Socket;
}

/** Called with each chunk of bytes before it is forwarded. If it returns false, the chunk is dropped. */
export type Watch = (bytes: Buffer, from: keyof Pair, pair: Pair) => boolean;

export function cut({ client, server }: Pair): void {
  client.destroy();
  server.destroy();
}

/** A proxy between a program and a server on this machine, which can delay or drop data and cut connections. */
export class TcpProxy {
  watch: Watch = () => true;
  /** The delay of each chunk, in both directions. */
  delayMs = 0;
  private isPaused = false;
  private readonly pairs = new Set<Pair>();

  private constructor(
    private readonly server: Server,
    private readonly target: { host: string; port: number },
  ) {
    server.on('connection', (client) => this.join(client));
  }

  /** Starts a proxy in front of the server in the URL. */
  static async inFrontOf(url: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(url);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, { host: hostname, port: Number(port) });
  }

  /** Returns the URL with the address of this proxy. */
  urlThrough(url: string): string {
    const { port } = this.server.address() as AddressInfo;
    return Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href;
  }

  /** Behaves like a pulled cable: connections stay open, new ones are accepted, and no data pass. */
  pause(): void {
    this.isPaused = true;
  }

  /** Cuts the old connections and forwards data on new ones. Dropped data are not sent again. */
  resume(): void {
    this.cutAll();
    this.isPaused = false;
  }

  get connections(): number {
    return this.pairs.size;
  }

  cutAll(): void {
    for (const pair of this.pairs) cut(pair);
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.cutAll();
    await closed;
  }

  private join(client: Socket): void {
    const server = connect(this.target);
    const pair = { client, server };
    this.pairs.add(pair);
    this.forward(client, server, (bytes) => this.watch(bytes, 'client', pair));
    this.forward(server, client, (bytes) => this.watch(bytes, 'server', pair));
    for (const socket of [client, server])
      socket
        .on('error', () => socket.destroy())
        .once('close', () => {
          this.pairs.delete(pair);
          // With a pulled cable neither end notices that the other one closes.
          if (!this.isPaused) cut(pair);
        });
  }

  private forward(from: Socket, to: Socket, shouldPass: (bytes: Buffer) => boolean): void {
    from.setNoDelay(true).on('data', (bytes: Buffer) => {
      if (this.isPaused || !shouldPass(bytes) || !to.writable) return;
      if (this.delayMs === 0) to.write(bytes);
      else setTimeout(() => to.writable && to.write(bytes), this.delayMs);
    });
  }
}
