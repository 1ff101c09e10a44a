import { Readable } from 'node:stream';
import { once } from 'node:events';

export interface StreamedEvent {
  id: number;
  event: string;
  data: unknown;
}

/** A reader that lets this much pile up has stalled: it reconnects, and reads from where it was. */
const longestBacklogBytes = 256 * 1_024;
const reconnectMs = 2_000;
const patienceMs = 1_000;

/** What a handler of a `text/event-stream` route returns: events for one listener (WHATWG HTML § 9.2). */
export class EventStream extends Readable {
  constructor() {
    super();
    // Headers leave with the first bytes, and the listener knows that it is heard.
    this.push(`retry: ${reconnectMs}\n\n`);
  }

  override _read(): void {
    // Events come when they come.
  }

  send({ id, event, data }: StreamedEvent): void {
    this.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Keeps proxies from closing what is silent, and finds out who is gone. */
  beat(): void {
    this.write(':\n\n');
  }

  /** The listener gets what was sent so far, if it reads. */
  async end(): Promise<void> {
    if (this.closed) return;
    if (!this.readableEnded && !this.destroyed) this.push(null);
    const cut = setTimeout(() => this.destroy(), patienceMs);
    await once(this, 'close');
    clearTimeout(cut);
  }

  private write(text: string): void {
    if (this.destroyed || this.readableEnded) return;
    this.push(text);
    if (this.readableLength > longestBacklogBytes) this.destroy();
  }
}
