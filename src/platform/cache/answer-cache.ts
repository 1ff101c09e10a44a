import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Counter } from 'prom-client';
import { Config } from '../config/config';
import { text, type Value } from '../database/columns';
import { Database } from '../database/database';
import { Metrics } from '../metrics/metrics';
import { CacheServer } from './cache-server';

/** An answer that many callers share. It must not depend on the caller. */
interface SharedAnswer {
  /** The name of the answer in the metrics. */
  name: string;
  /** A condition on the rows `v` of `platform_contentversion`: the versions of everything that the answer shows. */
  versionsSql: string;
  values?: readonly Value[];
  /** What distinguishes answers with the same name and versions, such as the filters of a list. */
  variant: unknown;
}

const megabyte = 1_000_000;
/** `scripts/build.mjs` writes a hash of the sources here. The programs of a test are compiled without it. */
const buildStamp = path.join(__dirname, '../../../.built');

/**
 * Caches answers that many people share, in the memory of this process and on the cache server if there is one. An answer is stored
 * under the versions of its content, which the database changes in the transaction of every change (`version-triggers.ts`). Each read
 * asks the database for these versions, with one small statement. So no process ever returns an answer that is older than the
 * last commit, and nothing has to be deleted (decision 0038).
 */
@Injectable()
export class AnswerCache {
  private readonly memory: LRUCache<string, object>;
  private readonly ttlMs: number;
  private readonly reads: Counter<'answer' | 'result'>;
  /** Processes of different builds do not share answers, because another build may give them another form. */
  private readonly build: string | undefined;

  constructor(
    config: Config,
    private readonly database: Database,
    private readonly server: CacheServer,
    metrics: Metrics,
  ) {
    const { CACHE_MEMORY_MB: megabytes, CACHE_TTL_SECONDS: ttlSeconds } = config.settings;
    this.ttlMs = ttlSeconds * 1_000;
    this.memory = new LRUCache({ maxSize: megabytes * megabyte, ttl: this.ttlMs });
    this.build = server.isConfigured ? readBuild() : undefined;
    const help = 'Reads of shared answers, by where the answer was found';
    this.reads = metrics.counter('teoart_cache_reads_total', help, ['answer', 'result']);
  }

  /**
   * Returns the shared answer. `read` reads it from the database if it is not cached. The result is plain JSON that cannot be changed.
   * In a transaction nothing is cached, because its changes may still be rolled back.
   */
  async get<T extends object>(answer: SharedAnswer, read: () => Promise<T>): Promise<T> {
    if (this.database.inTransaction) return read();
    // The versions are read before the content, and both on the primary. So the content is never older than its versions.
    const key = await this.keyOf(answer);
    const { name } = answer;
    const inMemory = this.memory.get(key);
    if (inMemory) return this.found(name, 'memory', inMemory as T);
    const onServer = await this.server.use((client) => client.get(key));
    if (onServer) return this.found(name, 'server', this.keep(key, onServer) as T);
    const json = JSON.stringify(await read());
    await this.server.use((client) => client.set(key, json, 'PX', this.ttlMs));
    return this.found(name, 'database', this.keep(key, json) as T);
  }

  private async keyOf({ name, versionsSql, values, variant }: SharedAnswer): Promise<string> {
    const row = await this.database.row(
      { version: text },
      `SELECT CAST(coalesce(sum(v.version), 0) AS text) AS version FROM platform_contentversion v WHERE ${versionsSql}`,
      values,
    );
    return ['answer', this.build, name, row?.version, hash('sha1', JSON.stringify(variant), 'base64url')].join(':');
  }

  /** Parses the answer, so that it has the same form from every source, and keeps it in memory. */
  private keep(key: string, json: string): object {
    const answer = JSON.parse(json, (_, value: unknown) => Object.freeze(value)) as object;
    this.memory.set(key, answer, { size: json.length });
    return answer;
  }

  private found<T>(answer: string, result: 'memory' | 'server' | 'database', content: T): T {
    this.reads.inc({ answer, result });
    return content;
  }
}

function readBuild(): string {
  try {
    return readFileSync(buildStamp, 'utf8').slice(0, 12);
  } catch {
    return 'sources';
  }
}
