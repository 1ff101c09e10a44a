import { Injectable } from '@nestjs/common';
import { OutboxMonitor, type OutboxStatistics } from '../../../platform/events/outbox-monitor';
import { JobStates, type ScheduledJobState } from '../../../platform/jobs/job-states';
import { formatDuration, type Finding } from '../../../platform/findings/finding';
import { FindingSources, type FindingSource } from '../../../platform/findings/finding-sources';

const maxDelaySeconds = 300;
const rareIntervalMs = 30 * 60_000;

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
    const watched = await this.jobs.listScheduled(await this.jobs.findByJob());
    return [
      ...toOutboxFindings(await this.outbox.measure()),
      ...watched.flatMap((job) => [...findFailingJob(job), ...findOverdueJob(job)]),
    ];
  }
}

const toCommand = (words: string): string => `-- node dist/src/cli.js ${words}`;

function toOutboxFindings({ dead, waiting, failing, oldestSeconds }: OutboxStatistics): Finding[] {
  const found: Finding[] = [];
  if (dead > 0)
    found.push({
      kind: 'undelivered-events',
      severity: 'critical',
      subject: 'outbox',
      explanation: `${dead} events are dead after twelve attempts, so their handlers have not done their work.`,
      mend: toCommand('outbox:list --state dead'),
    });
  if (oldestSeconds > maxDelaySeconds)
    found.push({
      kind: 'late-events',
      severity: 'warning',
      subject: 'outbox',
      explanation: `${waiting} events wait and ${failing} of them failed before. The oldest has waited ${formatDuration(oldestSeconds * 1_000)}. Check that a process runs with WORKER=on.`,
      mend: toCommand('outbox:list'),
    });
  return found;
}

/** A job that runs rarely is reported after its first failure, because its next run is far away. */
function findFailingJob({ name, state, intervalMs }: ScheduledJobState): Finding[] {
  const [tolerated, count] = [intervalMs >= rareIntervalMs ? 1 : 5, state?.failuresInARow ?? 0];
  if (state?.lostAt && count === 0 && tolerated === 1) return [toLostRunFinding(name, state.lostAt)];
  if (!state || count < tolerated) return [];
  const since = state.succeededAt
    ? `It last succeeded at ${state.succeededAt.toISOString()}`
    : 'It has never succeeded';
  const severity = count >= tolerated * 2 ? 'critical' : 'warning';
  const reason = state.error.split('\n', 1)[0] || 'its process ended during the run';
  const explanation = `It failed ${count} times in a row. ${since}. Reason: ${reason}`;
  return [{ kind: 'failing-job', severity, subject: name, explanation, mend: toCommand(`job ${name}`) }];
}

/** A lost run is reported even if a later run succeeded, because the lost run may have done half of its work. */
const toLostRunFinding = (name: string, at: Date): Finding => ({
  kind: 'failing-job',
  severity: 'warning',
  subject: name,
  mend: toCommand(`job ${name}`),
  explanation: `The process ended during the run of ${at.toISOString()}; a later run succeeded. Find out why the process ended.`,
});

function findOverdueJob({ name, state, isOverdue }: ScheduledJobState): Finding[] {
  if (!isOverdue) return [];
  const last = state ? `It last started at ${state.startedAt.toISOString()}` : 'It has never started';
  const explanation = `It did not start at its scheduled time. ${last}. Check that a process runs with WORKER=on.`;
  return [{ kind: 'overdue-job', severity: 'warning', subject: name, explanation, mend: toCommand(`job ${name}`) }];
}
