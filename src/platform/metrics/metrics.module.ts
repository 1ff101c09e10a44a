import { Global, Module } from '@nestjs/common';
import { Metrics } from './metrics';
import { MetricsAccess } from './metrics-access';
import { MetricsController } from './metrics.controller';

@Global()
@Module({ controllers: [MetricsController], providers: [Metrics, MetricsAccess], exports: [Metrics] })
export class MetricsModule {}
