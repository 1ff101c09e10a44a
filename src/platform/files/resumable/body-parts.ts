import type { IncomingMessage } from 'node:http';
import { addAbortSignal, PassThrough } from 'node:stream';
import { UploadMalformed, UploadStalled } from '../files.errors';

/** Cuts the body of a request into parts. What arrived before the connection ended or stood still is a part too. */
export class BodyParts {
  /** There are no further parts. */
  isEnded = false;
  private readonly failure = new AbortController();
  private readonly body = addAbortSignal(this.failure.signal, new PassThrough());
  private readonly source = this.body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  private rest: Buffer | undefined;

  constructor(
    private readonly request: IncomingMessage,
    private readonly stallTimeoutMs: number,
  ) {
    request.on('close', this.onClose).on('error', this.onClose).pipe(this.body);
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

  /** Waits for the next byte or the end. */
  async hasMore(): Promise<boolean> {
    return (await this.next(1).next()).done === false;
  }

  /** @throws UploadStalled, UploadMalformed if the body has not arrived in whole */
  requireWhole(): void {
    if (this.failure.signal.aborted) throw this.failure.signal.reason;
  }

  close(): void {
    this.request.off('close', this.onClose).unpipe(this.body);
  }

  private readonly onClose = (): void => {
    if (!this.request.readableEnded) this.failure.abort(new UploadMalformed('The connection ended before the upload.'));
  };

  /** The time counts only while we wait for the client, and not while a part is stored. */
  private async pull(): Promise<Buffer | undefined> {
    const stalled = new UploadStalled(`No part of the file arrived for ${this.stallTimeoutMs / 1_000} seconds.`);
    const timer = setTimeout(() => this.failure.abort(stalled), this.stallTimeoutMs);
    try {
      const { done, value } = await this.source.next();
      if (!done) return value;
    } catch (error) {
      this.failure.abort(error);
    } finally {
      clearTimeout(timer);
    }
    this.isEnded = true;
    return undefined;
  }
}
