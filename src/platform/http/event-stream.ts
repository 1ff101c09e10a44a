import { Readable } from 'node:stream';

interface StreamedEvent {
  /** The client sends the last id that it received when it reconnects. An event without an id does not change it. */
  id?: number;
  event: string;
  data: unknown;
}

/** A client that has not read more than this is disconnected. When it reconnects, it continues after the last event that it got. */
const maxBacklogBytes = 256 * 1_024;
const reconnectMs = 2_000;
const endTimeoutMs = 1_000;

/** The events for one client, returned by the handler of a `text/event-stream` route (WHATWG HTML § 9.2). */
export class EventStream extends Readable {
  private isEnded = false;

  constructor() {
    super();
    // The headers are sent with the first bytes, so that the client knows at once that it is connected.
    this.push(`retry: ${reconnectMs}\n\n`);
  }

  override _read(): void {
    // Nothing to do, because `send` pushes each event as it happens.
  }

  send({ id, event, data }: StreamedEvent): void {
    const idLine = id === undefined ? '' : `id: ${id}\n`;
    this.write(`${idLine}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Keeps proxies from closing an idle connection, and detects a client that has disconnected. */
  sendHeartbeat(): void {
    this.write(':\n\n');
  }

  /** Whether events are still sent to the client. */
  get isOpen(): boolean {
    return !this.isEnded && !this.destroyed;
  }

  /** Ends the stream after the events sent so far, and disconnects a client that does not read them within a second. It never fails. */
  async end(): Promise<void> {
    if (this.closed) return;
    if (this.isOpen) this.push(null);
    this.isEnded = true;
    const timeout = setTimeout(() => this.destroy(), endTimeoutMs);
    await new Promise((resolve) => this.once('close', resolve));
    clearTimeout(timeout);
  }

  private write(text: string): void {
    // A push after the end is an error, even while a stalled client has not read the end yet.
    if (!this.isOpen) return;
    this.push(text);
    if (this.readableLength > maxBacklogBytes) this.destroy();
  }
}
