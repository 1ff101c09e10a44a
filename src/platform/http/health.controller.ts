import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Public } from '../auth/public';
import { Database } from '../database/database';
import { DatabaseUnavailable, Stopping } from '../errors/unavailable.errors';
import { RateLimitApart } from './rate-limit';
import { Readiness } from './readiness';
import { Route } from './route';

const answerWithinMs = 1_900;

const Health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health', examples: [{ status: 'ok' }] });
type Health = z.output<typeof Health>;

@Public()
@Controller('health')
export class HealthController {
  private asked: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly readiness: Readiness,
  ) {}

  /** Restart this process when this fails: it asks nothing of anybody else. */
  @Get('live')
  @RateLimitApart()
  @Route({ summary: 'Tell whether the process runs', response: Health })
  live(): Health {
    return { status: 'ok' };
  }

  /** Send requests elsewhere when this fails. */
  @Get('ready')
  @RateLimitApart()
  @Route({ summary: 'Tell whether requests can be served', response: Health, errors: [DatabaseUnavailable, Stopping] })
  async ready(): Promise<Health> {
    if (this.readiness.isStopping) throw new Stopping();
    await this.databaseAnswers().catch((error: unknown) => {
      throw new DatabaseUnavailable(error);
    });
    return { status: 'ok' };
  }

  /** A balancer that gets no answer tries the next request here. One question at a time: those of a silent network pile up. */
  private async databaseAnswers(): Promise<void> {
    this.asked ??= this.database.ping().finally(() => (this.asked = undefined));
    const tooLate = new AbortController();
    const late = sleep(answerWithinMs, true, { signal: tooLate.signal }).catch(() => false);
    const isLate = await Promise.race([this.asked, late]).finally(() => tooLate.abort());
    if (isLate) throw new Error(`The database did not answer within ${answerWithinMs} ms`);
  }
}
