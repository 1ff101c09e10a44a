import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { keccak256 } from 'ethers';

export interface Call {
  method: string;
  params: readonly unknown[];
}

/** Asks the node: the call as it came, or with other parameters. @throws RpcError as the node answered it */
export type Forward = (params?: readonly unknown[]) => Promise<any>;
/** Gives the result, or a fault of the whole HTTP answer, or throws an RpcError. */
export type Intercept = (call: Call, forward: Forward) => unknown;

/** An answer of JSON-RPC that is an error. */
export class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

/** What happens to the HTTP answer as a whole, whatever else a batch asked. */
export class HttpFault {
  constructor(readonly befall: (response: ServerResponse) => void) {}
}

interface Envelope {
  id: unknown;
  method: string;
  params?: unknown[];
}

const passOn: Intercept = (_call, forward) => forward();

/**
 * Stands between us and a node: counts what is asked, spoils answers, and watches each transaction that leaves. Calls of
 * a batch are forwarded one after the other, in their order.
 */
export class RpcProxy {
  /** The node's own answers until a test sets something else. */
  intercept: Intercept = passOn;
  /** Asked for the hash of each raw transaction, before anything else happens to it; false refuses it. */
  permit: (hash: string) => Promise<boolean> | boolean = () => true;
  /** Hashes of all raw transactions that were sent to us, refused ones too, each as often as it came. */
  readonly rawTransactions: string[] = [];
  refusals = 0;
  counts = noCounts();
  readonly url: string;

  private constructor(
    private readonly server: Server,
    private readonly nodeUrl: string,
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(nodeUrl: string): Promise<RpcProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RpcProxy(server, nodeUrl);
  }

  /** Counts from zero again, and passes everything on. What was sent and refused stays on record. */
  reset(): void {
    this.counts = noCounts();
    this.intercept = passOn;
  }

  /** Callers that still wait for an answer are cut off. */
  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = (await json(request)) as Envelope | Envelope[];
    this.counts.requests += 1;
    const answers: unknown[] = [];
    for (const envelope of [asked].flat()) {
      const answer = await this.answerTo(envelope);
      if (answer instanceof HttpFault) return answer.befall(response);
      answers.push(answer);
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(Array.isArray(asked) ? answers : answers[0]));
  }

  private async answerTo({ id, method, params = [] }: Envelope): Promise<unknown> {
    this.counts.calls[method] = (this.counts.calls[method] ?? 0) + 1;
    const forward: Forward = (others = params) => this.ask(method, others);
    try {
      if (method === 'eth_sendRawTransaction') await this.examine(params[0] as string);
      const result = await this.intercept({ method, params }, forward);
      return result instanceof HttpFault ? result : { jsonrpc: '2.0', id, result };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return { jsonrpc: '2.0', id, error: { code: error.code, message: error.message, data: error.data } };
    }
  }

  private async examine(raw: string): Promise<void> {
    const hash = keccak256(raw);
    this.rawTransactions.push(hash);
    if (await this.permit(hash)) return;
    this.refusals += 1;
    throw new RpcError(-32_000, `refused by the test: ${hash}`);
  }

  private async ask(method: string, params: readonly unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.nodeUrl, { method: 'POST', headers, body });
    const { result, error } = (await response.json()) as { result?: unknown; error?: RpcError };
    if (error) throw new RpcError(error.code, error.message, error.data);
    return result ?? null;
  }
}

interface Counts {
  /** HTTP requests; a batch is one. */
  requests: number;
  calls: Record<string, number>;
}

function noCounts(): Counts {
  return { requests: 0, calls: {} };
}
