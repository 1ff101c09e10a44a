import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExpireJobRuns } from './expire-job-runs.job';
import { JobRun } from './job-run.entity';
import { JobRuns } from './job-runs';
import { Jobs } from './jobs';
import { Lease } from './lease.entity';
import { Leases } from './leases';

@Global()
@Module({
  imports: [DiscoveryModule, ScheduleModule.forRoot(), TypeOrmModule.forFeature([JobRun, Lease])],
  providers: [Jobs, JobRuns, Leases, ExpireJobRuns],
  exports: [Jobs, Leases],
})
export class JobsModule {}
