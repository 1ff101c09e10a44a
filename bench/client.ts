import { connect, type Socket } from 'node:net';

export interface Call {
  method: 'GET' | 'PUT' | 'POST';
  path: string;
  token: string | null;
  body?: object;
  headers?: Record<string, string>;
}

export interface Reply {
  status: number;
  body: string;
}

/**
 * One keep-alive connection that sends a request when the reply before it has come. A client of our own because node's
 * costs as much as the servers it would measure, and shares their processor.
 */
export class Connection {
  private socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private settle: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | undefined;

  static async open(port: number): Promise<Connection> {
    const connection = new Connection();
    await new Promise<void>((resolve, reject) => {
      connection.socket = connect({ port, host: '127.0.0.1', noDelay: true }, resolve).once('error', reject);
    });
    connection.socket.on('data', (chunk: Buffer) => connection.take(chunk));
    connection.socket.on('close', () => connection.settle?.reject(new Error('The server closed a connection')));
    return connection;
  }

  send({ method, path, token, body, headers = {} }: Call): Promise<Reply> {
    const payload = body ? JSON.stringify(body) : '';
    const lines = [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', 'accept: application/json'];
    if (token) lines.push(`authorization: Bearer ${token}`);
    if (body) lines.push('content-type: application/json', `content-length: ${Buffer.byteLength(payload)}`);
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.socket.write(`${lines.join('\r\n')}\r\n\r\n${payload}`);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const end = this.received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = this.received.toString('latin1', 0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? NaN);
    if (Number.isNaN(length)) throw new Error(`No content-length: ${head}`);
    if (this.received.length < end + 4 + length) return;
    const reply = {
      status: Number(head.slice(9, 12)),
      body: this.received.toString('utf8', end + 4, end + 4 + length),
    };
    this.received = this.received.subarray(end + 4 + length);
    const { settle } = this;
    this.settle = undefined;
    settle?.resolve(reply);
  }
}
