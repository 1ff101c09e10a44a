import type { IncomingMessage } from 'node:http';
import { addAbortSignal, type Readable } from 'node:stream';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { FileTooLarge, UploadMalformed, UploadStalled } from '../files.errors';
import { cleanFileName } from './file-name';
import { receive, type ReceivedFile } from './received-file';

export interface UploadLimits {
  maxMegabytes: number;
  stallTimeoutMs: number;
}

const megabyte = 1_024 * 1_024;
/** The boundaries and headers of the form. */
const maxFormBytes = 16 * 1_024;
const maxParts = 10;

/**
 * Reads the one file of a form. It ends at once when the file is larger than allowed, when nothing arrives for some time, and when the
 * client goes away.
 * @throws UploadMalformed, UploadStalled, FileTooLarge
 */
export async function receiveForm(request: IncomingMessage, limits: UploadLimits): Promise<ReceivedFile> {
  const maxBytes = limits.maxMegabytes * megabyte;
  if (Number(request.headers['content-length'] ?? 0) > maxBytes + maxFormBytes)
    throw new FileTooLarge(limits.maxMegabytes);
  const form = openForm(request, maxBytes);
  const failure = new AbortController();
  const fail = (error: Error): void => failure.abort(error);
  const stopWatching = watch(request, limits.stallTimeoutMs, fail);
  form.on('error', () => fail(new UploadMalformed()));
  form.on('filesLimit', () => fail(new UploadMalformed()));
  form.on('partsLimit', () => fail(new UploadMalformed()));
  const finished = new Promise<void>((resolve) => form.once('finish', resolve));
  const file = firstFile(form, finished, failure.signal);
  request.pipe(form);
  try {
    const { stream, name } = await file;
    stream.once('limit', () => fail(new FileTooLarge(limits.maxMegabytes)));
    const received = await receive(addAbortSignal(failure.signal, stream), name);
    try {
      await unlessAborted(finished, failure.signal);
      return received;
    } catch (error) {
      await received.close();
      throw error;
    }
  } catch (error) {
    throw failure.signal.aborted ? failure.signal.reason : error;
  } finally {
    stopWatching();
    request.unpipe(form);
  }
}

function openForm(request: IncomingMessage, maxBytes: number): BusboyInstance {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: {
        files: 1,
        parts: maxParts,
        fields: maxParts,
        fieldSize: 1_024,
        fileSize: maxBytes,
        headerPairs: 20,
        headerSize: 4_096,
      },
    });
  } catch {
    throw new UploadMalformed();
  }
}

function firstFile(
  form: BusboyInstance,
  finished: Promise<void>,
  signal: AbortSignal,
): Promise<{ stream: Readable; name: string }> {
  const found = new Promise<{ stream: Readable; name: string }>((resolve, reject) => {
    form.once('file', (_field, stream, name) => {
      // A failure before the stream is read must not end the process. The signal reports it.
      stream.on('error', () => undefined);
      resolve({ stream, name: cleanFileName(name) });
    });
    void finished.then(() => reject(new UploadMalformed()));
  });
  return unlessAborted(found, signal);
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject);
  });
}

/** Calls `fail` when nothing arrives for the time, or the connection ends first. Returns a function that stops it. */
function watch(request: IncomingMessage, timeoutMs: number, fail: (error: Error) => void): () => void {
  const stalled = (): void => fail(new UploadStalled(`No part of the file arrived for ${timeoutMs / 1_000} seconds.`));
  const timer = setTimeout(stalled, timeoutMs).unref();
  const onData = (): void => void timer.refresh();
  const onClose = (): void => {
    if (!request.readableEnded) fail(new UploadMalformed('The connection ended before the upload.'));
  };
  request.on('data', onData).on('close', onClose).on('error', onClose);
  return () => {
    clearTimeout(timer);
    request.off('data', onData).off('close', onClose);
  };
}
