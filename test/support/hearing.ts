import { ActorCache } from '../../src/platform/auth/actor-directory';
import { testEngine } from './database-url';
import type { School } from './school';

/** Once a process on PostgreSQL begins to hear signals, it looks everybody up anew: not in the middle of what a test counts. */
export async function hearing(school: School): Promise<void> {
  if (testEngine() === 'sqlite') return;
  await new Promise<void>((resolve) => {
    const stop = school.part(ActorCache).onRevocation(() => {
      stop();
      resolve();
    });
  });
}
