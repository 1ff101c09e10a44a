import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExpireIdempotencyRecords } from './idempotency/expire-idempotency-records.job';
import { HealthController } from './health/health.controller';
import { IdempotencyRecords } from './idempotency/idempotency-records';
import { IdempotencyRow } from './idempotency/idempotency.entity';
import { Readiness } from './health/readiness';

@Global()
@Module({
  imports: [DiscoveryModule, TypeOrmModule.forFeature([IdempotencyRow])],
  controllers: [HealthController],
  providers: [IdempotencyRecords, ExpireIdempotencyRecords, Readiness],
  exports: [IdempotencyRecords, Readiness],
})
export class HttpModule {}
