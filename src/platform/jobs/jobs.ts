import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { currentActor, type AuditActor } from '../audit/audit-log';
import { CallScope, currentScope, inScope } from '../database/scope/call-scope';
import { outsideUnits } from '../database/scope/unit-of-work';
import { JOB, type JobOptions, type JobReport, type RunnableJob, type ScheduledJob } from './job';
import { JobRuns, type StartedRun } from './job-runs';
import { JobNotConfigured, JobNotFound } from './jobs.errors';
import { Leases, LeaseLost, type HeldLease } from './leases';

const defaultLeaseMs = 60_000;

interface RegisteredJob extends JobOptions {
  job: RunnableJob;
}

interface StartedJob {
  run: StartedRun;
  ended: Promise<JobReport>;
}

export class UnknownJob extends Error {
  override name = 'UnknownJob';
}

/** Runs jobs by name. Each run holds the lease of its job, so that only one process runs the job, and each run is recorded. */
@Injectable()
export class Jobs implements OnModuleInit {
  private readonly log = new Logger('Jobs');
  private readonly registered = new Map<string, RegisteredJob>();
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
      if (this.registered.has(options.name)) throw new Error(`Two jobs are named ${options.name}`);
      this.registered.set(options.name, { ...options, job: instance as RunnableJob });
    }
  }

  /** Resolves when no run of this process is in progress. */
  async waitForRuns(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  /** All jobs, sorted by name. */
  get list(): readonly JobOptions[] {
    return [...this.registered.values()].sort((left, right) => left.name.localeCompare(right.name));
  }

  /** The jobs with a schedule that have something to do in this configuration. */
  get scheduled(): readonly ScheduledJob[] {
    return [...this.registered.values()].filter(
      (job): job is RegisteredJob & ScheduledJob => Boolean(job.cron) && isWanted(job),
    );
  }

  /** @throws JobNotFound */
  require(name: string): void {
    if (!this.registered.has(name)) throw new JobNotFound(`There is no job ${name}.`);
  }

  /**
   * Runs a job now and waits for its end. `tick` is set if the schedule starts the run.
   * @returns null if a run of the job is in progress, or if a process has already run it for this tick
   * @throws UnknownJob; the error of the job, after it was recorded
   */
  async run(name: string, tick?: Date): Promise<JobReport | null> {
    const started = await this.start(name, tick);
    return started ? started.ended : null;
  }

  /** As `run`, but does not wait for the end of the run. @returns the started run, or null */
  async startInBackground(name: string, tick?: Date): Promise<StartedRun | null> {
    const started = await this.start(name, tick);
    if (!started) return null;
    started.ended.catch((error: unknown) => this.log.error(`Job ${name} failed`, error));
    return started.run;
  }

  /** Starts the run in a new scope, because it may last longer than the request that started it and must not have its deadline. */
  private async start(name: string, tick?: Date): Promise<StartedJob | null> {
    const job = this.registered.get(name);
    if (!job) throw new UnknownJob(`There is no job ${name}. Jobs: ${[...this.registered.keys()].sort().join(', ')}`);
    const starter = tick ? null : currentActor();
    const scope = new CallScope('job', name, currentScope()?.traceId);
    return inScope(scope, () => outsideUnits(() => this.startUnderLease(job, starter, tick)));
  }

  private async startUnderLease(
    job: RegisteredJob,
    starter: AuditActor | null,
    tick?: Date,
  ): Promise<StartedJob | null> {
    const { name } = job;
    const leaseMs = job.leaseMs ?? defaultLeaseMs;
    const lease = await this.leases.acquire(`job:${name}`, leaseMs, tick);
    if (!lease) return null;
    const stop = new AbortController();
    const renewal = setInterval(() => void this.renewLease(lease, leaseMs, stop), leaseMs / 3);
    try {
      const run = await this.runs.start(name, this.leases.holder, starter);
      return { run, ended: this.track(this.execute(job, run, { lease, stop, renewal })) };
    } catch (error) {
      await this.releaseLease(lease, renewal);
      throw error;
    }
  }

  private async execute(job: RegisteredJob, run: StartedRun, { lease, stop, renewal }: RunControl): Promise<JobReport> {
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
    const scope = new CallScope('job', job.name, null, fence);
    try {
      return await this.runs.record(run, () => inScope(scope, work));
    } finally {
      await this.releaseLease(lease, renewal);
    }
  }

  private async releaseLease(lease: HeldLease, renewal: NodeJS.Timeout): Promise<void> {
    clearInterval(renewal);
    await this.leases.release(lease);
  }

  /** Adds a run to those that a stopping process waits for. */
  private track<T>(run: Promise<T>): Promise<T> {
    const settled = run.then(
      () => undefined,
      () => undefined,
    );
    this.running.add(settled);
    void settled.then(() => this.running.delete(settled));
    return run;
  }

  /** Renews the lease, or aborts the run if another process has the lease. A run that continues cannot commit, because `verify` fails. */
  private async renewLease(lease: HeldLease, leaseMs: number, stop: AbortController): Promise<void> {
    try {
      if ((await this.leases.renew(lease, leaseMs)) || stop.signal.aborted) return;
      stop.abort(new LeaseLost(lease));
      this.log.error(`The run of ${lease.name} has lost its lease and is stopped`);
    } catch (error) {
      this.log.warn(`The lease ${lease.name} was not renewed`, error);
    }
  }
}

/** The objects that a run needs to keep its lease, and to be aborted without it. */
interface RunControl {
  lease: HeldLease;
  stop: AbortController;
  renewal: NodeJS.Timeout;
}

const isWanted = ({ job }: RegisteredJob): boolean => job.isWanted?.() !== false;
