import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { Clock } from '../../../platform/time/clock';
import { userSettings } from '../users.settings';

const dayMs = 86_400_000;
/** A session ends 30 days after its start, even if it is refreshed. */
const maxLifetimeMs = 30 * dayMs;
/** The row of a session is kept for this long after the session has ended. */
const retentionMs = 30 * dayMs;

/** Computes when sessions end: after 30 days at most, and earlier if they are not refreshed. */
@Injectable()
export class SessionLifetime {
  private readonly maxIdleMs: number;

  constructor(
    config: Config,
    private readonly clock: Clock,
  ) {
    this.maxIdleMs = config.of(userSettings).SESSION_IDLE_DAYS * dayMs;
  }

  now(): Date {
    return this.clock.now();
  }

  expiryOf(startedAt: Date): Date {
    return new Date(startedAt.getTime() + maxLifetimeMs);
  }

  /** A session has ended if its last refresh was at or before this time. */
  idleCutoff(now: Date): Date {
    return new Date(now.getTime() - this.maxIdleMs);
  }

  /** The time at which the session ends if it is not refreshed again. */
  expiryWithoutRefresh({ expiresAt, rotatedAt }: { expiresAt: Date; rotatedAt: Date }): Date {
    return new Date(Math.min(expiresAt.getTime(), rotatedAt.getTime() + this.maxIdleMs));
  }

  /** Sessions that ended before this time are removed. */
  removalCutoff(now: Date): Date {
    return new Date(now.getTime() - retentionMs);
  }
}
