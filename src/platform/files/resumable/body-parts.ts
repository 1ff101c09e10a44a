import { addAbortSignal, PassThrough } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { watch } from '../upload/upload-form';

/** Cuts the body of a request into parts. What arrived before the connection ended or stood still is a part too. */
export class BodyParts {
  /** There are no further parts. */
  isEnded = false;
  private readonly failure = new AbortController();
  private readonly source: AsyncIterator<Buffer>;
  private readonly stop: () => void;
  private rest: Buffer | undefined;

  constructor(request: IncomingMessage, stallTimeoutMs: number) {
    const body = addAbortSignal(this.failure.signal, new PassThrough());
    this.source = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const stopWatching = watch(request, stallTimeoutMs, (error) => this.failure.abort(error));
    request.pipe(body);
    this.stop = () => {
      stopWatching();
      request.unpipe(body);
    };
  }

  async *next(maxBytes: number): AsyncGenerator<Buffer> {
    for (let sizeBytes = 0; sizeBytes < maxBytes;) {
      const arrived = this.rest ?? (await this.pull());
      this.rest = undefined;
      if (!arrived) return;
      const taken = arrived.subarray(0, maxBytes - sizeBytes);
      if (taken.length < arrived.length) this.rest = arrived.subarray(taken.length);
      sizeBytes += taken.length;
      yield taken;
    }
  }

  /** @throws UploadStalled, UploadMalformed if the body has not arrived in whole */
  requireWhole(): void {
    if (this.failure.signal.aborted) throw this.failure.signal.reason;
  }

  close(): void {
    this.stop();
  }

  private async pull(): Promise<Buffer | undefined> {
    try {
      const { done, value } = await this.source.next();
      if (!done) return value;
    } catch (error) {
      this.failure.abort(error);
    }
    this.isEnded = true;
    return undefined;
  }
}
