import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../auth/public';
import { Unauthenticated } from '../errors/access.errors';
import { SeparateRateLimit } from '../http/limits/rate-limit';
import { Route } from '../http/route';
import { MetricsAccess } from './metrics-access';
import { Metrics } from './metrics';

/** For monitors, which authenticate with METRICS_TOKEN and not as a user. */
@Public()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly access: MetricsAccess,
  ) {}

  @Get()
  @SeparateRateLimit()
  @Route({
    summary: 'Get the metrics of the process in the Prometheus format',
    access:
      'monitoring tools that send METRICS_TOKEN as a bearer token; outside production, also for requests from the same machine',
    produces: 'text/plain',
    errors: [Unauthenticated],
    tag: 'Health',
  })
  async getMetrics(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (!this.access.allows(request)) throw new Unauthenticated('Send METRICS_TOKEN as a bearer token.');
    void reply.type(this.metrics.contentType).header('cache-control', 'no-store');
    return this.metrics.toText();
  }
}
