import { Injectable } from '@nestjs/common';
import { OutboxMonitor, type OutboxStatistics } from '../../../platform/events/outbox-monitor';
import { JobStates, type ScheduledJobState } from '../../../platform/jobs/job-states';
import { formatDuration, type Finding } from '../../../platform/findings/finding';
import { FindingSources, type FindingSource } from '../../../platform/findings/finding-sources';

const maxDelaySeconds = 300;
/** A job with this interval or a longer one runs rarely. */
const rareIntervalMs = 30 * 60_000;
const minReportedFailuresOfFrequentJob = 5;

/** Finds problems of background work: undelivered events, and jobs that fail or do not run. */
@Injectable()
export class BackgroundWorkFindings implements FindingSource {
  constructor(
    sources: FindingSources,
    private readonly outbox: OutboxMonitor,
    private readonly jobs: JobStates,
  ) {
    sources.register(this);
  }

  async findings(): Promise<Finding[]> {
    const scheduledJobs = await this.jobs.listScheduled(await this.jobs.findByJob());
    return [
      ...toOutboxFindings(await this.outbox.measure()),
      ...scheduledJobs.flatMap((job) => [...findFailingJob(job), ...findOverdueJob(job)]),
    ];
  }
}

const toCommandText = (args: string): string => `-- node dist/src/cli.js ${args}`;

function toOutboxFindings({ dead, waiting, failing, oldestSeconds }: OutboxStatistics): Finding[] {
  const findings: Finding[] = [];
  if (dead > 0)
    findings.push({
      kind: 'undelivered-events',
      severity: 'critical',
      subject: 'outbox',
      explanation: `${dead} events are dead after twelve attempts, so their handlers have not done their work.`,
      mend: toCommandText('outbox:list --status dead'),
    });
  if (oldestSeconds > maxDelaySeconds)
    findings.push({
      kind: 'late-events',
      severity: 'warning',
      subject: 'outbox',
      explanation: `${waiting} events wait and ${failing} of them failed before. The oldest has waited ${formatDuration(oldestSeconds * 1_000)}. Check that a process runs with WORKER=on.`,
      mend: toCommandText('outbox:list'),
    });
  return findings;
}

/** Reports a job that runs rarely after its first failure, because its next run is far away. */
function findFailingJob({ name, state, intervalMs }: ScheduledJobState): Finding[] {
  if (!state) return [];
  const { failuresInARow } = state;
  const runsRarely = intervalMs >= rareIntervalMs;
  if (runsRarely && state.lostAt && failuresInARow === 0) return [toLostRunFinding(name, state.lostAt)];
  const minReportedFailures = runsRarely ? 1 : minReportedFailuresOfFrequentJob;
  if (failuresInARow < minReportedFailures) return [];
  const lastSuccess = state.succeededAt
    ? `It last succeeded at ${state.succeededAt.toISOString()}`
    : 'It has never succeeded';
  const severity = failuresInARow >= minReportedFailures * 2 ? 'critical' : 'warning';
  const reason = state.error.split('\n', 1)[0] || 'its process ended during the run';
  const explanation = `It failed ${failuresInARow} times in a row. ${lastSuccess}. Reason: ${reason}`;
  return [{ kind: 'failing-job', severity, subject: name, explanation, mend: toCommandText(`job ${name}`) }];
}

/** Reports a lost run even if a later run succeeded, because the lost run may have done only half of its work. */
const toLostRunFinding = (name: string, lostAt: Date): Finding => ({
  kind: 'failing-job',
  severity: 'warning',
  subject: name,
  mend: toCommandText(`job ${name}`),
  explanation: `The process ended during the run of ${lostAt.toISOString()}; a later run succeeded. Find out why the process ended.`,
});

function findOverdueJob({ name, state, isOverdue }: ScheduledJobState): Finding[] {
  if (!isOverdue) return [];
  const lastStart = state ? `It last started at ${state.startedAt.toISOString()}` : 'It has never started';
  const explanation = `It did not start at its scheduled time. ${lastStart}. Check that a process runs with WORKER=on.`;
  return [{ kind: 'overdue-job', severity: 'warning', subject: name, explanation, mend: toCommandText(`job ${name}`) }];
}
