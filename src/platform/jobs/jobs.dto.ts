import { z } from 'zod';
import { pageOf, pageQuery } from '../http/pagination';
import type { Run } from './job-history.query';
import { nextTick } from './cron-ticks';
import type { JobOptions } from './job';
import type { State } from './job-states';

const outcome = z.enum(['running', 'done', 'failed', 'lost']).meta({
  description: '`lost`: the process that ran it ended in the middle; the next run says so',
});

const exampleOfRun = {
  ...{ id: 42, job: 'platform:expire-job-runs', outcome: 'done' as const, holder: 'api-1:71:0c2f6a1e' },
  ...{ startedAt: '2026-03-01T03:10:00.004Z', finishedAt: '2026-03-01T03:10:00.029Z', durationMs: 25 },
  ...{ report: { deleted: 12 }, error: '' },
};

export const JobRunShown = z
  .strictObject({
    id: z.int(),
    job: z.string(),
    outcome,
    holder: z.string().meta({ description: 'Machine, process and a random part' }),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    durationMs: z.int().nullable(),
    report: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
    error: z.string().meta({ description: 'Empty, or what it failed with' }),
  })
  .meta({ id: 'JobRun', examples: [exampleOfRun] });
export type JobRunShown = z.output<typeof JobRunShown>;

const exampleOfState = {
  ...{
    outcome: 'done' as const,
    holder: 'api-1:71:0c2f6a1e',
    durationMs: 25,
    error: '',
    failures: 0,
    failuresInARow: 0,
  },
  ...{ startedAt: '2026-03-01T03:10:00.004Z', finishedAt: '2026-03-01T03:10:00.029Z' },
  succeededAt: '2026-03-01T03:10:00.029Z',
};

const JobStateShown = z.strictObject({
  outcome: z.enum(['running', 'done', 'failed']),
  holder: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  durationMs: z.int().nullable(),
  error: z.string(),
  succeededAt: z.iso.datetime().nullable().meta({ description: 'When it last ended well' }),
  failures: z.int().meta({ description: 'Ever, runs whose process died among them' }),
  failuresInARow: z.int(),
});

const exampleOfJob = {
  ...{ name: 'platform:expire-job-runs', summary: 'Deletes the records of runs older than 30 days' },
  ...{ cron: '10 3 * * *', nextRunAt: '2026-03-02T03:10:00.000Z', lastRun: exampleOfRun, state: exampleOfState },
};

export const JobShown = z
  .strictObject({
    name: z.string(),
    summary: z.string(),
    cron: z.string().nullable().meta({ description: 'UTC; null: runs only by name' }),
    nextRunAt: z.iso.datetime().nullable(),
    lastRun: JobRunShown.nullable().meta({
      description: 'The last one with a record; a scheduled run that finds nothing to do leaves none',
    }),
    state: JobStateShown.nullable().meta({ description: 'The last run, with or without a record; null: it never ran' }),
  })
  .meta({ id: 'Job', examples: [exampleOfJob] });
export type JobShown = z.output<typeof JobShown>;

export const JobList = z
  .strictObject({ jobs: z.array(JobShown) })
  .meta({ id: 'JobList', examples: [{ jobs: [exampleOfJob] }] });

export const JobRunPage = pageOf(JobRunShown, 'JobRunPage');
export const JobRunQuery = pageQuery({ outcome: outcome.optional() });
export type JobRunQuery = z.output<typeof JobRunQuery>;

export const jobName = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9:-]*$/, 'Must be the name of a job, such as platform:expire-job-runs')
  .meta({ examples: ['platform:expire-job-runs'] });

export const showRun = (run: Run): JobRunShown => ({
  ...{ id: run.id, job: run.job, outcome: run.outcome, holder: run.holder, report: run.report, error: run.error },
  startedAt: run.startedAt.toISOString(),
  finishedAt: run.finishedAt?.toISOString() ?? null,
  durationMs: run.finishedAt ? run.finishedAt.getTime() - run.startedAt.getTime() : null,
});

const showState = ({ startedAt, finishedAt, succeededAt, ...state }: State): z.output<typeof JobStateShown> => ({
  ...{ outcome: state.outcome, holder: state.holder, error: state.error },
  ...{ failures: state.failures, failuresInARow: state.failuresInARow },
  startedAt: startedAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
  durationMs: finishedAt ? finishedAt.getTime() - startedAt.getTime() : null,
  succeededAt: succeededAt?.toISOString() ?? null,
});

export const showJob = (job: JobOptions, state: State | undefined, lastRun: Run | undefined): JobShown => ({
  ...{ name: job.name, summary: job.summary, cron: job.cron ?? null },
  nextRunAt: job.cron ? nextTick(job.cron, new Date()).toISOString() : null,
  lastRun: lastRun ? showRun(lastRun) : null,
  state: state ? showState(state) : null,
});
