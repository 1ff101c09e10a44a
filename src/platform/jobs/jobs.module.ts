import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExpireJobRuns } from './expire-job-runs.job';
import { JobRun } from './job-run.entity';
import { JobHistory } from './job-history.query';
import { JobRuns } from './job-runs';
import { JobsController } from './jobs.controller';
import { Jobs } from './jobs';
import { Lease } from './lease.entity';
import { Leases } from './leases';

@Global()
@Module({
  imports: [DiscoveryModule, ScheduleModule.forRoot(), TypeOrmModule.forFeature([JobRun, Lease])],
  controllers: [JobsController],
  providers: [Jobs, JobRuns, JobHistory, Leases, ExpireJobRuns],
  exports: [Jobs, Leases],
})
export class JobsModule {}
