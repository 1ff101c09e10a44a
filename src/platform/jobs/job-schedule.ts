import { setImmediate } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import { lastTick } from './cron-ticks';
import type { ScheduledJob } from './job';
import { JobRuns } from './job-runs';
import { Jobs } from './jobs';
import { Leases } from './leases';

const catchUpIntervalMs = 60_000;
/** The timer of this process may fire before the database's clock reaches the tick. Up to this difference the tick is still run. */
const maxEarlyMs = 500;

/**
 * Runs jobs at their ticks, which are the times of their cron expressions. The database's clock decides which tick it is. If no
 * process was running at a tick, or if the job ran too long, the job runs once for all missed ticks. This happens at the start of a
 * process, or within a minute.
 */
@Injectable()
export class JobSchedule implements BeforeApplicationShutdown {
  private readonly log = new Logger('Jobs');
  private timer: NodeJS.Timeout | undefined;
  private catchingUp: Promise<void> = Promise.resolve();

  constructor(
    private readonly jobs: Jobs,
    private readonly runs: JobRuns,
    private readonly leases: Leases,
    private readonly schedule: SchedulerRegistry,
  ) {}

  start(): void {
    for (const job of this.jobs.scheduled) {
      const onTick = (): Promise<void> => this.runTick(job);
      // `waitForCompletion` makes stop() wait until a run that is just being started has started.
      const cron = CronJob.from({ cronTime: job.cron, timeZone: 'UTC', onTick, start: true, waitForCompletion: true });
      this.schedule.addCronJob(job.name, cron);
    }
    this.timer = setInterval(() => this.startCatchUp(), catchUpIntervalMs);
    this.startCatchUp();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    for (const [, cron] of this.schedule.getCronJobs()) await cron.stop();
    await this.catchingUp;
    await this.jobs.waitForRuns();
  }

  /** Starts the jobs that have missed a tick, or whose last run was lost. */
  async catchUp(): Promise<void> {
    await this.runs.reopenTicks();
    const now = await this.leases.now();
    const ticks = await this.findLastTicks(now);
    const takenTicks = await this.leases.findTakenTicks(ticks.map(({ name }) => name));
    await this.leases.createMissing(ticks.filter(({ name }) => !takenTicks.has(name)));
    for (const { job, name, slot } of ticks) {
      const lastTaken = takenTicks.get(name);
      if (lastTaken && lastTaken < slot) await this.startRun(job, slot);
    }
  }

  /** Lets requests and the start continue between two jobs, because the search for a tick takes milliseconds. */
  private async findLastTicks(now: Date): Promise<{ job: ScheduledJob; name: string; slot: Date }[]> {
    const ticks = [];
    for (const job of this.jobs.scheduled) {
      ticks.push({ job, name: `job:${job.name}`, slot: lastTick(job.cron, now) });
      await setImmediate();
    }
    return ticks;
  }

  private startCatchUp(): void {
    this.catchingUp = this.catchUp().catch((error: unknown) =>
      this.log.warn('The check for overdue jobs failed', error),
    );
  }

  private async runTick(job: ScheduledJob): Promise<void> {
    try {
      const now = await this.leases.now();
      const latestTickTime = new Date(now.getTime() + maxEarlyMs);
      await this.startRun(job, lastTick(job.cron, latestTickTime));
    } catch (error) {
      this.log.error(`Job ${job.name} was not started`, error);
    }
  }

  /** Starts a run and does not wait for its end. An error is logged and not thrown, so that the other jobs still start. */
  private async startRun({ name }: ScheduledJob, slot: Date): Promise<void> {
    await this.jobs
      .startInBackground(name, slot)
      .catch((error: unknown) => this.log.error(`Job ${name} was not started`, error));
  }
}
