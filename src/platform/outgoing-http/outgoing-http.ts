import { lookup as resolveName } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config';
import { errorLine } from '../errors/loggable-error';
import { isLoopback, isPublicAddress } from './public-address';

interface OutgoingResponse {
  status: number;
  /** What the header Retry-After asks for, or null. */
  retryAfterMs: number | null;
}

export interface OutgoingRequest {
  url: string;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** Why a request was not taken. The status is null if there was no response. */
export interface Refusal {
  status: number | null;
  error: string;
  retryAfterMs: number | null;
}

/** The connection is closed after this many bytes of a response. Its content is not used. */
const maxResponseBytes = 65_536;
/** More than two batches of messages, so that none waits for a connection while its time passes. */
const maxSocketsPerHost = 50;

/**
 * Sends requests to addresses that people have entered. It connects only to computers on the internet, so that nobody reaches the
 * services inside the network of the school with it (SSRF). A name is resolved once, and the connection uses the address that was
 * checked. Redirects are not followed.
 */
@Injectable()
export class OutgoingHttp implements OnApplicationShutdown {
  /** Tests replace it. */
  resolve: typeof resolveName = resolveName;
  private readonly agents: { 'http:': http.Agent; 'https:': https.Agent };
  private readonly isLoopbackAllowed: boolean;
  private readonly timeoutMs: number;

  constructor(private readonly config: Config) {
    const { OUTGOING_LOOPBACK: loopback, OUTGOING_TIMEOUT_MS: timeoutMs } = config.settings;
    this.isLoopbackAllowed = loopback === undefined ? !config.isProduction : loopback === 'on';
    this.timeoutMs = timeoutMs;
    // Connections are kept, because many messages go to one host. They belong to these agents only, so each one was checked.
    const options = { keepAlive: true, maxSockets: maxSocketsPerHost, lookup: this.lookup };
    this.agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  }

  /** Says why no request is sent to this address, or null if it is allowed. A name is not resolved here. */
  problemOf(target: string): string | null {
    if (!URL.canParse(target)) return 'must be a URL';
    const { protocol, username, password, hostname } = new URL(target);
    const isSecure = protocol === 'https:';
    if (!isSecure && (this.config.isProduction || protocol !== 'http:')) return 'must start with https://';
    if (username || password) return 'must not contain a username or a password';
    // A URL has one form for each address: `http://0x7f.1` has the host name 127.0.0.1.
    const address = hostname.replace(/^\[|\]$/g, '');
    return isIP(address) === 0 || this.isAllowed(address) ? null : 'must name a computer on the internet';
  }

  /** Sends the request that `compose` returns. Null if it was taken (2xx). An error of `compose` is a refusal without a response. */
  async attempt(compose: () => OutgoingRequest | Promise<OutgoingRequest>): Promise<Refusal | null> {
    try {
      const { url, headers, body } = await compose();
      const { status, retryAfterMs } = await this.post(url, headers, body);
      return status >= 200 && status < 300 ? null : { status, error: `HTTP ${status}`, retryAfterMs };
    } catch (error) {
      return { status: null, error: errorLine(error), retryAfterMs: null };
    }
  }

  /** Resolves with the status of any response. @throws if there is none, or if the address is not allowed */
  async post(target: string, headers: Record<string, string>, body: string | Buffer): Promise<OutgoingResponse> {
    const problem = this.problemOf(target);
    if (problem) throw new Error(`The address ${problem}`);
    const url = new URL(target);
    const signal = AbortSignal.timeout(this.timeoutMs);
    const { request } = url.protocol === 'https:' ? https : http;
    const agent = this.agents[url.protocol as keyof typeof this.agents];
    return new Promise((resolve, reject) => {
      const sent = request(url, {
        method: 'POST',
        agent,
        signal,
        headers: { ...headers, 'content-length': Buffer.byteLength(body), 'user-agent': 'TeoArt' },
      });
      sent.on('error', (error) =>
        reject(signal.aborted ? new Error(`There was no response within ${this.timeoutMs} ms`) : error),
      );
      sent.once('response', (response) => {
        resolve({ status: response.statusCode!, retryAfterMs: retryAfterOf(response.headers['retry-after']) });
        discard(response);
      });
      sent.end(body);
    });
  }

  onApplicationShutdown(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  /** The lookup of each connection. It returns only addresses that are allowed, and the connection uses no others. */
  private readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const refused = addresses.find(({ address }) => !this.isAllowed(address));
      const [first] = addresses;
      if (refused || !first) return callback(new Error(`${hostname} is not a computer on the internet`), []);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };

  private isAllowed(address: string): boolean {
    return isPublicAddress(address) || (this.isLoopbackAllowed && isLoopback(address));
  }
}

/** Reads a small response to its end, so that the connection can be used again, and cuts a large one. */
function discard(response: http.IncomingMessage): void {
  let size = 0;
  response.on('error', () => undefined);
  response.on('data', (part: Buffer) => {
    size += part.length;
    if (size > maxResponseBytes) response.destroy();
  });
}

/** Seconds or a date. Anything else counts as no answer. */
function retryAfterOf(header: string | undefined): number | null {
  if (!header) return null;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
