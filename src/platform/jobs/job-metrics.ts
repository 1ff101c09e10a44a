import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics';
import { JobStates } from './job-states';

/** Reports the states of the jobs to Prometheus. The states are read from the database, so they include the runs of all processes. */
@Injectable()
export class JobMetrics {
  constructor(metrics: Metrics, states: JobStates) {
    const createGauge = (name: string, help: string) => metrics.gauge(`teoart_job_${name}`, help, ['job']);
    const lastSuccess = createGauge('last_success_timestamp_seconds', 'Time of the last successful run of the job');
    const lastDuration = createGauge('last_duration_seconds', 'Duration of the last finished run');
    const failuresInARow = createGauge('failures_in_a_row', 'Failed runs since the last successful run');
    const overdue = createGauge('overdue', '1 if a tick of the job has passed without a run, else 0');
    const failures = metrics.counter('teoart_job_failures_total', 'Failed runs, including lost ones', ['job']);
    metrics.onScrape(async () => {
      const statesByJob = await states.findByJob();
      const scheduledJobs = await states.listScheduled(statesByJob);
      // After the reads, so that a concurrent scrape never sees the metrics without values.
      for (const metric of [lastSuccess, lastDuration, failuresInARow, failures, overdue]) metric.reset();
      for (const { job, ...state } of statesByJob.values()) {
        const { startedAt, finishedAt, succeededAt } = state;
        if (succeededAt) lastSuccess.set({ job }, succeededAt.getTime() / 1_000);
        if (finishedAt) lastDuration.set({ job }, (finishedAt.getTime() - startedAt.getTime()) / 1_000);
        failuresInARow.set({ job }, state.failuresInARow);
        failures.inc({ job }, state.failures);
      }
      for (const { name, isOverdue } of scheduledJobs) overdue.set({ job: name }, isOverdue ? 1 : 0);
    });
  }
}
