import { connect, type Socket } from 'node:net';

/** The empty line between the head of a response and its body. */
const headSeparator = '\r\n\r\n';

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
 * A keep-alive connection that sends a request after the previous response has arrived. It does not use the HTTP client of
 * Node because that client needs as much processor time as the measured servers and runs on the same processor.
 */
export class Connection {
  private socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private isClosedByServer = false;
  private pendingResponse: { resolve: (response: HttpResponse) => void; reject: (error: Error) => void } | undefined;

  private constructor(private readonly port: number) {}

  static async open(port: number): Promise<Connection> {
    const connection = new Connection(port);
    await connection.connect();
    return connection;
  }

  /** Some servers close the connection after each response. Then the next request opens another one. */
  async send(call: Call): Promise<HttpResponse> {
    if (this.isClosedByServer) await this.connect();
    return this.write(call);
  }

  private async connect(): Promise<void> {
    this.isClosedByServer = false;
    const socket = await new Promise<Socket>((resolve, reject) => {
      const opening = connect({ port: this.port, host: '127.0.0.1', noDelay: true }, () => resolve(opening));
      opening.once('error', reject);
    });
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('error', (error) => this.pendingResponse?.reject(error));
    socket.on('close', () => {
      if (socket === this.socket) this.pendingResponse?.reject(new Error('The server closed a connection'));
    });
    this.socket = socket;
  }

  private write({ method, path, token, body, headers = {} }: Call): Promise<HttpResponse> {
    const payload = body ? JSON.stringify(body) : '';
    const lines = [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', 'accept: application/json'];
    if (token) lines.push(`authorization: Bearer ${token}`);
    if (body) lines.push('content-type: application/json', `content-length: ${Buffer.byteLength(payload)}`);
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    return new Promise((resolve, reject) => {
      this.pendingResponse = { resolve, reject };
      this.socket.write(`${lines.join('\r\n')}\r\n\r\n${payload}`);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const headEnd = this.received.indexOf(headSeparator);
    if (headEnd === -1) return;
    const head = this.received.toString('latin1', 0, headEnd);
    const contentLength = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (contentLength === undefined) throw new Error(`The response has no content-length: ${head}`);
    const bodyStart = headEnd + headSeparator.length;
    const bodyEnd = bodyStart + Number(contentLength);
    if (this.received.length < bodyEnd) return;
    // The status follows `HTTP/1.1 `.
    const response = { status: Number(head.slice(9, 12)), body: this.received.toString('utf8', bodyStart, bodyEnd) };
    this.received = this.received.subarray(bodyEnd);
    this.isClosedByServer = /\r\nconnection: close/i.test(head);
    const { pendingResponse } = this;
    this.pendingResponse = undefined;
    pendingResponse?.resolve(response);
  }
}
