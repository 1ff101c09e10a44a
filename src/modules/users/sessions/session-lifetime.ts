import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { Clock } from '../../../platform/time/clock';
import { userSettings } from '../users.settings';

const dayMs = 86_400_000;
/** However often it is refreshed, a session ends 30 days after its beginning. */
const lifetimeMs = 30 * dayMs;
/** For how long after its end its row is kept. */
const keptMs = 30 * dayMs;

/** How long sessions last: 30 days at most, and only while they are used. */
@Injectable()
export class SessionLifetime {
  private readonly idleMs: number;

  constructor(
    config: Config,
    private readonly clock: Clock,
  ) {
    this.idleMs = config.of(userSettings).SESSION_IDLE_DAYS * dayMs;
  }

  now(): Date {
    return this.clock.now();
  }

  endOf(beginning: Date): Date {
    return new Date(beginning.getTime() + lifetimeMs);
  }

  /** A session whose last refresh is not after this has ended. */
  idleSince(now: Date): Date {
    return new Date(now.getTime() - this.idleMs);
  }

  /** When a session ends that nobody refreshes any more. */
  endUnused({ expiresAt, rotatedAt }: { expiresAt: Date; rotatedAt: Date }): Date {
    return new Date(Math.min(expiresAt.getTime(), rotatedAt.getTime() + this.idleMs));
  }

  /** Sessions that ended before this are removed. */
  removedBefore(now: Date): Date {
    return new Date(now.getTime() - keptMs);
  }
}
