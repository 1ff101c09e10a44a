import { Injectable } from '@nestjs/common';
import { SharedCounts, type WindowCounts } from '../../../platform/cache/shared-counts';
import { Config } from '../../../platform/config/config';
import { RateLimited } from '../../../platform/http/problems/http.errors';
import { userSettings } from '../users.settings';

const windowMs = 60_000;

/**
 * Limits how often a person can test whether a username exists. The lookup and the transfer by username share the limit, because
 * both answer that question.
 */
@Injectable()
export class LookupLimit {
  private readonly lookups: WindowCounts;
  private readonly maxLookups: number;

  constructor(config: Config, counts: SharedCounts) {
    this.lookups = counts.of('lookups', windowMs);
    this.maxLookups = config.of(userSettings).PEOPLE_LOOKUPS_PER_MINUTE;
  }

  /** @throws RateLimited */
  async count(userId: number): Promise<void> {
    const { count, remainingMs } = await this.lookups.add(String(userId));
    if (count > this.maxLookups)
      throw new RateLimited(Math.max(1, Math.ceil(remainingMs / 1_000)), 'Too many lookups by username.');
  }
}
