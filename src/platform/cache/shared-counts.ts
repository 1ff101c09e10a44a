import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CacheServer } from './cache-server';

const maxCountedKeys = 20_000;

/** Adds to a count, which ends with its time window. A count that does not exist is not reduced. */
const addScript = `
  if tonumber(ARGV[1]) < 0 and redis.call('EXISTS', KEYS[1]) == 0 then return {0, 0} end
  local count = redis.call('INCRBY', KEYS[1], ARGV[1])
  if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return {count, redis.call('PTTL', KEYS[1])}`;

interface WindowCount {
  count: number;
  /** The time until the window of the count ends. */
  remainingMs: number;
}

/** Counts of one limit by key, such as the requests of each user. A window begins with the first count of its key. */
export class WindowCounts {
  private readonly local: LRUCache<string, number>;

  constructor(
    private readonly server: CacheServer,
    private readonly name: string,
    private readonly windowMs: number,
  ) {
    this.local = new LRUCache({ max: maxCountedKeys, ttl: windowMs, noUpdateTTL: true });
  }

  /** @returns the new count */
  async add(key: string, number = 1): Promise<WindowCount> {
    const shared = await this.server.use((client) =>
      client.eval(addScript, 1, `limit:${this.name}:${key}`, number, this.windowMs),
    );
    if (!shared) return this.addLocally(key, number);
    const [count, remainingMs] = shared as [number, number];
    return { count, remainingMs };
  }

  private addLocally(key: string, number: number): WindowCount {
    const previous = this.local.get(key);
    if (previous === undefined && number < 0) return { count: 0, remainingMs: 0 };
    const count = (previous ?? 0) + number;
    this.local.set(key, count);
    return { count, remainingMs: this.local.getRemainingTTL(key) };
  }
}

/**
 * Counts for limits, which all processes share if there is a cache server. Without one, or while it does not respond, each process
 * counts by itself. So a limit is never switched off, and a failure of the server refuses nobody.
 */
@Injectable()
export class SharedCounts {
  constructor(private readonly server: CacheServer) {}

  get isShared(): boolean {
    return this.server.isConfigured;
  }

  /** `name` is unique, because all processes count under it. */
  of(name: string, windowMs: number): WindowCounts {
    return new WindowCounts(this.server, name, windowMs);
  }
}
