import { connect, type Socket } from 'node:net';

export interface Call {
  method: 'GET' | 'PUT' | 'POST';
  path: string;
  token: string | null;
  body?: object;
  headers?: Record<string, string>;
}

export interface HttpResponse {
  status: number;
  body: string;
}

/**
 * A keep-alive connection that sends a request after the previous response has arrived. It does not use Node's HTTP client,
 * because that needs as much processor time as the measured servers and runs on the same processor.
 */
export class Connection {
  private socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private settle: { resolve: (response: HttpResponse) => void; reject: (error: Error) => void } | undefined;

  static async open(port: number): Promise<Connection> {
    const connection = new Connection();
    await new Promise<void>((resolve, reject) => {
      connection.socket = connect({ port, host: '127.0.0.1', noDelay: true }, resolve).once('error', reject);
    });
    connection.socket.on('data', (chunk: Buffer) => connection.take(chunk));
    connection.socket.on('close', () => connection.settle?.reject(new Error('The server closed a connection')));
    return connection;
  }

  send({ method, path, token, body, headers = {} }: Call): Promise<HttpResponse> {
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
    if (Number.isNaN(length)) throw new Error(`The response has no content-length: ${head}`);
    if (this.received.length < end + 4 + length) return;
    const response = {
      status: Number(head.slice(9, 12)),
      body: this.received.toString('utf8', end + 4, end + 4 + length),
    };
    this.received = this.received.subarray(end + 4 + length);
    const { settle } = this;
    this.settle = undefined;
    settle?.resolve(response);
  }
}
