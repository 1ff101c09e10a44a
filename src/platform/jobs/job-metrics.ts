import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics';
import { JobStates } from './job-states';

/** How the jobs stand, for Prometheus: of all processes, from the database. */
@Injectable()
export class JobMetrics {
  constructor(metrics: Metrics, states: JobStates) {
    const gauge = (name: string, help: string) => metrics.gauge(`teoart_job_${name}`, help, ['job']);
    const success = gauge('last_success_timestamp_seconds', 'When the job last ended well');
    const duration = gauge('last_duration_seconds', 'How long its last ended run took');
    const failing = gauge('failures_in_a_row', 'Failed runs since the last that ended well; 0: its last run did');
    const overdue = gauge('overdue', '1 where its tick has passed and nobody began');
    const failures = metrics.counter('teoart_job_failures_total', 'Failed runs, lost ones among them', ['job']);
    metrics.onScrape(async () => {
      for (const each of [success, duration, failing, failures, overdue]) each.reset();
      const all = await states.all();
      for (const { job, ...state } of all.values()) {
        if (state.succeededAt) success.set({ job }, state.succeededAt.getTime() / 1_000);
        if (state.finishedAt) duration.set({ job }, (state.finishedAt.getTime() - state.startedAt.getTime()) / 1_000);
        failing.set({ job }, state.failuresInARow);
        failures.inc({ job }, state.failures);
      }
      for (const { name, isOverdue } of await states.watched(all)) overdue.set({ job: name }, isOverdue ? 1 : 0);
    });
  }
}
