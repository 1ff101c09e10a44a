import { Module } from '@nestjs/common';
import { JobHistory } from './job-history.query';
import { JobsController } from './jobs.controller';

/** Shows the jobs and their runs to administrators, and starts jobs. */
@Module({ controllers: [JobsController], providers: [JobHistory] })
export class JobsAdministrationModule {}
