import { testEngine } from '../support/database-url';

/**
 * The number of steps of a long test: a small number for each engine, or `long` with TEST_LONG=1. TEST_SEED repeats a failed run.
 */
export function scale({ sqlite, postgres, long }: { sqlite: number; postgres: number; long: number }): number {
  if (process.env.TEST_LONG) return long;
  return testEngine() === 'sqlite' ? sqlite : postgres;
}

scale.seed = process.env.TEST_SEED ?? '20260301';
