import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentActor, type Actor } from '../auth/actor';
import { requireAdministrator } from '../auth/administrator';
import { Forbidden } from '../errors/access.errors';
import { InvalidCursor } from '../http/http.errors';
import type { Page } from '../http/pagination';
import { Id } from '../http/parameters';
import { Route } from '../http/route';
import { JobHistory } from './job-history.query';
import { JobList, jobName, JobRunPage, JobRunQuery, JobRunShown, showJob, showRun, type JobShown } from './jobs.dto';
import { JobNotFound, JobRunNotFound, JobRunning } from './jobs.errors';
import { JobStates } from './job-states';
import { Jobs } from './jobs';

const Name = (): ParameterDecorator => Param('name', { schema: jobName });
const tag = 'Operations';

/** What runs by itself, when, and what came of it. */
@Controller('operations/jobs')
export class JobsController {
  constructor(
    private readonly jobs: Jobs,
    private readonly history: JobHistory,
    private readonly states: JobStates,
  ) {}

  @Get()
  @Route({ summary: 'List the jobs with their last runs', response: JobList, errors: [Forbidden], tag })
  async list(@CurrentActor() actor: Actor): Promise<{ jobs: JobShown[] }> {
    requireAdministrator(actor);
    const last = await this.history.lastRuns(this.jobs.list.map((job) => job.name));
    const states = await this.states.all();
    return { jobs: this.jobs.list.map((job) => showJob(job, states.get(job.name), last.get(job.name))) };
  }

  @Get(':name/runs')
  @Route({
    summary: 'List the runs of a job, newest first',
    ...{ response: JobRunPage, errors: [Forbidden, JobNotFound, InvalidCursor], tag },
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

  @Get(':name/runs/:id')
  @Route({
    summary: 'Show a run of a job',
    ...{ response: JobRunShown, errors: [Forbidden, JobNotFound, JobRunNotFound], tag },
  })
  async runById(@CurrentActor() actor: Actor, @Name() name: string, @Id() id: number): Promise<JobRunShown> {
    requireAdministrator(actor);
    this.jobs.require(name);
    const run = await this.history.run(name, id);
    if (!run) throw new JobRunNotFound();
    return showRun(run);
  }

  @Post(':name/runs')
  @Route({
    summary: 'Run a job now',
    description: 'Answers when the run has begun; `Location` is where its outcome is read.',
    ...{ response: JobRunShown, status: 202, location: true, errors: [Forbidden, JobNotFound, JobRunning], tag },
  })
  async run(
    @CurrentActor() actor: Actor,
    @Name() name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobRunShown> {
    requireAdministrator(actor);
    this.jobs.require(name);
    const begun = await this.jobs.begin(name);
    if (!begun) throw new JobRunning();
    void reply.header('location', `${reply.request.url.split('?', 1)[0]}/${begun.run.id}`);
    return showRun(begun.run);
  }
}
