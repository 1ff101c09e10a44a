import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics';
import { JobStates } from './job-states';

/** Reports the states of the jobs to Prometheus. They are read from the database, so they include the runs of all processes. */
@Injectable()
export class JobMetrics {
  constructor(metrics: Metrics, states: JobStates) {
    const gauge = (name: string, help: string) => metrics.gauge(`teoart_job_${name}`, help, ['job']);
    const success = gauge('last_success_timestamp_seconds', 'Time of the last successful run of the job');
    const duration = gauge('last_duration_seconds', 'Duration of the last finished run');
    const failing = gauge('failures_in_a_row', 'Failed runs since the last successful run');
    const overdue = gauge('overdue', '1 if a tick of the job has passed without a run, else 0');
    const failures = metrics.counter('teoart_job_failures_total', 'Failed runs, including lost ones', ['job']);
    metrics.onScrape(async () => {
      for (const each of [success, duration, failing, failures, overdue]) each.reset();
      const all = await states.all();
      for (const { job, ...state } of all.values()) {
        if (state.succeededAt) success.set({ job }, state.succeededAt.getTime() / 1_000);
        if (state.finishedAt) duration.set({ job }, (state.finishedAt.getTime() - state.startedAt.getTime()) / 1_000);
        failing.set({ job }, state.failuresInARow);
        failures.inc({ job }, state.failures);
      }
      for (const { name, isOverdue } of await states.listScheduled(all)) overdue.set({ job: name }, isOverdue ? 1 : 0);
    });
  }
}
