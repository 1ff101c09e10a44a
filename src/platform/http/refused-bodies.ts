import { finished, type Readable } from 'node:stream';

/** A crowd that sends what nobody reads would otherwise take each turn of the event loop. */
const maxAtOnce = 4;
const maxMs = 5_000;

/**
 * A caller that is refused before its body was read still sends it, and reads the answer at the end: closing at once would
 * reset the connection under the answer. So the rest is read and thrown away, of a few callers at a time; what is longer than
 * any route takes, or slow, is not waited for.
 */
export class RefusedBodies {
  private readonly waiting: Readable[] = [];
  private active = 0;

  constructor(private readonly maxBytes: number) {}

  discard(body: Readable): void {
    let bytes = 0;
    body.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > this.maxBytes) body.destroy();
    });
    body.on('error', () => undefined);
    body.pause();
    this.waiting.push(body);
    this.next();
  }

  private next(): void {
    while (this.active < maxAtOnce && this.waiting.length > 0) this.read(this.waiting.shift()!);
  }

  private read(body: Readable): void {
    if (body.destroyed) return;
    this.active++;
    const late = setTimeout(() => body.destroy(), maxMs).unref();
    finished(body, { writable: false }, () => {
      clearTimeout(late);
      this.active--;
      this.next();
    });
    body.resume();
  }
}
