import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExpireIdempotencyRecords } from './expire-idempotency-records.job';
import { HealthController } from './health.controller';
import { IdempotencyRecords } from './idempotency-records';
import { IdempotencyRow } from './idempotency.entity';
import { Readiness } from './readiness';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([IdempotencyRow])],
  controllers: [HealthController],
  providers: [IdempotencyRecords, ExpireIdempotencyRecords, Readiness],
  exports: [IdempotencyRecords, Readiness],
})
export class HttpModule {}
