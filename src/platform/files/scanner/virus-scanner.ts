import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../config/config';
import { FileInfected, VirusScannerUnavailable } from '../files.errors';
import { readScannerAddress, type ScannerAddress } from './scanner-address';

const maxSignatureLength = 100;

/** Asks the daemon of ClamAV (clamd) about each file, if CLAMD_URL is set. No file is used that it has not answered for. */
@Injectable()
export class VirusScanner {
  private readonly log = new Logger('VirusScanner');
  private readonly address: ScannerAddress | undefined;
  private readonly silenceMs: number;

  constructor({ settings }: Config) {
    this.address = settings.CLAMD_URL === undefined ? undefined : readScannerAddress(settings.CLAMD_URL);
    this.silenceMs = settings.CLAMD_TIMEOUT_MS;
  }

  /**
   * @param read opens the bytes. It is not called without a scanner
   * @throws FileInfected, VirusScannerUnavailable
   */
  async check(read: () => Readable): Promise<void> {
    if (!this.address) return;
    const answer = await this.ask(this.address, read()).catch((error: unknown) => this.fail(error));
    if (answer === 'stream: OK') return;
    const [, signature] = /^stream: (.+) FOUND$/.exec(answer) ?? [];
    if (signature === undefined) return this.fail(new Error(`The virus scanner answered: ${answer || 'nothing'}`));
    throw new FileInfected(signature.slice(0, maxSignatureLength));
  }

  /** The command INSTREAM: parts, each after its length, and a length of zero at the end. */
  private async ask(address: ScannerAddress, bytes: Readable): Promise<string> {
    const socket = connect(address);
    socket.setTimeout(this.silenceMs, () => socket.destroy(new Error('The virus scanner is silent')));
    // If sending fails, the answer fails too. It may come before the end of a file that is too long for the scanner.
    pipeline(bytes, commandWith, socket).catch(() => undefined);
    try {
      return (await text(socket)).replace(/\0$/, '').trim();
    } finally {
      socket.destroy();
      bytes.destroy();
    }
  }

  private fail(cause: unknown): never {
    this.log.error(`The virus scanner gave no answer about a file: ${(cause as Error).message}`);
    throw new VirusScannerUnavailable(cause);
  }
}

async function* commandWith(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0');
  for await (const part of bytes) {
    yield lengthOf(part.length);
    yield part;
  }
  yield lengthOf(0);
}

function lengthOf(count: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(count);
  return length;
}
