import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** A status with headers and a body, `hang` for no response, or `drop` for a connection that ends without one, or `endless` for one that never ends. */
export type Answer =
  number | { status: number; headers?: Record<string, string>; body?: string } | 'hang' | 'drop' | 'endless';

/** A real HTTP server of somebody else, which a test makes refuse, hang or redirect. */
export class HttpReceiver {
  readonly received: ReceivedRequest[] = [];
  onRequest: (request: ReceivedRequest) => Answer | Promise<Answer> = () => 204;

  private readonly events = new EventEmitter();

  private constructor(private readonly server: Server) {}

  static async start(port = 0, host = '127.0.0.1'): Promise<HttpReceiver> {
    const receiver: HttpReceiver = new HttpReceiver(
      createServer((request, response) => {
        void (async () => {
          const { method = '', url = '', headers } = request;
          const received = { method, path: url, headers: singleValues(headers), body: await buffer(request) };
          receiver.received.push(received);
          const answer = await receiver.onRequest(received);
          if (answer === 'hang') return;
          if (answer === 'endless') {
            response.once('close', () => receiver.events.emit('cut'));
            return void Readable.from(endless()).pipe(response.writeHead(200));
          }
          if (answer === 'drop') return void request.socket.destroy();
          const { status, headers: more = {}, body = '' } = typeof answer === 'number' ? { status: answer } : answer;
          response.writeHead(status, more).end(body);
          // A sender that is killed ends its connection in the middle.
        })().catch(() => undefined);
      }),
    );
    receiver.server.listen(port, host);
    await once(receiver.server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when a client closes the connection of an endless response. */
  nextCut = (): Promise<unknown> => once(this.events, 'cut');

  /** Accepts everything from now on, and forgets what was received. */
  reset(): void {
    this.received.length = 0;
    this.onRequest = () => 204;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

const singleValues = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

function* endless(): Generator<string> {
  for (;;) yield 'x'.repeat(10_000);
}
