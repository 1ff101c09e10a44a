import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { keccak256 } from 'ethers';

export interface Call {
  method: string;
  params: readonly unknown[];
}

/** Sends the call to the node, unchanged or with other parameters. @throws RpcError if the node responds with an error */
export type Forward = (params?: readonly unknown[]) => Promise<any>;
/** Returns the result or an HttpFault for the whole HTTP response, or throws an RpcError. */
export type Intercept = (call: Call, forward: Forward) => unknown;

/** An error response of JSON-RPC. */
export class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

/** A fault of the whole HTTP response, also if it belongs to a batch with other calls. */
export class HttpFault {
  constructor(readonly applyTo: (response: ServerResponse) => void) {}
}

interface Envelope {
  id: unknown;
  method: string;
  params?: unknown[];
}

const forwardUnchanged: Intercept = (_call, forward) => forward();

/**
 * A proxy between the application and a node. It counts calls, injects faults into responses, and records each transaction
 * that is sent. The calls of a batch are forwarded one after the other, in their order.
 */
export class RpcProxy {
  /** Called for each call of the application. Calls are forwarded unchanged until a test sets another function. */
  intercept: Intercept = forwardUnchanged;
  /** Called with the hash of each raw transaction before `intercept`. If it returns false, the transaction is refused. */
  permit: (hash: string) => Promise<boolean> | boolean = () => true;
  /** The hashes of all raw transactions that were sent, refused and repeated ones included. */
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
      this.respond(request, response).catch(() => response.destroy());
    });
  }

  static async start(nodeUrl: string): Promise<RpcProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RpcProxy(server, nodeUrl);
  }

  /** Resets the counts and the faults. Recorded transactions and refusals stay. */
  reset(): void {
    this.counts = noCounts();
    this.intercept = forwardUnchanged;
  }

  /** Closes the connections of callers that still wait for a response. */
  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await json(request)) as Envelope | Envelope[];
    this.counts.requests += 1;
    const results: unknown[] = [];
    for (const envelope of [body].flat()) {
      const result = await this.resultOf(envelope);
      if (result instanceof HttpFault) return result.applyTo(response);
      results.push(result);
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(Array.isArray(body) ? results : results[0]));
  }

  private async resultOf({ id, method, params = [] }: Envelope): Promise<unknown> {
    this.counts.calls[method] = (this.counts.calls[method] ?? 0) + 1;
    const forward: Forward = (otherParams = params) => this.callNode(method, otherParams);
    try {
      if (method === 'eth_sendRawTransaction') await this.recordTransaction(params[0] as string);
      const result = await this.intercept({ method, params }, forward);
      return result instanceof HttpFault ? result : { jsonrpc: '2.0', id, result };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return { jsonrpc: '2.0', id, error: { code: error.code, message: error.message, data: error.data } };
    }
  }

  private async recordTransaction(raw: string): Promise<void> {
    const hash = keccak256(raw);
    this.rawTransactions.push(hash);
    if (await this.permit(hash)) return;
    this.refusals += 1;
    throw new RpcError(-32_000, `refused by the test: ${hash}`);
  }

  private async callNode(method: string, params: readonly unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.nodeUrl, { method: 'POST', headers, body });
    const { result, error } = (await response.json()) as { result?: unknown; error?: RpcError };
    if (error) throw new RpcError(error.code, error.message, error.data);
    return result ?? null;
  }
}

interface Counts {
  /** The number of HTTP requests. A batch is one request. */
  requests: number;
  calls: Record<string, number>;
}

function noCounts(): Counts {
  return { requests: 0, calls: {} };
}
