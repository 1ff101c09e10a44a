import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface Fake {
  configureBuckets(): Promise<unknown>;
  callback(): (request: unknown, response: unknown) => void;
}
type FakeClass = new (options: object) => Fake;

/** A real server of S3, which a test makes fail, hang or answer slowly. */
export class S3Server {
  behaviour: 'works' | 'fails' | 'hangs' = 'works';
  delayMs = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<S3Server> {
    const S3rver = require('@20minutes/s3rver') as FakeClass;
    const directory = mkdtempSync(path.join(process.env.TEST_SQLITE_FOLDER ?? tmpdir(), 's3-'));
    // It computes the signature of a list in another way than the client of AWS.
    const allowMismatchedSignatures = true;
    const fake = new S3rver({
      directory,
      silent: true,
      allowMismatchedSignatures,
      configureBuckets: [{ name: 'school' }],
    });
    await fake.configureBuckets();
    const handle = fake.callback();
    const server = createServer();
    const started = new S3Server(server);
    server.on('request', (request, response) => {
      if (started.behaviour === 'hangs') return;
      if (started.behaviour === 'fails') return void request.resume().on('end', () => response.writeHead(500).end());
      if (started.delayMs === 0) return handle(request, response);
      setTimeout(() => handle(request, response), started.delayMs);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return started;
  }

  get settings(): { FILES_URL: string } {
    const { port } = this.server.address() as AddressInfo;
    return { FILES_URL: `s3://S3RVER:S3RVER@127.0.0.1:${port}/school?tls=off` };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
