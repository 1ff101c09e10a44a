import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../auth/public';
import { Unauthenticated } from '../errors/access.errors';
import { RateLimitApart } from '../http/rate-limit';
import { Route } from '../http/route';
import { MetricsAccess } from './metrics-access';
import { Metrics } from './metrics';

/** Not for people who have signed in: for the monitor, by its own token. */
@Public()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly access: MetricsAccess,
  ) {}

  @Get()
  @RateLimitApart()
  @Route({
    summary: 'Tell the metrics of the process, for Prometheus',
    description: 'With METRICS_TOKEN as a bearer; outside production the machine itself needs none.',
    produces: 'text/plain',
    errors: [Unauthenticated],
    tag: 'Health',
  })
  async show(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (!this.access.allows(request)) throw new Unauthenticated('Send METRICS_TOKEN as a bearer.');
    void reply.type(this.metrics.contentType).header('cache-control', 'no-store');
    return this.metrics.text();
  }
}
