import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../auth/actor';
import { requireAdministrator } from '../auth/administrator';
import { Forbidden } from '../errors/access.errors';
import { InvalidCursor } from '../http/http.errors';
import type { Page } from '../http/pagination';
import { Route } from '../http/route';
import { JobHistory } from './job-history.query';
import { JobList, jobName, JobRunPage, JobRunQuery, JobRunShown, showJob, showRun, type JobShown } from './jobs.dto';
import { JobNotFound, JobRunning } from './jobs.errors';
import { Jobs } from './jobs';

const Name = (): ParameterDecorator => Param('name', { schema: jobName });
const tag = 'Operations';

/** What runs by itself, when, and what came of it. */
@Controller('operations/jobs')
export class JobsController {
  constructor(
    private readonly jobs: Jobs,
    private readonly history: JobHistory,
  ) {}

  @Get()
  @Route({ summary: 'List the jobs with their last runs', answer: JobList, errors: [Forbidden], tag })
  async list(@CurrentActor() actor: Actor): Promise<{ jobs: JobShown[] }> {
    requireAdministrator(actor);
    const last = await this.history.lastRuns(this.jobs.list.map((job) => job.name));
    return { jobs: this.jobs.list.map((job) => showJob(job, this.jobs.nextRunAt(job), last.get(job.name))) };
  }

  @Get(':name/runs')
  @Route({
    summary: 'List the runs of a job, newest first',
    ...{ answer: JobRunPage, errors: [Forbidden, JobNotFound, InvalidCursor], tag },
  })
  async runs(
    @CurrentActor() actor: Actor,
    @Name() name: string,
    @Query({ schema: JobRunQuery }) query: JobRunQuery,
  ): Promise<Page<JobRunShown>> {
    requireAdministrator(actor);
    this.jobs.require(name);
    return this.history.page(name, query, showRun);
  }

  @Post(':name/runs')
  @Route({
    summary: 'Run a job now',
    description: 'Answers when the run has begun. A run that finds nothing to do leaves no record.',
    ...{ answer: JobRunShown, status: 202, errors: [Forbidden, JobNotFound, JobRunning], tag },
  })
  async run(@CurrentActor() actor: Actor, @Name() name: string): Promise<JobRunShown> {
    requireAdministrator(actor);
    this.jobs.require(name);
    const begun = await this.jobs.begin(name);
    if (!begun) throw new JobRunning();
    return showRun(begun.run);
  }
}
