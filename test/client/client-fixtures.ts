import {
  createSchoolClient,
  memoryTokens,
  type ClientOptions,
  type SchoolClient,
  type TokenStore,
} from 'teoart-client';
import { Sessions } from '../../src/modules/users';
import { School, type Client } from '../support/school';
import type { Environment } from '../support/server';
import { TcpProxy } from '../support/tcp-proxy';

export type ClientFetch = NonNullable<ClientOptions['fetch']>;

/** A request that a client sent, with the status of the response; 0 if there was none. */
export interface SentRequest {
  method: string;
  path: string;
  headers: Headers;
  status: number;
}

export interface RecordedClient {
  api: SchoolClient;
  tokens: TokenStore;
  sent: SentRequest[];
}

/** A school that listens on a port, and a proxy in front of it that can cut connections. */
export class ListeningSchool {
  private constructor(
    readonly school: School,
    readonly url: string,
    readonly proxy: TcpProxy,
  ) {}

  static async open(environment: Environment = {}): Promise<ListeningSchool> {
    const school = await School.open({ environment });
    await school.app.listen(0, '127.0.0.1');
    const url = await school.app.getUrl();
    return new ListeningSchool(school, url, await TcpProxy.inFrontOf(url));
  }

  async close(): Promise<void> {
    await this.proxy.stop();
    await this.school.close();
  }

  get urlOfProxy(): string {
    return this.proxy.urlThrough(this.url);
  }

  /** A client of a signed-in person, whose requests are recorded. */
  async clientOf({ id }: Pick<Client, 'id'>, options: ClientOptions = {}): Promise<RecordedClient> {
    const { accessToken, expiresAt, refreshToken } = await this.school.part(Sessions).open(id);
    const tokens = memoryTokens({ accessToken, refreshToken, expiresAt: new Date(expiresAt).toISOString() });
    return this.recordedClient({ tokens, ...options });
  }

  recordedClient({ tokens = memoryTokens(), ...options }: ClientOptions = {}): RecordedClient {
    const sent: SentRequest[] = [];
    const recordingFetch: ClientFetch = async (url, init) => {
      const { pathname, search } = new URL(url);
      const request = { method: init.method!, path: pathname.replace('/api/v1', '') + search, status: 0 };
      const recorded = { ...request, headers: new Headers(init.headers) };
      sent.push(recorded);
      const response = await (options.fetch ?? fetch)(url, init);
      recorded.status = response.status;
      return response;
    };
    return { tokens, sent, api: createSchoolClient({ baseUrl: this.url, tokens, ...options, fetch: recordingFetch }) };
  }
}

/** The method, path and status of each request, to compare with a list. */
export const linesOf = (sent: SentRequest[]): string[] =>
  sent.map(({ method, path, status }) => `${method} ${path} ${status}`);

/** All values of an iterable. Node 20 has no `Array.fromAsync`. */
export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}
