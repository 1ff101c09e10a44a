import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { Environment } from './server';

export interface ReceivedMail {
  to: string[];
  headers: Record<string, string>;
  text: string;
  html: string;
  raw: string;
}

/** What the server answers to a step: an SMTP response such as `550 5.1.1 No such user`, `hang` for none, or undefined to go on. */
type Answer = string | undefined;

/** A real SMTP server, which a test makes refuse, defer or hang. */
export class SmtpReceiver {
  readonly received: ReceivedMail[] = [];
  onRecipient: (address: string) => Answer | Promise<Answer> = () => undefined;
  onMessage: (mail: ReceivedMail) => Answer | Promise<Answer> = () => undefined;
  onLogin: () => Answer = () => undefined;

  private constructor(private server: SMTPServer) {}

  static async start(port = 0): Promise<SmtpReceiver> {
    const receiver: SmtpReceiver = new SmtpReceiver(
      new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS'],
        allowInsecureAuth: true,
        // Idle connections of a pool would keep the server open for half a minute.
        closeTimeout: 100,
        onAuth: ({ username }, _session, done) =>
          void answer(receiver.onLogin(), () => done(null, { user: username }), done),
        onRcptTo: ({ address }, _session, done) => void answer(receiver.onRecipient(address), () => done(), done),
        // A sender that is killed ends its connection in the middle of a mail.
        onData: (stream, session, done) => void receiver.receive(stream, session, done).catch(() => undefined),
      }),
    );
    receiver.server.on('error', () => undefined);
    receiver.server.listen(port, '127.0.0.1');
    await once(receiver.server.server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  get settings(): Environment {
    return { MAIL_URL: `smtp://school:secret@127.0.0.1:${this.port}`, MAIL_FROM: 'Brush School <school@brush.test>' };
  }

  /** Accepts everything from now on, and forgets what was received. */
  reset(): void {
    this.received.length = 0;
    this.onRecipient = () => undefined;
    this.onMessage = () => undefined;
    this.onLogin = () => undefined;
  }

  private async receive(
    stream: Readable,
    { envelope }: SMTPServerSession,
    done: (error?: Error | null) => void,
  ): Promise<void> {
    const raw = await text(stream);
    const mail = parse(
      raw,
      envelope.rcptTo.map(({ address }) => address),
    );
    this.received.push(mail);
    await answer(this.onMessage(mail), () => done(), done);
  }

  mailsTo = (address: string): ReceivedMail[] => this.received.filter(({ to }) => to.includes(address));

  /** Resolves with the mails to an address as soon as there are `count`. */
  async waitFor(address: string, count = 1): Promise<ReceivedMail[]> {
    for (;;) {
      const mails = this.mailsTo(address);
      if (mails.length >= count) return mails;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  stop = (): Promise<void> => new Promise((resolve) => this.server.close(() => resolve()));
}

async function answer(
  given: Answer | Promise<Answer>,
  accept: () => void,
  refuse: (error: Error) => void,
): Promise<void> {
  const response = await given;
  if (response === 'hang') return;
  if (response === undefined) accept();
  else refuse(Object.assign(new Error(response.slice(4)), { responseCode: Number(response.slice(0, 3)) }));
}

function parse(raw: string, to: string[]): ReceivedMail {
  const [head = ''] = raw.split('\r\n\r\n', 1);
  const boundary = /boundary="([^"]+)"/.exec(head)?.[1] ?? '';
  const parts = raw.split(`--${boundary}`).slice(1, -1).map(decodePart);
  const textOf = (type: string): string => parts.find((part) => part.type === type)?.content ?? '';
  return {
    to,
    headers: headersOf(head),
    text: textOf('text/plain').replaceAll('\r\n', '\n'),
    html: textOf('text/html'),
    raw,
  };
}

function headersOf(head: string): Record<string, string> {
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return Object.fromEntries(
    lines.map((line) => [line.split(':', 1)[0]!.toLowerCase(), line.replace(/^[^:]*:\s*/, '')]),
  );
}

function decodePart(part: string): { type: string; content: string } {
  const [head = '', ...body] = part.trimStart().split('\r\n\r\n');
  const headers = headersOf(head);
  const content = body.join('\r\n\r\n');
  const type = headers['content-type']?.split(';', 1)[0] ?? '';
  if (headers['content-transfer-encoding'] === 'base64')
    return { type, content: Buffer.from(content, 'base64').toString() };
  if (headers['content-transfer-encoding'] !== 'quoted-printable') return { type, content };
  const bytes = content
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  return { type, content: Buffer.from(bytes, 'latin1').toString('utf8') };
}
