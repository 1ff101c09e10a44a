import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BackgroundLoops } from './background-loops';
import { ExpireJobRuns } from './expire-job-runs.job';
import { JobMetrics } from './job-metrics';
import { JobRun } from './job-run.entity';
import { JobSchedule } from './job-schedule';
import { JobState } from './job-state.entity';
import { JobStates } from './job-states';
import { JobRuns } from './job-runs';
import { Jobs } from './jobs';
import { Lease } from './lease.entity';
import { Leases } from './leases';

@Global()
@Module({
  imports: [DiscoveryModule, ScheduleModule.forRoot(), TypeOrmModule.forFeature([JobRun, JobState, Lease])],
  providers: [BackgroundLoops, Jobs, JobRuns, JobStates, JobSchedule, JobMetrics, Leases, ExpireJobRuns],
  exports: [BackgroundLoops, Jobs, JobStates, Leases],
})
export class JobsModule {}
