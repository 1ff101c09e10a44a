import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { systemWords } from '../errors/system-words';
import { DataRefused } from './findings';

/** A file to read, as often as it takes: a transaction that has to be tried again reads it again. */
export interface Source {
  name: string;
  /** Bytes on disk; 0 where nobody knows. */
  bytes: number;
  open(onBytes?: (count: number) => void): AsyncIterable<Buffer>;
}

/** `-` is standard input; `.gz` is unpacked. */
export async function sourceOf(name: string): Promise<Source> {
  if (name === '-') return standardInput();
  const { size } = await stat(name).catch((error: Error) => {
    throw new DataRefused('The file cannot be read', [{ reason: systemWords(error) ?? error.message }]);
  });
  return {
    name,
    bytes: size,
    open: (onBytes) => {
      const raw = counted(createReadStream(name, { highWaterMark: 256 * 1024 }), onBytes);
      if (!name.endsWith('.gz')) return raw;
      // An error of the file reaches whoever reads; without pipe()'s own handling it would end the process.
      const packed = Readable.from(raw, { objectMode: false });
      const gunzip = createGunzip();
      packed.on('error', (error) => gunzip.destroy(error));
      return packed.pipe(gunzip);
    },
  };
}

function standardInput(): Source {
  let read = false;
  return {
    name: '-',
    bytes: 0,
    open: (onBytes) => {
      if (read)
        throw new Error('Others were writing at the same time, and standard input cannot be read again: once more');
      read = true;
      return counted(process.stdin, onBytes);
    },
  };
}

async function* counted(stream: AsyncIterable<Buffer>, onBytes?: (count: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    onBytes?.(chunk.length);
    yield chunk;
  }
}

/** Where a dump goes. The name appears when the file is whole: one that was broken off must not look like one. */
export class Target {
  private readonly unfinished: string | null;
  private readonly file: Writable;
  private readonly out: Writable;
  private failure: Error | null = null;

  constructor(private readonly name: string | null) {
    this.unfinished = name && `${name}.unfinished-${process.pid}`;
    this.file = this.unfinished ? createWriteStream(this.unfinished) : process.stdout;
    this.out = name?.endsWith('.gz') ? createGzip() : this.file;
    if (this.out !== this.file) this.out.pipe(this.file);
    for (const stream of [this.out, this.file]) stream.on('error', (error) => (this.failure = error));
  }

  async write(text: string): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.out.write(text)) return;
    // Fails, too, where the reader goes away: `| head` never drains.
    await once(this.out, 'drain');
  }

  async close(): Promise<void> {
    if (!this.unfinished || !this.name) return;
    const done = finished(this.file);
    this.out.end();
    await done;
    await rename(this.unfinished, this.name);
  }

  async abandon(): Promise<void> {
    if (!this.unfinished) return;
    this.out.destroy();
    this.file.destroy();
    await rm(this.unfinished, { force: true });
  }
}
