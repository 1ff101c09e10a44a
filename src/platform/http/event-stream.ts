import { Readable } from 'node:stream';

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
  private ended = false;

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

  /** Whether what is sent still leaves. */
  get isOpen(): boolean {
    return !this.ended && !this.destroyed;
  }

  /** The listener gets what was sent so far, if it reads. Never fails. */
  async end(): Promise<void> {
    if (this.closed) return;
    if (this.isOpen) this.push(null);
    this.ended = true;
    const cut = setTimeout(() => this.destroy(), patienceMs);
    await new Promise((resolve) => this.once('close', resolve));
    clearTimeout(cut);
  }

  private write(text: string): void {
    // What is pushed after the end is an error, also while a stalled reader keeps that end from being read.
    if (!this.isOpen) return;
    this.push(text);
    if (this.readableLength > longestBacklogBytes) this.destroy();
  }
}
