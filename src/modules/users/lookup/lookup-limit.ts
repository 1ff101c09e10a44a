import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Config } from '../../../platform/config/config';
import { RateLimited } from '../../../platform/http/problems/http.errors';
import { userSettings } from '../users.settings';

const windowMs = 60_000;
const maxCountedPeople = 20_000;

/**
 * Limits how often a person can test whether a username exists. The lookup and the transfer by username share the limit, because
 * both answer that question. Each process counts by itself.
 */
@Injectable()
export class LookupLimit {
  private readonly counts = new LRUCache<number, number>({ max: maxCountedPeople, ttl: windowMs, noUpdateTTL: true });
  private readonly maxLookups: number;

  constructor(config: Config) {
    this.maxLookups = config.of(userSettings).PEOPLE_LOOKUPS_PER_MINUTE;
  }

  /** @throws RateLimited */
  count(userId: number): void {
    const count = this.counts.get(userId) ?? 0;
    if (count >= this.maxLookups) {
      const waitSeconds = Math.ceil(this.counts.getRemainingTTL(userId) / 1_000);
      throw new RateLimited(Math.max(1, waitSeconds), 'Too many lookups by username.');
    }
    this.counts.set(userId, count + 1);
  }
}
