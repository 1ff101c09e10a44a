import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/http/pagination';
import { nextTick } from '../../platform/jobs/cron-ticks';
import type { JobOptions } from '../../platform/jobs/job';
import type { StartedRun } from '../../platform/jobs/job-runs';
import type { CurrentJobState } from '../../platform/jobs/job-states';
import type { Run } from './job-history.query';
import { namedEnum } from '../../platform/http/named-enum';

const status = namedEnum('JobRunStatus', ['running', 'done', 'failed', 'lost']).meta({
  description: '`lost`: the process died during the run. The next run of the job records that.',
});

const runExample = {
  id: 42,
  job: 'platform:expire-job-runs',
  status: 'done' as const,
  holder: 'api-1:71:0c2f6a1e',
  startedAt: '2026-03-01T03:10:00.004Z',
  finishedAt: '2026-03-01T03:10:00.029Z',
  durationMs: 25,
  report: { deleted: 12 },
  error: '',
};

export const JobRunResponse = z
  .strictObject({
    id: z.int(),
    job: z.string(),
    status,
    holder: z.string().meta({ description: 'The host, the process id and a random part' }),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    durationMs: z.int().nullable(),
    report: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
    error: z.string().meta({ description: 'The error of a failed run, else empty' }),
  })
  .meta({ id: 'JobRun', examples: [runExample] });
export type JobRunResponse = z.output<typeof JobRunResponse>;

const healthExample = {
  status: 'done' as const,
  holder: 'api-1:71:0c2f6a1e',
  durationMs: 25,
  error: '',
  failures: 0,
  failuresInARow: 0,
  startedAt: '2026-03-01T03:10:00.004Z',
  finishedAt: '2026-03-01T03:10:00.029Z',
  succeededAt: '2026-03-01T03:10:00.029Z',
};

const JobHealth = z.strictObject({
  status: namedEnum('JobStatus', ['running', 'done', 'failed']),
  holder: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  durationMs: z.int().nullable(),
  error: z.string(),
  succeededAt: z.iso.datetime().nullable().meta({ description: 'The end of the last successful run' }),
  failures: z.int().meta({ description: 'All failed runs of the job, including runs whose process died' }),
  failuresInARow: z.int(),
});

const jobExample = {
  name: 'platform:expire-job-runs',
  summary: 'Deletes the records of job runs that are older than 30 days',
  cron: '10 3 * * *',
  nextRunAt: '2026-03-02T03:10:00.000Z',
  lastRun: runExample,
  health: healthExample,
};

export const JobResponse = z
  .strictObject({
    name: z.string(),
    summary: z.string(),
    cron: z.string().nullable().meta({ description: 'Cron expression in UTC; null if the job runs only by name' }),
    nextRunAt: z.iso.datetime().nullable(),
    lastRun: JobRunResponse.nullable().meta({
      description: 'The last run with a record. A scheduled run that finds nothing to do has no record.',
    }),
    health: JobHealth.nullable().meta({
      description: 'The last run, with or without a record; null if the job never ran',
    }),
  })
  .meta({ id: 'Job', examples: [jobExample] });
export type JobResponse = z.output<typeof JobResponse>;

export const JobList = z
  .strictObject({ jobs: z.array(JobResponse) })
  .meta({ id: 'JobList', examples: [{ jobs: [jobExample] }] });

export const JobRunPage = pageOf(JobRunResponse, 'JobRunPage');
export const JobRunQuery = pageQuery({ status: status.optional() });
export type JobRunQuery = z.output<typeof JobRunQuery>;

export const jobName = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9:-]*$/, 'Must be the name of a job, such as platform:expire-job-runs')
  .meta({ examples: ['platform:expire-job-runs'] });

export const showRun = (run: Run): JobRunResponse => ({
  id: run.id,
  job: run.job,
  status: run.outcome,
  holder: run.holder,
  report: run.report,
  error: run.error,
  startedAt: run.startedAt.toISOString(),
  finishedAt: run.finishedAt?.toISOString() ?? null,
  durationMs: run.finishedAt ? run.finishedAt.getTime() - run.startedAt.getTime() : null,
});

export const showStartedRun = ({ id, job, holder, startedAt }: StartedRun): JobRunResponse =>
  showRun({ id, job, holder, startedAt, finishedAt: null, outcome: 'running', report: {}, error: '' });

const showHealth = ({ startedAt, finishedAt, succeededAt, ...state }: CurrentJobState): z.output<typeof JobHealth> => ({
  status: state.outcome,
  holder: state.holder,
  error: state.error,
  failures: state.failures,
  failuresInARow: state.failuresInARow,
  startedAt: startedAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
  durationMs: finishedAt ? finishedAt.getTime() - startedAt.getTime() : null,
  succeededAt: succeededAt?.toISOString() ?? null,
});

export const showJob = (
  job: JobOptions,
  state: CurrentJobState | undefined,
  lastRun: Run | undefined,
): JobResponse => ({
  name: job.name,
  summary: job.summary,
  cron: job.cron ?? null,
  nextRunAt: job.cron ? nextTick(job.cron, new Date()).toISOString() : null,
  lastRun: lastRun ? showRun(lastRun) : null,
  health: state ? showHealth(state) : null,
});
