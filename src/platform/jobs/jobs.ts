import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob, CronTime } from 'cron';
import { CallScope, inScope } from '../database/call-scope';
import { outsideUnits } from '../database/unit-of-work';
import { Config } from '../config/config';
import { JOB, type JobOptions, type JobReport, type RunnableJob } from './job';
import type { Run } from './job-history.query';
import { JobRuns } from './job-runs';
import { JobNotFound } from './jobs.errors';
import { Leases, type HeldLease } from './leases';

const usualLeaseMs = 60_000;

interface Installed extends JobOptions {
  job: RunnableJob;
}

interface Begun {
  id: number;
  startedAt: Date;
  ended: Promise<JobReport>;
}

export class UnknownJob extends Error {
  override name = 'UnknownJob';
}

/** Runs jobs: on their schedule, or by name; each under its lease, each run recorded. */
@Injectable()
export class Jobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Jobs');
  private readonly installed = new Map<string, Installed>();
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly schedule: SchedulerRegistry,
    private readonly leases: Leases,
    private readonly runs: JobRuns,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    for (const { instance, metatype } of this.discovery.getProviders()) {
      const options = metatype && (Reflect.getMetadata(JOB, metatype) as JobOptions | undefined);
      if (options && instance) this.install({ ...options, job: instance as RunnableJob });
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const [, cron] of this.schedule.getCronJobs()) await cron.stop();
    await Promise.allSettled(this.running);
  }

  get list(): readonly JobOptions[] {
    return [...this.installed.values()].sort((one, other) => one.name.localeCompare(other.name));
  }

  /** @throws JobNotFound */
  require(name: string): void {
    if (!this.installed.has(name)) throw new JobNotFound(`There is no job ${name}.`);
  }

  /** When its schedule is due next, in whichever process has a worker; null where it has none. */
  nextRunAt({ cron }: JobOptions): Date | null {
    return cron ? new CronTime(cron, 'UTC').sendAt().toJSDate() : null;
  }

  /**
   * Runs a job now; null when another process is running it, or took this tick of its schedule.
   * @throws UnknownJob; whatever the job throws, after it was recorded
   */
  async run(name: string, tick?: Date): Promise<JobReport | null> {
    const begun = await this.start(name, tick);
    return begun ? begun.ended : null;
  }

  /** As `run`, for a caller who does not wait: the run as it has begun, or null. How it ends is in its record. */
  async begin(name: string): Promise<{ run: Run } | null> {
    const begun = await this.start(name);
    if (!begun) return null;
    begun.ended.catch((error: unknown) => this.log.error(`Job ${name} failed`, error));
    const { id, startedAt } = begun;
    const fresh = { finishedAt: null, outcome: 'running' as const, report: {}, error: '' };
    return { run: { id, job: name, holder: this.leases.holder, startedAt, ...fresh } };
  }

  private async start(name: string, tick?: Date): Promise<Begun | null> {
    const job = this.installed.get(name);
    if (!job) throw new UnknownJob(`There is no job ${name}. Jobs: ${[...this.installed.keys()].sort().join(', ')}`);
    const leaseMs = job.leaseMs ?? usualLeaseMs;
    const lease = await this.leases.acquire(`job:${name}`, leaseMs, tick);
    if (!lease) return null;
    const beat = setInterval(() => this.keep(lease, leaseMs), leaseMs / 3);
    try {
      const { id, startedAt } = await this.runs.start(name, this.leases.holder);
      const work = (): Promise<JobReport> => this.carryOut(job, id, lease, beat);
      return { id, startedAt, ended: this.tracked(inScope(new CallScope('job', name), () => outsideUnits(work))) };
    } catch (error) {
      await this.over(lease, beat);
      throw error;
    }
  }

  private async carryOut(job: Installed, id: number, lease: HeldLease, beat: NodeJS.Timeout): Promise<JobReport> {
    try {
      return await this.runs.record(id, () => job.job.run(lease));
    } finally {
      await this.over(lease, beat);
    }
  }

  private async over(lease: HeldLease, beat: NodeJS.Timeout): Promise<void> {
    clearInterval(beat);
    await this.leases.release(lease);
  }

  /** A process that stops waits for it. */
  private tracked<T>(run: Promise<T>): Promise<T> {
    const settled = run.then(
      () => undefined,
      () => undefined,
    );
    this.running.add(settled);
    void settled.then(() => this.running.delete(settled));
    return run;
  }

  private install(job: Installed): void {
    if (this.installed.has(job.name)) throw new Error(`Two jobs are named ${job.name}`);
    this.installed.set(job.name, job);
    if (!job.cron || !this.config.worker || job.job.isWanted?.() === false) return;
    const granularityMs = job.cron.trim().split(/\s+/).length === 6 ? 1_000 : 60_000;
    const tick = (): Promise<void> => this.tick(job.name, granularityMs);
    this.schedule.addCronJob(
      job.name,
      CronJob.from({ cronTime: job.cron, timeZone: 'UTC', onTick: tick, start: true }),
    );
  }

  /** Processes whose clocks tick a little apart agree on the second, or the minute, it was for. */
  private async tick(name: string, granularityMs: number): Promise<void> {
    const slot = new Date(Math.floor(Date.now() / granularityMs) * granularityMs);
    await this.run(name, slot).catch((error: unknown) => this.log.error(`Job ${name} failed`, error));
  }

  private keep(lease: HeldLease, leaseMs: number): void {
    this.leases
      .renew(lease, leaseMs)
      .catch((error: unknown) => this.log.warn(`Lease ${lease.name} not renewed`, error));
  }
}
