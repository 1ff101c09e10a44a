import type { INestApplicationContext } from '@nestjs/common';
import { Config } from '../config/config';
import { OutboxWorker } from '../events/outbox-worker';
import { BackgroundLoops } from '../jobs/background-loops';
import { JobSchedule } from '../jobs/job-schedule';

/**
 * Starts the outbox, the loops of modules and the scheduled jobs in this process, unless WORKER=off. This is the last step of a start: all checks have passed,
 * the demo school is loaded, and a server listens already, so that none of them waits for a job.
 */
export function startWorker(context: INestApplicationContext): void {
  const get = <T>(type: abstract new (...args: never[]) => T): T => context.get(type as never, { strict: false });
  if (!get(Config).isWorker) return;
  get(OutboxWorker).start();
  get(BackgroundLoops).start();
  get(JobSchedule).start();
}
