import { testEngine } from '../support/database-url';

/**
 * How much a long test does: what the suite can afford on this engine, or the figure of the design with TEST_LONG=1.
 * TEST_SEED repeats a failure.
 */
export function scale({ sqlite, postgres, long }: { sqlite: number; postgres: number; long: number }): number {
  if (process.env.TEST_LONG) return long;
  return testEngine() === 'sqlite' ? sqlite : postgres;
}

scale.seed = process.env.TEST_SEED ?? '20260301';
