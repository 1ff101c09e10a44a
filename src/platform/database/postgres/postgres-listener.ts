import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Hearing, Listening } from '../dialect';

const longestPauseMs = 5_000;
const echoEveryMs = 30_000;
const echoWithinMs = 5_000;
const closeWithinMs = 1_000;

interface Place {
  url: string;
  channel: string;
}

/** Listens on a connection of its own, and begins again whenever it is lost. */
export function listenTo(place: Place, hearing: Hearing): Listening {
  const listener = new Listener(place, hearing);
  listener.begin();
  return listener;
}

class Listener implements Listening {
  /** Heard by this listener alone: proof that the way from the server is open. */
  private readonly echo: string;
  private client: Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pauseMs = 100;
  private closed = false;

  constructor(
    private readonly place: Place,
    private readonly hearing: Hearing,
  ) {
    this.echo = `${place.channel}_${randomUUID().slice(0, 8)}`;
  }

  begin(): void {
    const client = new Client({
      connectionString: this.place.url,
      connectionTimeoutMillis: echoWithinMs,
      query_timeout: echoWithinMs,
      application_name: 'teoart listener',
    });
    this.client = client;
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ channel, payload }) => {
      if (channel === this.echo) this.prove(client);
      else this.hearing.heard(payload ?? '');
    });
    this.listen(client).catch((error: unknown) => this.lost(client, error));
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    // On a way that is broken the end is never answered, and requests under way would wait for it.
    const ended = this.client?.end().catch(() => undefined);
    await Promise.race([ended, sleep(closeWithinMs, undefined, { ref: false })]);
  }

  private async listen(client: Client): Promise<void> {
    await client.connect();
    await client.query(`LISTEN "${this.place.channel}"`);
    await client.query(`LISTEN "${this.echo}"`);
    if (this.client !== client || this.closed) return;
    this.pauseMs = 100;
    this.hearing.begun();
    await this.call(client);
  }

  /** A broken way, and a pooler that forgot who listens, both look like silence. */
  private async call(client: Client): Promise<void> {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.unheard(client), echoWithinMs);
    await client.query('SELECT pg_notify($1, $2)', [this.echo, '']);
  }

  private prove(client: Client): void {
    if (this.client !== client || this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.call(client).catch((error: unknown) => this.lost(client, error));
    }, echoEveryMs);
    this.timer.unref();
  }

  private unheard(client: Client): void {
    this.lost(client, new Error('LISTEN hears nothing: behind a pooler, set DATABASE_DIRECT_URL'));
  }

  private lost(client: Client, error?: unknown): void {
    if (this.client !== client) return;
    this.client = undefined;
    client.end().catch(() => undefined);
    clearTimeout(this.timer);
    if (this.closed) return;
    this.hearing.troubled('Listening for signals was broken off; it begins again', error);
    this.timer = setTimeout(() => this.begin(), this.pauseMs);
    this.pauseMs = Math.min(longestPauseMs, this.pauseMs * 2);
  }
}
