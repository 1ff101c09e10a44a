import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import { Config } from '../config/config';
import { lastTick } from './cron-ticks';
import type { ScheduledJob } from './job';
import { JobRuns } from './job-runs';
import { Jobs } from './jobs';
import { Leases } from './leases';

const sweepMs = 60_000;
/** A timer that fires a moment early, by the database's clock, means the tick that comes. */
const earlyMs = 500;

/**
 * Runs the jobs of this process at their ticks. Which tick that is, the database's clock says. Ticks that nobody took
 * (everything was down, or the job ran too long) are made up for at the start and within a minute: once, however many there were.
 */
@Injectable()
export class JobSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Jobs');
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly jobs: Jobs,
    private readonly runs: JobRuns,
    private readonly leases: Leases,
    private readonly schedule: SchedulerRegistry,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.worker) return;
    for (const job of this.jobs.scheduled) {
      const onTick = (): Promise<void> => this.tick(job);
      // Stopping waits for a tick that is just beginning its run.
      const cron = CronJob.from({ cronTime: job.cron, timeZone: 'UTC', onTick, start: true, waitForCompletion: true });
      this.schedule.addCronJob(job.name, cron);
    }
    this.timer = setInterval(() => this.sweep(), sweepMs);
    this.sweep();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    for (const [, cron] of this.schedule.getCronJobs()) await cron.stop();
    await this.sweeping;
    await this.jobs.ended();
  }

  /** Begins what is overdue, and what died with its process. */
  async catchUp(): Promise<void> {
    await this.runs.reopenTicks();
    const now = await this.leases.now();
    const ticks = this.jobs.scheduled.map((job) => ({ job, name: `job:${job.name}`, slot: lastTick(job.cron, now) }));
    const taken = await this.leases.slots(ticks.map(({ name }) => name));
    await this.leases.open(ticks.filter(({ name }) => !taken.has(name)));
    for (const { job, name, slot } of ticks) {
      const last = taken.get(name);
      if (last && last < slot) await this.begin(job, slot);
    }
  }

  private sweep(): void {
    this.sweeping = this.catchUp().catch((error: unknown) => this.log.warn('Nobody looked for overdue jobs', error));
  }

  private async tick(job: ScheduledJob): Promise<void> {
    try {
      const now = await this.leases.now();
      await this.begin(job, lastTick(job.cron, new Date(now.getTime() + earlyMs)));
    } catch (error) {
      this.log.error(`Job ${job.name} was not started`, error);
    }
  }

  /** How it ends is logged and recorded; one job that cannot begin holds up no other. */
  private async begin({ name }: ScheduledJob, slot: Date): Promise<void> {
    await this.jobs.begin(name, slot).catch((error: unknown) => this.log.error(`Job ${name} was not started`, error));
  }
}
