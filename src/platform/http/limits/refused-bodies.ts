import { finished, type Readable } from 'node:stream';

/** The number of bodies that are read at a time is limited, because reading the bodies of many clients would occupy the event loop. */
const maxConcurrent = 4;
const timeoutMs = 5_000;

/**
 * Reads and discards the bodies of refused requests, because a client sends its whole body before it reads the response. If the
 * server closed the connection earlier, the client would not see the response. A body that is larger than any route allows, or takes
 * longer than five seconds, is cut off.
 */
export class RefusedBodies {
  private readonly waiting: Readable[] = [];
  private activeCount = 0;

  constructor(private readonly maxBytes: number) {}

  discard(body: Readable): void {
    let readBytes = 0;
    body.on('data', (chunk: Buffer) => {
      readBytes += chunk.length;
      if (readBytes > this.maxBytes) body.destroy();
    });
    body.on('error', () => undefined);
    body.pause();
    this.waiting.push(body);
    this.readNextBodies();
  }

  private readNextBodies(): void {
    while (this.activeCount < maxConcurrent && this.waiting.length > 0) this.read(this.waiting.shift()!);
  }

  private read(body: Readable): void {
    if (body.destroyed) return;
    this.activeCount++;
    const timeout = setTimeout(() => body.destroy(), timeoutMs).unref();
    finished(body, { writable: false }, () => {
      clearTimeout(timeout);
      this.activeCount--;
      this.readNextBodies();
    });
    body.resume();
  }
}
