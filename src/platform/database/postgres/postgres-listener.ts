import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { SignalListener, SignalConnection } from '../dialect';

const maxPauseMs = 5_000;
const echoIntervalMs = 30_000;
const echoTimeoutMs = 5_000;
const closeTimeoutMs = 1_000;

interface Source {
  url: string;
  channel: string;
}

/** Listens on a separate connection, and connects again if the connection is lost. */
export function listenTo(source: Source, listener: SignalListener): SignalConnection {
  const connection = new ListenerConnection(source, listener);
  connection.start();
  return connection;
}

class ListenerConnection implements SignalConnection {
  /** A channel for this connection only. The connection sends itself notifications there, to check that it still receives them. */
  private readonly echoChannel: string;
  private client: Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pauseMs = 100;
  private isClosed = false;

  constructor(
    private readonly source: Source,
    private readonly listener: SignalListener,
  ) {
    this.echoChannel = `${source.channel}_${randomUUID().slice(0, 8)}`;
  }

  start(): void {
    const client = new Client({
      connectionString: this.source.url,
      connectionTimeoutMillis: echoTimeoutMs,
      query_timeout: echoTimeoutMs,
      application_name: 'teoart listener',
    });
    this.client = client;
    client.on('error', (error) => this.reconnect(client, error));
    client.on('end', () => this.reconnect(client));
    client.on('notification', ({ channel, payload }) => {
      if (channel === this.echoChannel) this.scheduleEcho(client);
      else this.listener.onSignal(payload ?? '');
    });
    this.listen(client).catch((error: unknown) => this.reconnect(client, error));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    // On a broken network the server never confirms the end of the connection, so this wait has a limit.
    const ended = this.client?.end().catch(() => undefined);
    await Promise.race([ended, sleep(closeTimeoutMs, undefined, { ref: false })]);
  }

  private async listen(client: Client): Promise<void> {
    await client.connect();
    await client.query(`LISTEN "${this.source.channel}"`);
    await client.query(`LISTEN "${this.echoChannel}"`);
    if (this.client !== client || this.isClosed) return;
    this.pauseMs = 100;
    this.listener.onStart();
    await this.sendEcho(client);
  }

  /**
   * Sends a notification to this connection. If it does not arrive, the network is broken, or a pooler gave the connection to another
   * client. Neither causes an error.
   */
  private async sendEcho(client: Client): Promise<void> {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.reportMissingEcho(client), echoTimeoutMs);
    await client.query('SELECT pg_notify($1, $2)', [this.echoChannel, '']);
  }

  private scheduleEcho(client: Client): void {
    if (this.client !== client || this.isClosed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.sendEcho(client).catch((error: unknown) => this.reconnect(client, error));
    }, echoIntervalMs);
    this.timer.unref();
  }

  private reportMissingEcho(client: Client): void {
    this.reconnect(client, new Error('LISTEN receives nothing; behind a pooler, set DATABASE_DIRECT_URL'));
  }

  private reconnect(client: Client, error?: unknown): void {
    if (this.client !== client) return;
    this.client = undefined;
    client.end().catch(() => undefined);
    clearTimeout(this.timer);
    if (this.isClosed) return;
    this.listener.onTrouble('The connection that listens for signals was lost; it is opened again', error);
    this.timer = setTimeout(() => this.start(), this.pauseMs);
    this.pauseMs = Math.min(maxPauseMs, this.pauseMs * 2);
  }
}
