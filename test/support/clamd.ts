import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import path from 'node:path';

const testFiles = '/usr/share/clamav-testfiles';
const env = { PATH: `${process.env.PATH}${path.delimiter}/usr/sbin` };

/** Says why tests with a real clamd are skipped; undefined if there is one. */
export const missingClamd =
  spawnSync('clamd', ['--version'], { env }).status === 0 && existsSync(testFiles)
    ? undefined
    : 'there is no clamd: apt-get install clamav-daemon clamav-testfiles';

/** One of the harmless files in which every scanner finds something. */
export const clamTestFile = (name: string): Buffer => readFileSync(path.join(testFiles, name));

/** Speaks the protocol of clamd, and finds something in each file that contains the word `harmful`. */
export class FakeClamd {
  behaviour: 'works' | 'hangs' | 'closes' | 'refuses' = 'works';
  /** The sizes of the files that it has read to their end. */
  readonly sizes: number[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeClamd> {
    const server = createServer();
    const started = new FakeClamd(server);
    server.on('connection', (socket) => started.serve(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return started;
  }

  get url(): string {
    return `tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    if (this.behaviour === 'closes') return void socket.destroy();
    const parts: Buffer[] = [];
    socket.on('data', (part) => {
      parts.push(part);
      if (this.behaviour === 'hangs') return;
      const content = contentOf(Buffer.concat(parts));
      if (content === undefined) return;
      this.sizes.push(content.length);
      socket.end(`${this.answerTo(content)}\0`);
    });
  }

  private answerTo(content: Buffer): string {
    if (this.behaviour === 'refuses') return 'INSTREAM size limit exceeded. ERROR';
    return content.includes('harmful') ? 'stream: Test.Signature FOUND' : 'stream: OK';
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** The bytes of the file, when the command has arrived in whole. */
function contentOf(command: Buffer): Buffer | undefined {
  const start = 'zINSTREAM\0';
  if (command.length < start.length) return undefined;
  if (command.toString('latin1', 0, start.length) !== start) throw new Error('Not the command INSTREAM');
  const parts: Buffer[] = [];
  for (let at = start.length; at + 4 <= command.length;) {
    const length = command.readUInt32BE(at);
    if (length === 0) return Buffer.concat(parts);
    parts.push(command.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}
