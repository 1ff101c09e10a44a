import { ActorCache } from '../../src/platform/auth/actor-directory';
import { testEngine } from './database-url';
import type { School } from './school';

/**
 * Waits until a process on PostgreSQL receives signals. At that moment it loads all actors again, which would disturb a test
 * that counts statements.
 */
export async function waitForSignalListening(school: School): Promise<void> {
  if (testEngine() === 'sqlite') return;
  await new Promise<void>((resolve) => {
    const stop = school.part(ActorCache).onRevocation(() => {
      stop();
      resolve();
    });
  });
}
