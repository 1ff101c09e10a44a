import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Public } from '../../auth/public';
import { Database } from '../../database/database';
import { DatabaseUnavailable, Stopping } from '../../errors/unavailable.errors';
import { SeparateRateLimit } from '../limits/rate-limit';
import { Readiness } from './readiness';
import { Route } from '../route';

const pingTimeoutMs = 1_900;

const Health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health', examples: [{ status: 'ok' }] });
type Health = z.output<typeof Health>;

@Public()
@Controller('health')
export class HealthController {
  private pendingPing: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly readiness: Readiness,
  ) {}

  /** If this check fails, the process must be restarted, because the check depends on no other service. */
  @Get('live')
  @SeparateRateLimit()
  @Route({ summary: 'Check that the process runs', response: Health })
  checkLiveness(): Health {
    return { status: 'ok' };
  }

  /** If this check fails, load balancers must send requests to another process. */
  @Get('ready')
  @SeparateRateLimit()
  @Route({ summary: 'Check that requests can be served', response: Health, errors: [DatabaseUnavailable, Stopping] })
  async checkReadiness(): Promise<Health> {
    if (this.readiness.isStopping) throw new Stopping();
    await this.pingDatabase().catch((error: unknown) => {
      throw new DatabaseUnavailable(error);
    });
    return { status: 'ok' };
  }

  /** Fails within two seconds, before a load balancer's own timeout. Only one ping is sent at a time, so that pings do not pile up on a broken network. */
  private async pingDatabase(): Promise<void> {
    this.pendingPing ??= this.database.ping().finally(() => (this.pendingPing = undefined));
    const timer = new AbortController();
    const timeout = sleep(pingTimeoutMs, true, { signal: timer.signal }).catch(() => false);
    const isTimedOut = await Promise.race([this.pendingPing, timeout]).finally(() => timer.abort());
    if (isTimedOut) throw new Error(`The database did not respond within ${pingTimeoutMs} ms`);
  }
}
