import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Redis, RedisOptions } from 'iovalkey';
import type { Counter } from 'prom-client';
import { Config } from '../config/config';
import { FindingSources } from '../findings/finding-sources';
import type { Finding } from '../findings/finding';
import { Metrics } from '../metrics/metrics';

/**
 * No request waits longer for the cache server. It is not shorter, because a busy process would take its own delay for a failure of the
 * server. Only the requests that are pending when the server fails wait.
 */
const commandTimeoutMs = 1_000;
const connectTimeoutMs = 1_000;
const maxReconnectDelayMs = 2_000;

const options: RedisOptions = {
  lazyConnect: true,
  // A command that cannot be sent fails at once, so that no request waits for a connection.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  commandTimeout: commandTimeoutMs,
  connectTimeout: connectTimeoutMs,
  retryStrategy: (attempt) => Math.min(attempt * 100, maxReconnectDelayMs),
};

/**
 * The connection to the Redis or Valkey server of CACHE_URL. It holds only what the database can give again, and counts of rate
 * limits. So if it fails, its callers do without it, and a log line, a metric and a finding say so.
 */
@Injectable()
export class CacheServer implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Cache');
  private readonly client: Redis | undefined;
  /** False until the first connection. */
  private isUp = false;
  /** True after a failure was logged, until the next connection. */
  private isReported = false;
  private readonly errors: Counter | undefined;

  constructor(config: Config, metrics: Metrics, findings: FindingSources) {
    const { CACHE_URL: url } = config.settings;
    if (url === undefined) return;
    findings.register({ findings: () => Promise.resolve(this.isUp ? [] : [unreachable]) });
    const up = metrics.gauge('teoart_cache_server_up', '1 if the cache server of CACHE_URL is reachable, else 0');
    metrics.onScrape(() => Promise.resolve(up.set(this.isUp ? 1 : 0)));
    this.errors = metrics.counter('teoart_cache_server_errors_total', 'Commands that the cache server did not execute');
    // The package is loaded only if a server is configured, because files cost most of a start.
    const { Redis: Client } = require('iovalkey') as { Redis: new (url: string, options: RedisOptions) => Redis };
    this.client = new Client(url, options);
    this.client.on('ready', () => this.markUp());
    this.client.on('error', (error: Error) => this.markDown(error));
    this.client.on('close', () => this.markDown(new Error('The connection was closed')));
  }

  get isConfigured(): boolean {
    return this.client !== undefined;
  }

  /** Waits for the first connection, so that the first requests already use it. */
  async onModuleInit(): Promise<void> {
    await this.client?.connect().catch((error: Error) => this.markDown(error));
  }

  async onApplicationShutdown(): Promise<void> {
    this.client?.removeAllListeners('close');
    await this.client?.quit().catch(() => this.client?.disconnect());
  }

  /**
   * Runs `work` with the client. Without a server, or if the server fails, the result is undefined. A server that does not respond is
   * not used again until a new connection is open.
   */
  async use<T>(work: (client: Redis) => Promise<T>): Promise<T | undefined> {
    const { client } = this;
    if (!client || !this.isUp) return undefined;
    try {
      return await work(client);
    } catch (error) {
      this.errors?.inc();
      const isRefused = (error as Error).name === 'ReplyError';
      if (isRefused) this.report(error as Error);
      else this.reconnect(client, error as Error);
      return undefined;
    }
  }

  private reconnect(client: Redis, error: Error): void {
    if (!this.isUp) return;
    this.markDown(error);
    client.disconnect(true);
  }

  private markUp(): void {
    if (this.isReported) this.logger.log('The cache server is reachable again');
    this.isUp = true;
    this.isReported = false;
  }

  private markDown(error: Error): void {
    this.isUp = false;
    this.report(error);
  }

  /** Writes one log line until the next connection, and not one for each request or attempt to connect. */
  private report({ message }: Error): void {
    if (!this.isReported)
      this.logger.warn(`The cache server does not work, so each process caches and counts alone: ${message}`);
    this.isReported = true;
  }
}

const unreachable: Finding = {
  kind: 'cache-unreachable',
  severity: 'warning',
  subject: 'CACHE_URL',
  explanation:
    'This process cannot reach the cache server. Answers are correct, but each process caches alone, and rate limits count in each process.',
  mend: 'Start the Redis or Valkey server of CACHE_URL, or correct the address and restart the processes.',
};
