import { setTimeout as sleep } from 'node:timers/promises';

export interface HeardEvent {
  id: number;
  event: string;
  data: any;
}

/** Listens to server-sent events over real HTTP, with a token in a header as our front ends do. */
export class EventSource {
  readonly heard: HeardEvent[] = [];
  status = 0;
  headers: Headers;
  problem: any;
  ended = false;
  private readonly abort = new AbortController();

  static async open(url: string, token: string | null, lastEventId?: number | string): Promise<EventSource> {
    const source = new EventSource();
    const resume: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) };
    const response = await fetch(`${url}/api/v1/me/notifications/stream`, {
      headers: { authorization: `Bearer ${token}`, ...resume },
      signal: source.abort.signal,
    });
    Object.assign(source, { status: response.status, headers: response.headers });
    if (response.ok) void source.read(response.body!).catch(() => undefined);
    else source.problem = await response.json();
    return source;
  }

  close = (): void => this.abort.abort();

  /** Resolves with everything heard once there are so many. */
  async until(count: number, withinMs = 5_000): Promise<HeardEvent[]> {
    return this.untilTrue(() => this.heard.length >= count, withinMs);
  }

  async untilEnd(withinMs = 5_000): Promise<HeardEvent[]> {
    return this.untilTrue(() => this.ended, withinMs);
  }

  private async untilTrue(condition: () => boolean, withinMs: number): Promise<HeardEvent[]> {
    for (const deadline = Date.now() + withinMs; !condition();) {
      if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms; heard ${JSON.stringify(this.heard)}`);
      await sleep(10);
    }
    return this.heard;
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let pending = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        const blocks = (pending + decoder.decode(chunk, { stream: true })).split('\n\n');
        pending = blocks.pop()!;
        for (const block of blocks) this.take(block);
      }
    } finally {
      this.ended = true;
    }
  }

  private take(block: string): void {
    const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/, 2) as [string, string]));
    if (!fields.has('data')) return;
    this.heard.push({
      id: Number(fields.get('id')),
      event: fields.get('event')!,
      data: JSON.parse(fields.get('data')!),
    });
  }
}
