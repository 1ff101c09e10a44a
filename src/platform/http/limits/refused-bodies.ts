import { finished, type Readable } from 'node:stream';

/** The number of bodies that are read at a time is limited, because reading the bodies of many clients would occupy the event loop. */
const maxConcurrent = 4;
const timeoutMs = 5_000;

/**
 * Reads and discards the bodies of refused requests. Such a client sends the whole body before it reads the response, and
 * closing at once would reset its connection before that. Only a few bodies are read at a time. A body that is larger
 * than `maxBytes`, or takes longer than five seconds, is cut off.
 */
export class RefusedBodies {
  private readonly waiting: Readable[] = [];
  private activeCount = 0;

  constructor(private readonly maxBytes: number) {}

  /**
   * Calls `onEnd` once: when the body has ended or was cut off, but after five seconds at the latest, because other bodies may
   * be read first.
   */
  discard(body: Readable, onEnd: () => void = () => undefined): void {
    let readBytes = 0;
    body.on('data', (part: Buffer) => {
      readBytes += part.length;
      if (readBytes > this.maxBytes) body.destroy();
    });
    body.on('error', () => undefined);
    body.pause();
    const end = callOnce(onEnd);
    const timeout = setTimeout(end, timeoutMs).unref();
    finished(body, { writable: false }, () => {
      clearTimeout(timeout);
      end();
    });
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

function callOnce(callback: () => void): () => void {
  let isCalled = false;
  return () => {
    if (isCalled) return;
    isCalled = true;
    callback();
  };
}
