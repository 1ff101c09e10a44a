import { Injectable } from '@nestjs/common';
import { OutboxVitals, type OutboxFigures } from '../../platform/events/outbox-vitals';
import { JobStates, type Watched } from '../../platform/jobs/job-states';
import { seconds, type Finding } from '../../platform/findings/finding';
import { FindingSources, type FindingSource } from '../../platform/findings/finding-sources';

const maxDelaySeconds = 300;
const rareIntervalMs = 30 * 60_000;

/** What is wrong with the work nobody waits for: events that are not delivered, jobs that fail or do not run. */
@Injectable()
export class BackgroundWorkFindings implements FindingSource {
  constructor(
    sources: FindingSources,
    private readonly outbox: OutboxVitals,
    private readonly jobs: JobStates,
  ) {
    sources.register(this);
  }

  async findings(): Promise<Finding[]> {
    const watched = await this.jobs.watched(await this.jobs.all());
    return [
      ...toOutboxFindings(await this.outbox.look()),
      ...watched.flatMap((job) => [...findFailingJob(job), ...findOverdueJob(job)]),
    ];
  }
}

const toCommand = (words: string): string => `-- node dist/src/cli.js ${words}`;

function toOutboxFindings({ dead, waiting, failing, oldestSeconds }: OutboxFigures): Finding[] {
  const found: Finding[] = [];
  if (dead > 0)
    found.push({
      ...{ kind: 'undelivered-events', severity: 'critical', subject: 'outbox' },
      explanation: `${dead} events were given up after twelve attempts: what they were to cause has not happened.`,
      mend: toCommand('outbox:list --state dead'),
    });
  if (oldestSeconds > maxDelaySeconds)
    found.push({
      ...{ kind: 'late-events', severity: 'warning', subject: 'outbox' },
      explanation: `${waiting} events wait, ${failing} of them failed before; the oldest for ${seconds(oldestSeconds * 1_000)}. Is there a process with WORKER=on?`,
      mend: toCommand('outbox:list'),
    });
  return found;
}

/** Of a job that runs rarely each failure counts: the next chance is far away. */
function findFailingJob({ name, state, intervalMs }: Watched): Finding[] {
  const [tolerated, count] = [intervalMs >= rareIntervalMs ? 1 : 5, state?.failuresInARow ?? 0];
  if (state?.lostAt && count === 0 && tolerated === 1) return [toLostRunFinding(name, state.lostAt)];
  if (!state || count < tolerated) return [];
  const since = state.succeededAt
    ? `It last ended well at ${state.succeededAt.toISOString()}`
    : 'It has never ended well';
  const severity = count >= tolerated * 2 ? 'critical' : 'warning';
  const reason = state.error.split('\n', 1)[0] || 'its process died';
  const explanation = `Failed ${count} times in a row. ${since}. ${reason}`;
  return [{ kind: 'failing-job', severity, subject: name, explanation, mend: toCommand(`job ${name}`) }];
}

/** The success of a later one does not say what became of its half. */
const toLostRunFinding = (name: string, at: Date): Finding => ({
  ...{ kind: 'failing-job', severity: 'warning', subject: name, mend: toCommand(`job ${name}`) },
  explanation: `Its run of ${at.toISOString()} died with its process, a later one ended well. Why did the process end?`,
});

function findOverdueJob({ name, state, isOverdue }: Watched): Finding[] {
  if (!isOverdue) return [];
  const last = state ? `It last began at ${state.startedAt.toISOString()}` : 'It has never begun';
  const explanation = `Its tick has passed and nobody began. ${last}. Is there a process with WORKER=on?`;
  return [{ kind: 'overdue-job', severity: 'warning', subject: name, explanation, mend: toCommand(`job ${name}`) }];
}
