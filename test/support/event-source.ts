import { setTimeout as sleep } from 'node:timers/promises';

export interface ReceivedEvent {
  /** Null for an event without an id. */
  id: number | null;
  event: string;
  data: any;
}

/** Receives server-sent events over real HTTP, with the token in a header, or with a ticket in the query like an EventSource of a browser. */
export class EventSource {
  readonly received: ReceivedEvent[] = [];
  status = 0;
  headers: Headers;
  problem: any;
  isEnded = false;
  private readonly abort = new AbortController();

  static async open(url: string, token: string | null, lastEventId?: number | string): Promise<EventSource> {
    const resume: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) };
    return this.request(url, '', { authorization: `Bearer ${token}`, ...resume });
  }

  static async openWithTicket(url: string, ticket: string, moreQuery = ''): Promise<EventSource> {
    return this.request(url, `?ticket=${ticket}${moreQuery}`, {});
  }

  private static async request(url: string, query: string, headers: Record<string, string>): Promise<EventSource> {
    const source = new EventSource();
    const response = await fetch(`${url}/api/v1/me/notifications/stream${query}`, {
      headers,
      signal: source.abort.signal,
    });
    Object.assign(source, { status: response.status, headers: response.headers });
    if (response.ok) void source.read(response.body!).catch(() => undefined);
    else source.problem = await response.json();
    return source;
  }

  close = (): void => this.abort.abort();

  /** Resolves with all received events once there are at least `count`. */
  async waitFor(count: number, timeoutMs = 5_000): Promise<ReceivedEvent[]> {
    return this.waitUntil(() => this.received.length >= count, timeoutMs);
  }

  async waitForEnd(timeoutMs = 5_000): Promise<ReceivedEvent[]> {
    return this.waitUntil(() => this.isEnded, timeoutMs);
  }

  private async waitUntil(condition: () => boolean, timeoutMs: number): Promise<ReceivedEvent[]> {
    const deadlineMs = Date.now() + timeoutMs;
    while (!condition()) {
      if (Date.now() > deadlineMs)
        throw new Error(`The events did not arrive within ${timeoutMs} ms. Received: ${JSON.stringify(this.received)}`);
      await sleep(10);
    }
    return this.received;
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let pending = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        const blocks = (pending + decoder.decode(chunk, { stream: true })).split('\n\n');
        pending = blocks.pop()!;
        for (const block of blocks) this.parse(block);
      }
    } finally {
      this.isEnded = true;
    }
  }

  private parse(block: string): void {
    const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/, 2) as [string, string]));
    if (!fields.has('data')) return;
    this.received.push({
      id: fields.has('id') ? Number(fields.get('id')) : null,
      event: fields.get('event')!,
      data: JSON.parse(fields.get('data')!),
    });
  }
}
