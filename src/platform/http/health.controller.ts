import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Public } from '../auth/public';
import { Database } from '../database/database';
import { DatabaseUnavailable, Stopping } from '../errors/unavailable.errors';
import { RateLimitApart } from './rate-limit';
import { Readiness } from './readiness';
import { Route } from './route';

const Health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health', examples: [{ status: 'ok' }] });
type Health = z.output<typeof Health>;

@Public()
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly readiness: Readiness,
  ) {}

  /** Restart this process when this fails: it asks nothing of anybody else. */
  @Get('live')
  @RateLimitApart()
  @Route({ summary: 'Tell whether the process runs', answer: Health })
  live(): Health {
    return { status: 'ok' };
  }

  /** Send requests elsewhere when this fails. */
  @Get('ready')
  @RateLimitApart()
  @Route({ summary: 'Tell whether requests can be served', answer: Health, errors: [DatabaseUnavailable, Stopping] })
  async ready(): Promise<Health> {
    if (this.readiness.isStopping) throw new Stopping();
    await this.database.ping().catch((error: unknown) => {
      throw new DatabaseUnavailable(error);
    });
    return { status: 'ok' };
  }
}
