import { Etags } from './etags.ts';
import type { AllOptions } from './operation.ts';
import type { OperationFacts, Values } from './operation-facts.ts';
import { noResponse, ProblemError, readProblem } from './problems.ts';
import { buildRequest, type BuiltRequest } from './request.ts';
import { withRetries, type RetryLimits, type Try } from './retry.ts';
import {
  memoryTokens,
  pickTokens,
  RefreshFailed,
  SessionTokens,
  type ReceivedResponse,
  type TokenStore,
} from './tokens.ts';
import type { Tokens } from './generated/schemas.ts';

export interface ClientOptions {
  /** The address of the school, such as `https://school.example`. By default, that of the page. */
  baseUrl?: string;
  /** Where the tokens are kept. By default, in a variable. */
  tokens?: TokenStore;
  /** The limit of each try in milliseconds. The default is 20,000; the server answers within 15 seconds. */
  timeoutMs?: number;
  /** The default is three tries, and no wait longer than 30 seconds. */
  retries?: Partial<RetryLimits>;
  /** The default is the global `fetch`. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Called when the session has ended: after a sign-out, after `session.forget()`, or when the server refuses to refresh the tokens. */
  onSessionEnd?: () => void;
}

export interface Received<T> {
  data: T;
  response: Response;
}

type SentRequest = Pick<BuiltRequest, 'method' | 'url' | 'headers' | 'body'>;

const refreshPath = '/api/v1/auth/refresh';
const signOutPath = '/api/v1/auth/logout';

/** The connection to one school for one user: it sends requests, with the tokens, keys and ETags that they need. */
export class Connection {
  readonly tokens: SessionTokens;
  private readonly etags = new Etags();
  private readonly limits: RetryLimits;
  private readonly timeoutMs: number;
  private readonly options: ClientOptions;

  constructor(options: ClientOptions) {
    this.options = options;
    this.timeoutMs = options.timeoutMs ?? 20_000;
    this.limits = { maxTries: 3, maxWaitMs: 30_000, ...options.retries };
    const store = this.announcingEnd(options.tokens ?? memoryTokens());
    this.tokens = new SessionTokens(store, (refreshToken) => this.requestTokens(refreshToken));
  }

  /** Calls an operation and reads its response. @throws ProblemError, or the reason of `options.signal` */
  async call<T>(operation: OperationFacts, values: Values, options: AllOptions = {}): Promise<Received<T>> {
    const request = buildRequest(operation, values, options, this.etags);
    const outcome = await withRetries(
      this.limits,
      options.signal,
      (response) => canRepeat(request, response),
      () => this.tryOnce(operation, request, options),
    );
    // Also without a response: the user of this device wanted to leave.
    if (operation.path === signOutPath) await this.tokens.save(null);
    const { result, response } = outcome;
    if (!response?.ok || !result) throw await errorOf(outcome, operation, request);
    const data = await readData(result);
    await this.learn(operation, request, response, data);
    return { data: data as T, response };
  }

  /** Opens a response whose body the caller reads. An error status is returned, a missing response is thrown. */
  async open(operation: OperationFacts, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const request = { ...buildRequest(operation, {}, {}, this.etags), headers };
    return this.authorized(operation, request, signal);
  }

  etagOf = (resource: object): string | undefined => this.etags.ofObject(resource);

  private async tryOnce(operation: OperationFacts, request: BuiltRequest, options: AllOptions): Promise<Try<Blob>> {
    const signal = this.limited(options.signal, options.timeoutMs);
    try {
      const response = await this.authorized(operation, request, signal);
      return { response, result: await response.blob() };
    } catch (failure) {
      if (options.signal?.aborted) throw options.signal.reason;
      if (failure instanceof RefreshFailed)
        return { response: failure.received.response, result: new Blob([failure.received.text]) };
      return { failure };
    }
  }

  /** Sends a request with the access token. If the server refuses the token, it is refreshed once. */
  private async authorized(operation: OperationFacts, request: BuiltRequest, signal: AbortSignal): Promise<Response> {
    const tokens = operation.isPublic ? null : await this.tokens.current();
    const response = await this.send(request, tokens, signal);
    if (response.status !== 401 || !tokens) return response;
    const renewed = await this.tokens.refresh(tokens.accessToken);
    if (!renewed || renewed.accessToken === tokens.accessToken) return response;
    await response.body?.cancel();
    return this.send(request, renewed, signal);
  }

  private async send(request: SentRequest, tokens: Tokens | null, signal: AbortSignal): Promise<Response> {
    const { fetch = globalThis.fetch, baseUrl = '' } = this.options;
    const authorization: Record<string, string> = tokens ? { authorization: `Bearer ${tokens.accessToken}` } : {};
    return fetch(baseUrl.replace(/\/$/, '') + request.url, {
      method: request.method,
      headers: { ...request.headers, ...authorization },
      ...(request.body === undefined ? {} : { body: request.body }),
      signal,
    });
  }

  /** The server answers a repeated refresh token only for two seconds, so the client repeats the request once, and at once, when the response is lost. */
  private async requestTokens(refreshToken: string): Promise<ReceivedResponse> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const request = { method: 'POST', url: refreshPath, headers, body: JSON.stringify({ refreshToken }) };
    const post = async (): Promise<ReceivedResponse> => {
      const response = await this.send(request, null, this.limited(undefined, undefined));
      return { response, text: await response.text() };
    };
    return post().catch(post);
  }

  /** Remembers what a successful response says about the session and about versions. */
  private async learn(
    operation: OperationFacts,
    request: BuiltRequest,
    response: Response,
    data: unknown,
  ): Promise<void> {
    if (operation.returnsTokens) await this.tokens.save(pickTokens(data as Tokens));
    if (request.method !== 'GET') for (const path of request.namedPaths) this.etags.forget(path);
    this.etags.remember(request.resourcePath, response, data);
  }

  private limited(signal: AbortSignal | undefined, timeoutMs: number | undefined): AbortSignal {
    const timeout = AbortSignal.timeout(timeoutMs ?? this.timeoutMs);
    return signal ? AbortSignal.any([signal, timeout]) : timeout;
  }

  private announcingEnd(store: TokenStore): TokenStore {
    return {
      read: () => store.read(),
      write: async (tokens) => {
        const hadSession = (await store.read()) !== null;
        await store.write(tokens);
        if (tokens) return;
        this.etags.forgetAll();
        if (hadSession) this.options.onSessionEnd?.();
      },
    };
  }
}

/**
 * After a 429 the server has done nothing. After a 503, or without a response, it may have made the change: only a request that
 * has the same effect twice is repeated. A repeated PATCH could meet its own change, and its ETag would then be old.
 */
function canRepeat({ method, headers }: BuiltRequest, response: Response | undefined): boolean {
  if (method === 'POST') return 'idempotency-key' in headers;
  return method !== 'PATCH' || response?.status === 429;
}

/** The error for an outcome that is no success. */
export async function errorOf(
  outcome: Try<Blob>,
  operation: OperationFacts,
  request: Pick<BuiltRequest, 'headers'>,
): Promise<ProblemError> {
  const { response, result, failure } = outcome;
  const context = { idempotencyKey: request.headers['idempotency-key'], cause: failure };
  if (!response || !result) return new ProblemError(noResponse(failure), context);
  return new ProblemError(readProblem(response, await result.text(), operation.codes), { ...context, response });
}

async function readData(body: Blob): Promise<unknown> {
  if (body.size === 0) return undefined;
  if (/[/+]json\b/.test(body.type)) return JSON.parse(await body.text());
  return body.type.startsWith('text/') ? body.text() : body;
}
