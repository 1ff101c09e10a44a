import type { Tokens } from './generated/schemas.ts';

/** Where the tokens of the session are kept. Both functions may be asynchronous. */
export interface TokenStore {
  read: () => Tokens | null | Promise<Tokens | null>;
  /** null: the session has ended. */
  write: (tokens: Tokens | null) => void | Promise<void>;
}

/** Keeps the tokens in a variable, so that they are lost when the page is reloaded. */
export function memoryTokens(tokens: Tokens | null = null): TokenStore {
  let stored = tokens;
  return {
    read: () => stored,
    write: (changed) => {
      stored = changed;
    },
  };
}

/** Keeps the tokens in `localStorage` or `sessionStorage`. With `localStorage` all tabs share the session. */
export function storageTokens(
  storage: {
    getItem: (key: string) => string | null;
    setItem: (key: string, value: string) => void;
    removeItem: (key: string) => void;
  },
  key = 'teoart-tokens',
): TokenStore {
  return {
    read: () => JSON.parse(storage.getItem(key) ?? 'null') as Tokens | null,
    write: (tokens) => (tokens ? storage.setItem(key, JSON.stringify(tokens)) : storage.removeItem(key)),
  };
}

/** A response that was read to its end, so that several callers can use it. */
export interface ReceivedResponse {
  response: Response;
  text: string;
}

/** Tokens that expire sooner are refreshed before the request. */
const minValidityMs = 30_000;
const lockName = 'teoart-refresh';

/** The tokens of the signed-in user. Calls that need new tokens at the same time share one refresh. */
export class SessionTokens {
  private refreshing: Promise<Tokens | null> | null = null;
  private readonly store: TokenStore;
  private readonly requestTokens: (refreshToken: string) => Promise<ReceivedResponse>;

  constructor(store: TokenStore, requestTokens: (refreshToken: string) => Promise<ReceivedResponse>) {
    this.store = store;
    this.requestTokens = requestTokens;
  }

  /** Tokens that are still valid for a while; null if nobody is signed in. @throws RefreshFailed */
  async current(): Promise<Tokens | null> {
    const tokens = await this.store.read();
    if (!tokens || Date.parse(tokens.expiresAt) - Date.now() > minValidityMs) return tokens;
    return this.refresh(tokens.accessToken);
  }

  /** New tokens instead of those that the server refused; null if the session has ended. @throws RefreshFailed */
  refresh(staleAccessToken: string): Promise<Tokens | null> {
    this.refreshing ??= inLock(() => this.renew(staleAccessToken)).finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  async save(tokens: Tokens | null): Promise<void> {
    // A refresh that ends later must not bring back a session that was left.
    await this.refreshing?.catch(() => null);
    await this.store.write(tokens);
  }

  private async renew(staleAccessToken: string): Promise<Tokens | null> {
    const stale = await this.store.read();
    // Another tab, or an earlier call, has refreshed already.
    if (!stale || stale.accessToken !== staleAccessToken) return stale;
    const renewed = tokensIn(await this.requestTokens(stale.refreshToken));
    // Meanwhile another tab may have signed out, or in again.
    const stored = await this.store.read();
    if (stored?.refreshToken !== stale.refreshToken) return stored;
    await this.store.write(renewed);
    return renewed;
  }
}

/** The tokens of a refresh; null if the server refused the refresh token. @throws RefreshFailed */
function tokensIn(received: ReceivedResponse): Tokens | null {
  if (received.response.status === 401) return null;
  if (!received.response.ok) throw new RefreshFailed(received);
  return pickTokens(JSON.parse(received.text) as Tokens);
}

/** Only the tokens of a response that also has the user. */
export const pickTokens = ({ accessToken, expiresAt, refreshToken }: Tokens): Tokens => ({
  accessToken,
  expiresAt,
  refreshToken,
});

/** The server could not refresh now, for example with 503. The session still exists. */
export class RefreshFailed extends Error {
  override readonly name = 'RefreshFailed';
  readonly received: ReceivedResponse;

  constructor(received: ReceivedResponse) {
    super(`The refresh failed with ${received.response.status}`);
    this.received = received;
  }
}

interface LockManager {
  request: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

/** One tab of a browser at a time, because tabs that share a store share the refresh token, which is valid once. */
async function inLock<T>(work: () => Promise<T>): Promise<T> {
  const { navigator } = globalThis as { navigator?: { locks?: LockManager } };
  return navigator?.locks ? navigator.locks.request(lockName, work) : work();
}
