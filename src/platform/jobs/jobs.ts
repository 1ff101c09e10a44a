import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { CallScope, inScope } from '../database/call-scope';
import { outsideUnits } from '../database/unit-of-work';
import { JOB, type JobOptions, type JobReport, type RunnableJob, type ScheduledJob } from './job';
import type { Run } from './job-history.query';
import { JobRuns, type StartedRun } from './job-runs';
import { JobNotConfigured, JobNotFound } from './jobs.errors';
import { Leases, LeaseLost, type HeldLease } from './leases';

const usualLeaseMs = 60_000;

interface Installed extends JobOptions {
  job: RunnableJob;
}

interface Begun {
  run: StartedRun;
  ended: Promise<JobReport>;
}

export class UnknownJob extends Error {
  override name = 'UnknownJob';
}

/** Runs jobs by name: each under its lease, each run recorded. */
@Injectable()
export class Jobs implements OnModuleInit {
  private readonly log = new Logger('Jobs');
  private readonly installed = new Map<string, Installed>();
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly leases: Leases,
    private readonly runs: JobRuns,
  ) {}

  onModuleInit(): void {
    for (const { instance, metatype } of this.discovery.getProviders()) {
      const options = metatype && (Reflect.getMetadata(JOB, metatype) as JobOptions | undefined);
      if (!options || !instance) continue;
      if (this.installed.has(options.name)) throw new Error(`Two jobs are named ${options.name}`);
      this.installed.set(options.name, { ...options, job: instance as RunnableJob });
    }
  }

  /** Resolves when no run of this process is under way. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  get list(): readonly JobOptions[] {
    return [...this.installed.values()].sort((one, other) => one.name.localeCompare(other.name));
  }

  /** Those that run by themselves. */
  get scheduled(): readonly ScheduledJob[] {
    return [...this.installed.values()].filter(
      (job): job is Installed & ScheduledJob => Boolean(job.cron) && isWanted(job),
    );
  }

  /** @throws JobNotFound */
  require(name: string): void {
    if (!this.installed.has(name)) throw new JobNotFound(`There is no job ${name}.`);
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
  async begin(name: string, tick?: Date): Promise<{ run: Run } | null> {
    const begun = await this.start(name, tick);
    if (!begun) return null;
    begun.ended.catch((error: unknown) => this.log.error(`Job ${name} failed`, error));
    const { id, startedAt, holder } = begun.run;
    return { run: { id, job: name, holder, startedAt, finishedAt: null, outcome: 'running', report: {}, error: '' } };
  }

  /** In a scope of its own, its timer too: a run outlasts the request that asked for it, and shares no deadline with it. */
  private async start(name: string, tick?: Date): Promise<Begun | null> {
    const job = this.installed.get(name);
    if (!job) throw new UnknownJob(`There is no job ${name}. Jobs: ${[...this.installed.keys()].sort().join(', ')}`);
    return inScope(new CallScope('job', name), () => outsideUnits(() => this.startUnderLease(job, tick)));
  }

  private async startUnderLease(job: Installed, tick?: Date): Promise<Begun | null> {
    const { name } = job;
    const leaseMs = job.leaseMs ?? usualLeaseMs;
    const lease = await this.leases.acquire(`job:${name}`, leaseMs, tick);
    if (!lease) return null;
    const stop = new AbortController();
    const beat = setInterval(() => void this.keep(lease, leaseMs, stop), leaseMs / 3);
    try {
      const run = await this.runs.start(name, this.leases.holder, !tick);
      return { run, ended: this.tracked(this.carryOut(job, run, { lease, stop, beat })) };
    } catch (error) {
      await this.over(lease, beat);
      throw error;
    }
  }

  private async carryOut(job: Installed, run: StartedRun, { lease, stop, beat }: Held): Promise<JobReport> {
    const fence = (): Promise<void> =>
      this.leases.verify(lease).catch((error: unknown) => {
        stop.abort(error);
        throw error;
      });
    const work = async (): Promise<JobReport | null> => {
      if (!isWanted(job)) throw new JobNotConfigured(job);
      const report = await job.job.run(lease, stop.signal);
      stop.signal.throwIfAborted();
      return report;
    };
    try {
      return await this.runs.record(run, () => inScope(new CallScope('job', job.name, null, fence), work));
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

  /** A run whose lease is somebody else's by now is told to stop; what it does not stop, its fence does not commit. */
  private async keep(lease: HeldLease, leaseMs: number, stop: AbortController): Promise<void> {
    try {
      if ((await this.leases.renew(lease, leaseMs)) || stop.signal.aborted) return;
      stop.abort(new LeaseLost(lease));
      this.log.error(`The run of ${lease.name} has lost its lease and is stopped`);
    } catch (error) {
      this.log.warn(`Lease ${lease.name} not renewed`, error);
    }
  }
}

interface Held {
  lease: HeldLease;
  stop: AbortController;
  beat: NodeJS.Timeout;
}

const isWanted = ({ job }: Installed): boolean => job.isWanted?.() !== false;
