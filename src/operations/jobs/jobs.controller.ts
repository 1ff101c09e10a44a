import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../platform/auth/actor';
import { requireAdministrator } from '../../platform/auth/administrator';
import { Forbidden } from '../../platform/errors/access.errors';
import { InvalidCursor } from '../../platform/http/problems/http.errors';
import type { Page } from '../../platform/http/pagination';
import { Id } from '../../platform/http/parameters';
import { Route } from '../../platform/http/route';
import { JobHistory } from './job-history.query';
import {
  JobList,
  jobName,
  JobRunPage,
  JobRunQuery,
  JobRunResponse,
  showJob,
  showRun,
  showStartedRun,
  type JobResponse,
} from './jobs.dto';
import { JobNotFound, JobRunNotFound, JobRunning } from '../../platform/jobs/jobs.errors';
import { JobStates } from '../../platform/jobs/job-states';
import { Jobs } from '../../platform/jobs/jobs';

/** The name of a job in the path. */
const Name = (): ParameterDecorator => Param('name', { schema: jobName });
const tag = 'Operations';

/** The jobs, their schedules and their runs, for administrators. */
@Controller('operations/jobs')
export class JobsController {
  constructor(
    private readonly jobs: Jobs,
    private readonly history: JobHistory,
    private readonly states: JobStates,
  ) {}

  @Get()
  @Route({
    summary: 'List the jobs with their last runs',
    access: 'administrators',
    response: JobList,
    errors: [Forbidden],
    tag,
  })
  async listJobs(@CurrentActor() actor: Actor): Promise<{ jobs: JobResponse[] }> {
    requireAdministrator(actor);
    const names = this.jobs.list.map((job) => job.name);
    const lastRuns = await this.history.findLastRuns(names);
    const states = await this.states.findByJob();
    return { jobs: this.jobs.list.map((job) => showJob(job, states.get(job.name), lastRuns.get(job.name))) };
  }

  @Get(':name/runs')
  @Route({
    summary: 'List the runs of a job, newest first',
    access: 'administrators',
    response: JobRunPage,
    errors: [Forbidden, JobNotFound, InvalidCursor],
    tag,
  })
  async listJobRuns(
    @CurrentActor() actor: Actor,
    @Name() name: string,
    @Query({ schema: JobRunQuery }) query: JobRunQuery,
  ): Promise<Page<JobRunResponse>> {
    requireAdministrator(actor);
    this.jobs.require(name);
    return this.history.list(name, query, showRun);
  }

  @Get(':name/runs/:id')
  @Route({
    summary: 'Show a run of a job',
    access: 'administrators',
    response: JobRunResponse,
    errors: [Forbidden, JobNotFound, JobRunNotFound],
    tag,
  })
  async getJobRun(@CurrentActor() actor: Actor, @Name() name: string, @Id() id: number): Promise<JobRunResponse> {
    requireAdministrator(actor);
    this.jobs.require(name);
    const run = await this.history.findRun(name, id);
    if (!run) throw new JobRunNotFound();
    return showRun(run);
  }

  @Post(':name/runs')
  @Route({
    summary: 'Run a job now',
    access: 'administrators',
    description:
      'The response is sent when the run has started. The header `Location` is the URL of the run, which shows its status.',
    response: JobRunResponse,
    status: 202,
    location: '/operations/jobs/{name}/runs/{id}',
    errors: [Forbidden, JobNotFound, JobRunning],
    tag,
  })
  async runJob(@CurrentActor() actor: Actor, @Name() name: string): Promise<JobRunResponse> {
    requireAdministrator(actor);
    this.jobs.require(name);
    const run = await this.jobs.startInBackground(name);
    if (!run) throw new JobRunning();
    return showStartedRun(run);
  }
}
